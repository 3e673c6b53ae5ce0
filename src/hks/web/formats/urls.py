"""Addresses of the transfer formats."""

from django.urls import path

from hks.web.formats import views

app_name = "formats"
urlpatterns = [
    path("formats/", views.index, name="index"),
    path("formats/<slug:code>/", views.sheet, name="sheet"),
    path("projects/<slug:project>/formats/", views.project, name="project"),
    path("projects/<slug:project>/formats/need/", views.state_need, name="need"),
    path("projects/<slug:project>/formats/choose/<slug:code>/", views.choose, name="choose"),
    path("projects/<slug:project>/formats/<int:pk>/", views.use, name="use"),
    path("projects/<slug:project>/formats/<int:pk>/review/", views.review, name="review"),
    path("projects/<slug:project>/formats/<int:pk>/rate/", views.rate, name="rate"),
    path("projects/<slug:project>/formats/<int:pk>/give-up/", views.give_up, name="give_up"),
]
