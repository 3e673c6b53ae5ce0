"""Addresses of the futures of a project, below it."""

from django.urls import path

from hks.web.studies import consistent_views, ensemble_views, matrix_views, narrative_views, views

app_name = "studies"
urlpatterns = [
    path("futures/", views.futures, name="project"),
    path("futures/add/", views.add, name="add"),
    path("futures/<int:pk>/remove/", views.remove, name="remove"),
    path("futures/order/", views.order, name="order"),
    path("futures/told/", narrative_views.told, name="told"),
    path("futures/told/print/", narrative_views.printed, name="told_printed"),
    path("futures/told/<int:pk>/story/", narrative_views.story, name="story"),
    path("futures/told/sign/", narrative_views.sign, name="sign"),
    path("futures/told/sign/<int:pk>/", narrative_views.sign, name="change_sign"),
    path("futures/told/sign/<int:pk>/write-down/", narrative_views.write_down, name="write_down"),
    path("futures/told/event/", narrative_views.event, name="event"),
    path("futures/told/event/<int:pk>/", narrative_views.event, name="change_event"),
    path("futures/told/<slug:kind>/<int:pk>/remove/", narrative_views.remove, name="remove_told"),
    path("futures/told/<slug:kind>/<int:pk>/back/", narrative_views.take_back, name="take_back_told"),
    path("futures/told/picture/<int:pk>/", narrative_views.take_picture, name="take_picture"),
    path("futures/ensemble/", ensemble_views.page, name="ensemble"),
    path("futures/ensemble/order/", ensemble_views.order, name="ensemble_order"),
    path("futures/ensemble/<int:pk>/cases.csv", ensemble_views.cases, name="ensemble_cases"),
    path("futures/ensemble/<int:pk>/take-over/", ensemble_views.take_over, name="ensemble_take_over"),
    path("futures/consistent/", consistent_views.consistent, name="consistent"),
    path("futures/consistent/plan.json", consistent_views.plan_part, name="plan_part"),
    path("futures/consistent/load/", consistent_views.load, name="load"),
    path("futures/consistent/workshop/<int:pk>/", consistent_views.from_workshop, name="from_workshop"),
    path("futures/consistent/solve/", consistent_views.solve, name="solve"),
    path("futures/consistent/judgements/", consistent_views.judgements, name="judgements"),
    path("futures/consistent/meaning/", consistent_views.meaning, name="meaning"),
    path("futures/consistent/take-over/", consistent_views.take_over, name="take_over"),
    path("futures/consistent/starts/", matrix_views.basins, name="basins"),
    path("futures/consistent/what-if/", matrix_views.what_if, name="what_if"),
    path("futures/consistent/rough/", matrix_views.rough, name="rough"),
    path("futures/consistent/influence/", matrix_views.influence, name="influence"),
    path("futures/consistent/agree/", matrix_views.agree, name="agree"),
    path("futures/consistent/agree/load/", matrix_views.load_pairs, name="load_pairs"),
    path("futures/consistent/sheet/", matrix_views.sheet, name="sheet"),
    path("futures/consistent/matrix.<slug:form>", matrix_views.matrix_file, name="matrix_file"),
    path("futures/consistent/futures.<slug:form>", matrix_views.futures_file, name="futures_file"),
]
