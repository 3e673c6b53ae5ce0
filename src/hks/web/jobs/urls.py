"""Addresses of background jobs."""

from django.urls import path

from hks.web.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<int:pk>/state/", views.state, name="state"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
]
