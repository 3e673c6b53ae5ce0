from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "hks.web.portal"
    label = "portal"
