"""Addresses of the stage "act and learn"."""

from django.urls import path

from hks.web.labs import views

app_name = "labs"
urlpatterns = [
    path("lessons/", views.lessons, name="lessons"),
    path("projects/<slug:project>/act/", views.act, name="project"),
    path("projects/<slug:project>/act/measure/", views.measure, name="measure"),
    path("projects/<slug:project>/act/reflect/", views.reflect, name="reflect"),
    path("projects/<slug:project>/act/lesson/", views.lesson, name="lesson"),
    path("projects/<slug:project>/act/close/", views.close, name="close"),
]
