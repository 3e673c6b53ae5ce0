from django.apps import AppConfig


class FormatsConfig(AppConfig):
    name = "hks.web.formats"
    label = "formats"
