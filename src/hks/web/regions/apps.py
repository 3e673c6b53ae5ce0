from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "hks.web.regions"
    label = "regions"
