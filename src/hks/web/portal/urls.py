"""Addresses of the start page."""

from django.urls import path

from hks.web.portal import dates, search, views

app_name = "portal"
urlpatterns = [
    path("", views.start, name="start"),
    path("today/", views.today, name="today"),
    path("dates/", dates.dates, name="dates"),
    path("dates/<int:pk>/remove/", dates.remove, name="remove_date"),
    path("dates/feed/<int:pk>/<slug:token>/hks.ics", dates.feed, name="feed"),
    path("search/", search.search, name="search"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("imprint/", views.imprint, name="imprint"),
    path("what-hks-is-not/", views.limits, name="limits"),
    path("demo/<str:role>/", views.enter_demo, name="enter_demo"),
]
