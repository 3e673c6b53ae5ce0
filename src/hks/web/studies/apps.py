from django.apps import AppConfig


class StudiesConfig(AppConfig):
    name = "hks.web.studies"
    label = "studies"
