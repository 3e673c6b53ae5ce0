from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "hks.web.evidence"
    label = "evidence"
