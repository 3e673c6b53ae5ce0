from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "hks.web.contributions"
    label = "contributions"
