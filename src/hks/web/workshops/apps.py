from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "hks.web.workshops"
    label = "workshops"
