"""Addresses of the catalogue of measures."""

from django.urls import path

from hks.web.projects import measure_views

app_name = "measures"
urlpatterns = [
    path("", measure_views.index, name="index"),
    path("<slug:key>/", measure_views.sheet, name="sheet"),
]
