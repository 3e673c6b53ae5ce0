"""Addresses of organisations and their members."""

from django.urls import path

from hks.web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("<slug:slug>/members/", views.members, name="members"),
    path("<slug:slug>/members/<int:pk>/end/", views.end_membership, name="end_membership"),
    path("letters/", views.letters, name="letters"),
]
