"""Addresses of the futures of a project, below it."""

from django.urls import path

from hks.web.studies import consistent_views, views

app_name = "studies"
urlpatterns = [
    path("futures/", views.futures, name="project"),
    path("futures/add/", views.add, name="add"),
    path("futures/<int:pk>/remove/", views.remove, name="remove"),
    path("futures/order/", views.order, name="order"),
    path("futures/consistent/", consistent_views.consistent, name="consistent"),
    path("futures/consistent/load/", consistent_views.load, name="load"),
    path("futures/consistent/workshop/<int:pk>/", consistent_views.from_workshop, name="from_workshop"),
    path("futures/consistent/solve/", consistent_views.solve, name="solve"),
    path("futures/consistent/judgements/", consistent_views.judgements, name="judgements"),
    path("futures/consistent/meaning/", consistent_views.meaning, name="meaning"),
    path("futures/consistent/take-over/", consistent_views.take_over, name="take_over"),
]
