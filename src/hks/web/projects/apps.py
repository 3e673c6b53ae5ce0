from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "hks.web.projects"
    label = "projects"
