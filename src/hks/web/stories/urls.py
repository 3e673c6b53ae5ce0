"""Addresses of the demo itself."""

from django.urls import path

from hks.web.stories import views

app_name = "stories"
urlpatterns = [
    path("demo/basis/", views.basis, name="basis"),
    path("demo/reset/", views.reset, name="reset"),
]
