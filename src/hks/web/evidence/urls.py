"""Addresses of the thread of evidence."""

from django.urls import path

from hks.web.evidence import views

app_name = "evidence"
urlpatterns = [
    path("<str:digest>/", views.record, name="record"),
    path("<str:digest>/files/<str:sha256>", views.file, name="file"),
    path("<str:digest>/bundle.json", views.bundle, name="bundle"),
]
