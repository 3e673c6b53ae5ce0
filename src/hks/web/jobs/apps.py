from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "hks.web.jobs"
    label = "jobs"
