from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "hks.web.decisions"
    label = "decisions"
