"""Addresses of towns, districts and their data."""

from django.urls import path

from hks.web.regions import boundary_views, comparison_views, imports, views

app_name = "regions"
urlpatterns = [
    path("", views.index, name="index"),
    path("data/", views.data, name="data"),
    path("compare/", comparison_views.compare_units, name="compare"),
    path("boundaries/", boundary_views.load, name="boundaries"),
    path("boundaries/<int:pk>/", boundary_views.preview, name="boundaries_preview"),
    path("boundaries/<int:pk>/confirm/", boundary_views.confirm, name="boundaries_confirm"),
    path("boundaries/<int:pk>/undo/", boundary_views.undo, name="boundaries_undo"),
    path("templates/<slug:name>/", imports.template, name="template"),
    path("<ags:ags>/", views.situation, name="situation"),
    path("<ags:ags>/series/<slug:indicator>/", views.series_page, name="series"),
    path("<ags:ags>/profile/", views.profile, name="profile"),
    path("<ags:ags>/thresholds/", imports.thresholds, name="thresholds"),
    path("<ags:ags>/upload/", imports.upload, name="upload"),
    path("<ags:ags>/upload/<int:pk>/", imports.preview, name="preview"),
    path("<ags:ags>/upload/<int:pk>/confirm/", imports.confirm, name="confirm"),
    path("<ags:ags>/fetch/", imports.fetch, name="fetch"),
    path("<ags:ags>/datasets/<int:pk>/undo/", imports.undo, name="undo"),
]
