"""Addresses of towns, districts and their data."""

from django.urls import path, register_converter

from hks.web.regions import imports, views
from hks.web.shell.converters import Ags

register_converter(Ags, "ags")

app_name = "regions"
urlpatterns = [
    path("", views.index, name="index"),
    path("data/", views.data, name="data"),
    path("templates/<slug:name>/", imports.template, name="template"),
    path("<ags:ags>/", views.situation, name="situation"),
    path("<ags:ags>/series/<slug:indicator>/", views.series_page, name="series"),
    path("<ags:ags>/profile/", views.profile, name="profile"),
    path("<ags:ags>/thresholds/", imports.thresholds, name="thresholds"),
    path("<ags:ags>/upload/", imports.upload, name="upload"),
    path("<ags:ags>/upload/<int:pk>/", imports.preview, name="preview"),
    path("<ags:ags>/upload/<int:pk>/confirm/", imports.confirm, name="confirm"),
    path("<ags:ags>/fetch/", imports.fetch, name="fetch"),
    path("<ags:ags>/datasets/<int:pk>/undo/", imports.undo, name="undo"),
]
