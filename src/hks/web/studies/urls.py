"""Addresses of the futures of a project, below it."""

from django.urls import path

from hks.web.studies import views

app_name = "studies"
urlpatterns = [
    path("futures/", views.futures, name="project"),
    path("futures/add/", views.add, name="add"),
    path("futures/<int:pk>/remove/", views.remove, name="remove"),
    path("futures/order/", views.order, name="order"),
]
