from django.apps import AppConfig
from django.urls import register_converter

from hks.web.shell.converters import Ags, Digest

# Here, and once: every room's addresses may then name a town and a record, whichever is read first.
register_converter(Ags, "ags")
register_converter(Digest, "digest")


class ShellConfig(AppConfig):
    name = "hks.web.shell"
    label = "shell"
