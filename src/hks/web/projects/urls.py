"""Addresses of projects."""

from django.urls import path

from hks.web.projects import views

app_name = "projects"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("bin/", views.bin_page, name="bin"),
    path("<slug:project>/", views.page, name="page"),
    path("<slug:project>/fact-sheet/", views.fact_sheet, name="fact_sheet"),
    path("<slug:project>/recognise/", views.recognise, name="recognise"),
    path("<slug:project>/problem/", views.state_problem, name="state_problem"),
    path("<slug:project>/develop/", views.develop, name="develop"),
    path("<slug:project>/options/new/", views.describe, name="new_option"),
    path("<slug:project>/options/<str:letter>/", views.read_option, name="option"),
    path("<slug:project>/options/<str:letter>/catalogue-cost/", views.take_catalogue_cost, name="catalogue_cost"),
    path("<slug:project>/groups/", views.add_group, name="add_group"),
    path("<slug:project>/tasks/", views.add_task, name="add_task"),
    path("<slug:project>/tasks/<int:pk>/", views.tick_task, name="tick_task"),
    path("<slug:project>/visibility/", views.show_to, name="show_to"),
    path("<slug:project>/copy/", views.copy, name="copy"),
    path("<slug:project>/put-in-bin/", views.put_in_bin, name="put_in_bin"),
]
