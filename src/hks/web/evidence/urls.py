"""Addresses of the thread of evidence."""

from django.urls import path

from hks.web.evidence import views

app_name = "evidence"
urlpatterns = [
    path("<digest:digest>/", views.record, name="record"),
    path("<digest:digest>/files/<digest:sha256>", views.file, name="file"),
    path("<digest:digest>/review/", views.review, name="review"),
    path("<digest:digest>/answer/<int:pk>/", views.answer, name="answer"),
    path("<digest:digest>/bundle.json", views.bundle, name="bundle"),
]
