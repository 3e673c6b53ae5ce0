"""Addresses of a district's concept of climate adaptation; the converter of keys is registered by `regions.urls`."""

from django.urls import path

from hks.web.decisions import adaptation_views

app_name = "adaptation"
urlpatterns = [
    path("<ags:ags>/adaptation/", adaptation_views.page, name="page"),
    path("<ags:ags>/adaptation/make/", adaptation_views.make, name="make"),
    path("<ags:ags>/adaptation/<int:pk>.<slug:form>", adaptation_views.download, name="download"),
]
