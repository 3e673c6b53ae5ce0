from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "hks.web.participation"
    label = "participation"
