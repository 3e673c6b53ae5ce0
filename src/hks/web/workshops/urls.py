"""Addresses of live workshops: below a project for those who lead them, and for phones."""

from django.urls import path

from hks.web.workshops import card_views, group_views, matrix_views, phone_views, picture_views, strategy_urls, views

app_name = "workshops"
BELOW = "projects/<slug:project>/workshops/"
ONE = f"{BELOW}<int:pk>/"
urlpatterns = [
    *strategy_urls.urlpatterns,
    path(BELOW, views.index, name="index"),
    path(ONE, views.page, name="page"),
    path(f"{ONE}screen/", views.screen, name="screen"),
    path(f"{ONE}screen/now/", views.screen_now, name="screen_now"),
    path(f"{ONE}show/", views.show, name="show"),
    path(f"{ONE}clock/", views.clock, name="clock"),
    path(f"{ONE}undo/", views.undo, name="undo"),
    path(f"{ONE}finish/", views.finish, name="finish"),
    path(f"{ONE}question/", card_views.question, name="question"),
    path(f"{ONE}cards/", card_views.cards, name="cards"),
    path(f"{ONE}cards/merge/", card_views.merge, name="merge"),
    path(f"{ONE}cards/<int:card>/remove/", card_views.remove_card, name="remove_card"),
    path(f"{ONE}cards/<int:card>/close-out/", card_views.close_out_by_card, name="close_out_by_card"),
    path(f"{ONE}code/", card_views.new_code, name="new_code"),
    path(f"{ONE}phones/<int:phone>/close-out/", card_views.close_out, name="close_out"),
    path(f"{ONE}votes/", card_views.votes, name="votes"),
    path(f"{ONE}factors/", card_views.factors, name="factors"),
    path(f"{ONE}factors/<int:factor>/remove/", card_views.remove_factor, name="remove_factor"),
    path(f"{ONE}states/", matrix_views.states, name="states"),
    path(f"{ONE}states/<int:factor>/", matrix_views.name_states, name="name_states"),
    path(f"{ONE}judgements/", matrix_views.judgements, name="judgements"),
    path(f"{ONE}judgements/<int:source>/<int:target>/", matrix_views.section, name="section"),
    path(f"{ONE}judgements/<int:source>/<int:target>/reveal/", matrix_views.reveal, name="reveal"),
    path(f"{ONE}judgements/<int:source>/<int:target>/said/", matrix_views.said, name="said"),
    path(f"{ONE}result/", picture_views.result, name="result"),
    path(f"{ONE}result/now/", picture_views.result_now, name="result_now"),
    path(f"{ONE}why/", picture_views.why, name="why"),
    path(f"{ONE}pictures/", picture_views.pictures, name="pictures"),
    path(f"{ONE}end/", picture_views.end, name="end"),
    path(f"{ONE}end/<int:promise>/remove/", picture_views.break_promise, name="break_promise"),
    path(f"{ONE}minutes.<str:form>", picture_views.paper, name="paper"),
    path(f"{ONE}matrix.<str:form>", picture_views.matrix_file, name="matrix_file"),
    path("workshop/", phone_views.join, name="join"),
    path("workshop/room/", phone_views.room, name="room"),
    path("workshop/room/now/", phone_views.room_now, name="room_now"),
    path("workshop/room/card/", phone_views.write_card, name="write_card"),
    path("workshop/room/card/<int:card>/take-back/", phone_views.take_back, name="take_back"),
    path("workshop/room/dots/", phone_views.place_dots, name="place_dots"),
    path(f"{ONE}groups/", group_views.judging, name="groups"),
    path(f"{ONE}groups/reveal/", group_views.reveal_ready, name="reveal_ready"),
    path(f"{ONE}judgements/<int:source>/<int:target>/again/", group_views.again, name="again"),
    path("workshop/room/group/", group_views.sit_down, name="sit_down"),
    path("workshop/room/together/", group_views.say_together, name="say_together"),
    path("workshop/room/judgements/", phone_views.say, name="say"),
]
