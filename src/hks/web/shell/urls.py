"""Addresses that every page needs."""

from django.urls import path

from hks.web.shell import views

app_name = "shell"
urlpatterns = [path("language/", views.language, name="language")]
