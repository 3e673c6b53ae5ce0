"""Addresses of towns, districts and their data."""

from django.urls import path, register_converter

from hks.web.regions import views
from hks.web.shell.converters import Ags

register_converter(Ags, "ags")

app_name = "regions"
urlpatterns = [
    path("", views.index, name="index"),
    path("data/", views.data, name="data"),
    path("<ags:ags>/", views.situation, name="situation"),
]
