from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "hks.web.stories"
    label = "stories"
