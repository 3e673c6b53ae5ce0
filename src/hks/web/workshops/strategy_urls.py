"""Addresses of strategy workshops, beside those of every workshop."""

from django.urls import path

from hks.web.workshops import strategy_views

BELOW = "projects/<slug:project>/workshops/"
ONE = f"{BELOW}<int:pk>/"
urlpatterns = [
    path(f"{BELOW}strategy/", strategy_views.begin, name="begin_strategy"),
    path(f"{ONE}swot/", strategy_views.swot, name="swot"),
    path(f"{ONE}swot/merge/", strategy_views.merge, name="merge_swot"),
    path(f"{ONE}swot/<int:card>/", strategy_views.change_card, name="change_card"),
    path(f"{ONE}weights/", strategy_views.weights, name="weights"),
    path(f"{ONE}goals/", strategy_views.draft_goals, name="goals"),
    path(f"{ONE}goals/<int:row>/remove/", strategy_views.remove_goal, name="remove_goal"),
    path(f"{ONE}measures/", strategy_views.draft_measures, name="measures"),
    path(f"{ONE}measures/<int:row>/remove/", strategy_views.remove_measure, name="remove_measure"),
    path(f"{ONE}agreements/", strategy_views.agreements, name="agreements"),
    path(f"{ONE}agreements/<int:row>/remove/", strategy_views.remove_agreement, name="remove_agreement"),
    path("workshop/room/swot/", strategy_views.write_card, name="write_swot"),
]
