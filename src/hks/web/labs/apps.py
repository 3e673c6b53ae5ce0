from django.apps import AppConfig


class LabsConfig(AppConfig):
    name = "hks.web.labs"
    label = "labs"
