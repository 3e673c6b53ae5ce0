"""The address at which a group gives its weights by code, without an account."""

from django.urls import path

from hks.web.decisions import group_views

app_name = "weights"
urlpatterns = [path("", group_views.give, name="give")]
