from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "hks.web.accounts"
    label = "accounts"
