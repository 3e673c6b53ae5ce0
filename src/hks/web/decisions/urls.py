"""Addresses of weighing and council paper, below a project."""

from django.urls import path

from hks.web.decisions import expert_views, financing_views, group_views, life_views, package_views, views

app_name = "decisions"
urlpatterns = [
    path("weigh/", views.weigh, name="weigh"),
    path("weigh/weights/", views.set_weights, name="set_weights"),
    path("weigh/take-over/", views.take_over, name="take_over"),
    path("weigh/groups/", group_views.groups, name="groups"),
    path("weigh/groups/open/", group_views.open_round, name="open_round"),
    path("weigh/groups/code/<slug:actors>/", group_views.renew, name="renew_code"),
    path("weigh/groups/reveal/", group_views.reveal, name="reveal"),
    path("weigh/groups/stop/", group_views.stop, name="stop_round"),
    path("weigh/ranks/", expert_views.ranks, name="expert_ranks"),
    path("weigh/robustness/", expert_views.robustness, name="expert_robustness"),
    path("weigh/pairs/", expert_views.pairs, name="expert_pairs"),
    path("package/", package_views.package, name="package"),
    path("package/measure/", package_views.measure, name="package_measure"),
    path("package/measure/<int:number>/", package_views.measure, name="package_change"),
    path("package/measure/<int:number>/remove/", package_views.remove, name="package_remove"),
    path("package/propose/", package_views.propose, name="package_propose"),
    path("package/load/", package_views.load, name="package_load"),
    path("package/table.xlsx", package_views.package_table, name="package_table"),
    path("package/budgets/", package_views.set_budgets, name="package_budgets"),
    path("package/take-over/", package_views.take_over_package, name="package_take_over"),
    path("costs/", life_views.costs, name="costs"),
    path("costs/damage/", life_views.damage, name="damage"),
    path("costs/damage/take-over/", life_views.take_damage_over, name="take_damage_over"),
    path("money/", financing_views.money, name="money"),
    path("money/<slug:letter>/", financing_views.finance, name="finance"),
    path("paper/", views.paper, name="paper"),
    path("paper/draft/", views.keep_draft, name="keep_draft"),
    path("paper/make/", views.make_paper, name="make_paper"),
    path("paper/check/", views.check, name="check"),
    path("paper/<int:number>.<slug:form>", views.download, name="download"),
    path("decision/", views.decide, name="decide"),
]
