from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "hks.web.shell"
    label = "shell"
