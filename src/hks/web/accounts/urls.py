"""Addresses of organisations, their members and the own account."""

from django.urls import path

from hks.web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/data.json", views.my_data, name="my_data"),
    path("me/erase/", views.erase_me, name="erase_me"),
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/received/", views.reports, name="reports"),
    path("feedback/received/<int:pk>/erase/", views.erase_report, name="erase_report"),
    path("letters/", views.letters, name="letters"),
    path("<slug:slug>/members/", views.members, name="members"),
    path("<slug:slug>/members/<int:pk>/role/", views.new_role, name="new_role"),
    path("<slug:slug>/members/<int:pk>/end/", views.end_membership, name="end_membership"),
]
