"""Addresses of the goals of towns; the converter of keys is registered by `regions.urls`."""

from django.urls import path

from hks.web.projects import goal_views

app_name = "strategy"
urlpatterns = [
    path("", goal_views.index, name="index"),
    path("unit/<ags:ags>/", goal_views.of_unit, name="unit"),
    path("<slug:town>/", goal_views.tree, name="tree"),
    path("<slug:town>/goals/new/", goal_views.new_goal, name="new_goal"),
    path("<slug:town>/goals/<int:pk>/", goal_views.goal, name="goal"),
    path("<slug:town>/goals/<int:pk>/bin/", goal_views.bin_goal, name="bin_goal"),
    path("<slug:town>/goals/<int:pk>/take-back/", goal_views.take_goal_back, name="take_goal_back"),
    path("<slug:town>/goals/<int:pk>/measures/", goal_views.new_measure, name="new_measure"),
    path("<slug:town>/measures/<int:pk>/", goal_views.measure, name="measure"),
    path("<slug:town>/measures/<int:pk>/bin/", goal_views.bin_measure, name="bin_measure"),
    path("<slug:town>/measures/<int:pk>/take-back/", goal_views.take_measure_back, name="take_measure_back"),
    path("<slug:town>/visibility/", goal_views.show_to, name="show_to"),
    path("<slug:town>/budget/", goal_views.take_budget, name="take_budget"),
]
