"""Addresses of weighing and council paper, below a project."""

from django.urls import path

from hks.web.decisions import financing_views, views

app_name = "decisions"
urlpatterns = [
    path("weigh/", views.weigh, name="weigh"),
    path("weigh/weights/", views.set_weights, name="set_weights"),
    path("weigh/take-over/", views.take_over, name="take_over"),
    path("money/", financing_views.money, name="money"),
    path("money/<slug:letter>/", financing_views.finance, name="finance"),
    path("paper/", views.paper, name="paper"),
    path("paper/draft/", views.keep_draft, name="keep_draft"),
    path("paper/make/", views.make_paper, name="make_paper"),
    path("paper/check/", views.check, name="check"),
    path("paper/<int:number>.<slug:form>", views.download, name="download"),
    path("decision/", views.decide, name="decide"),
]
