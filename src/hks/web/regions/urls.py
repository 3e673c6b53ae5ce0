"""Addresses of towns, districts and their data."""

from django.urls import path

from hks.web.regions import views

app_name = "regions"
urlpatterns = [
    path("", views.index, name="index"),
    path("data/", views.data, name="data"),
    path("<str:ags>/", views.situation, name="situation"),
]
