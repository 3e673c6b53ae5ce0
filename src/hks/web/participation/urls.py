"""Addresses of the stage "acceptance", below a project."""

from django.urls import path

from hks.web.participation import statement_views, views

app_name = "participation"
urlpatterns = [
    path("take-part/", views.index, name="index"),
    path("take-part/<slug:slug>/", views.landing, name="landing"),
    path("take-part/<slug:slug>/code/", views.take_code, name="take_code"),
    path("take-part/<slug:slug>/sheet/", views.sheet, name="sheet"),
    path("take-part/<slug:slug>/vote/", views.vote, name="vote"),
    path("take-part/<slug:slug>/statements/", statement_views.say, name="say"),
    path("projects/<slug:project>/acceptance/statements/", statement_views.put, name="statements"),
    path("projects/<slug:project>/acceptance/", views.project_page, name="project"),
    path("projects/<slug:project>/acceptance/open/", views.open_consultation, name="open"),
    path("projects/<slug:project>/acceptance/cards/", views.print_cards, name="cards"),
    path("projects/<slug:project>/acceptance/paper/", views.paper, name="paper"),
    path("projects/<slug:project>/acceptance/close/", views.close, name="close"),
    path("projects/<slug:project>/acceptance/<int:pk>/moderate/", views.moderate, name="moderate"),
    path("projects/<slug:project>/acceptance/<int:pk>/work-in/", views.work_in, name="work_in"),
]
