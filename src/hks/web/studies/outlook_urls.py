"""Addresses of the outlook of a town or district; the converter of keys is registered by `regions.urls`."""

from django.urls import path

from hks.web.studies import (
    cover_views,
    culvert_views,
    drawn_views,
    file_views,
    follow_up_views,
    ground_views,
    money_views,
    official_views,
    outlook_views,
    part_views,
    place_views,
    rain_views,
    reservoir_views,
    street_views,
    take_over_views,
)
from hks.web.studies.file_pages import FILE_PAGES
from hks.web.studies.follow_ups import FOLLOW_UPS

app_name = "outlooks"
urlpatterns = [
    path("<ags:ags>/people/", outlook_views.people, name="people"),
    path("<ags:ags>/people/order/", outlook_views.order_people, name="order_people"),
    path("<ags:ags>/people/parts/", part_views.order_parts, name="order_parts"),
    path("<ags:ags>/people/parts.xlsx", part_views.parts_table, name="parts_table"),
    path("<ags:ags>/money/", money_views.room, name="room"),
    path("<ags:ags>/money/order/", money_views.order_room, name="order_room"),
    path("<ags:ags>/money/table.xlsx", money_views.room_table, name="room_table"),
    *(
        entry
        for slug in FOLLOW_UPS
        for entry in (
            path(f"<ags:ags>/{slug}/", follow_up_views.page, {"slug": slug}, name=slug),
            path(f"<ags:ags>/{slug}/order/", follow_up_views.order, {"slug": slug}, name=f"order_{slug}"),
            path(f"<ags:ags>/{slug}/table.xlsx", follow_up_views.excel, {"slug": slug}, name=f"{slug}_excel"),
            path(f"<ags:ags>/{slug}/table.csv", follow_up_views.comma_table, {"slug": slug}, name=f"{slug}_csv"),
        )
    ),
    *(
        entry
        for slug in FILE_PAGES
        for entry in (
            path(f"<ags:ags>/{slug}/", file_views.page, {"slug": slug}, name=slug),
            path(f"<ags:ags>/{slug}/order/", file_views.order, {"slug": slug}, name=f"order_{slug}"),
            path(f"<ags:ags>/{slug}/load/", file_views.load, {"slug": slug}, name=f"{slug}_load"),
            path(f"<ags:ags>/{slug}/example/", file_views.example, {"slug": slug}, name=f"{slug}_example"),
            path(
                f"<ags:ags>/{slug}/template/<slug:name>.csv",
                file_views.template,
                {"slug": slug},
                name=f"{slug}_template",
            ),
            path(f"<ags:ags>/{slug}/<int:pk>/map.png", file_views.image, {"slug": slug}, name=f"{slug}_map"),
            path(f"<ags:ags>/{slug}/<int:pk>/files.zip", file_views.files, {"slug": slug}, name=f"{slug}_files"),
        )
    ),
    path("<ags:ags>/heat-measures/plan/<int:pk>/", file_views.use_plan, name="heat_plan"),
    path("<ags:ags>/rain/", rain_views.page, name="rain"),
    path("<ags:ags>/rain/order/", rain_views.order, name="order_rain"),
    path("<ags:ags>/rain/<int:pk>/map.png", rain_views.image, name="rain_map"),
    path("<ags:ags>/rain/<int:pk>/moments/", rain_views.moments, name="rain_moments"),
    path("<ags:ags>/rain/<int:pk>/moments/<int:number>.png", rain_views.moment, name="rain_moment"),
    path("<ags:ags>/rain/<int:pk>/grids.zip", rain_views.grids, name="rain_grids"),
    path("<ags:ags>/rain/<int:pk>/official/", official_views.page, name="official"),
    path("<ags:ags>/rain/<int:pk>/official/order/", official_views.order, name="order_official"),
    path("<ags:ags>/rain/<int:pk>/official/<slug:name>.png", official_views.image, name="official_picture"),
    path("<ags:ags>/rain/<int:pk>/streets/", street_views.page, name="rain_streets"),
    path("<ags:ags>/rain/<int:pk>/streets/affected/", street_views.affected, name="rain_affected"),
    path("<ags:ags>/rain/<int:pk>/buildings.xlsx", street_views.buildings, {"form": "xlsx"}, name="rain_buildings"),
    path("<ags:ags>/rain/<int:pk>/buildings.csv", street_views.buildings, {"form": "csv"}, name="rain_buildings_csv"),
    path("<ags:ags>/rain/<int:pk>/places/", place_views.courses, name="rain_courses"),
    path("<ags:ags>/rain/places/", place_views.page, name="watched"),
    path("<ags:ags>/rain/places/add/", place_views.add, name="watched_add"),
    path("<ags:ags>/rain/places/<int:pk>/remove/", place_views.drop, name="watched_drop"),
    path("<ags:ags>/rain/culverts/", culvert_views.page, name="culverts"),
    path("<ags:ags>/rain/culverts/add/", culvert_views.add, name="culvert_add"),
    path("<ags:ags>/rain/culverts/search/", culvert_views.search, name="sinks_search"),
    path("<ags:ags>/rain/culverts/hollows.png", culvert_views.sinks_picture, name="sinks_picture"),
    path("<ags:ags>/rain/culverts/hollow/<int:place>/open/", culvert_views.open_one, name="culvert_open"),
    path("<ags:ags>/rain/culverts/<int:pk>/resize/", culvert_views.resize, name="culvert_resize"),
    path("<ags:ags>/rain/culverts/<int:pk>/remove/", culvert_views.drop, name="culvert_drop"),
    path("<ags:ags>/rain/ground.png", place_views.ground, name="ground_picture"),
    path("<ags:ags>/rain/ground/", ground_views.load, name="ground"),
    path("<ags:ags>/rain/ground/example/", ground_views.example, name="ground_example"),
    path("<ags:ags>/rain/ground/<int:pk>/", ground_views.preview, name="ground_preview"),
    path("<ags:ags>/rain/ground/<int:pk>/confirm/", ground_views.confirm, name="ground_confirm"),
    path("<ags:ags>/rain/cover/", cover_views.page, name="cover"),
    path("<ags:ags>/rain/cover/example/", cover_views.example, name="cover_example"),
    path("<ags:ags>/rain/cover/table.xlsx", cover_views.table, {"form": "xlsx"}, name="cover_xlsx"),
    path("<ags:ags>/rain/cover/table.csv", cover_views.table, {"form": "csv"}, name="cover_csv"),
    path("<ags:ags>/rain/measures/", drawn_views.index, name="plans"),
    path("<ags:ags>/rain/measures/<int:pk>/", drawn_views.plan, name="plan"),
    path("<ags:ags>/rain/measures/<int:pk>/draw/", drawn_views.draw, name="draw"),
    path("<ags:ags>/rain/measures/<int:pk>/drop/<int:place>/", drawn_views.drop, name="drop"),
    path("<ags:ags>/rain/measures/<int:pk>/delete/", drawn_views.delete, name="delete_plan"),
    path("<ags:ags>/rain/measures/<int:pk>/order/", drawn_views.order, name="order_measures"),
    path("<ags:ags>/rain/measures/<int:pk>/<slug:name>.png", drawn_views.drawn, name="plan_picture"),
    path("<ags:ags>/rain/measures/<int:pk>/grids.zip", drawn_views.grids, name="plan_grids"),
    path("<ags:ags>/rain/measures/<int:pk>/option/", take_over_views.page, name="take_over"),
    path("<ags:ags>/reservoirs/", reservoir_views.page, name="reservoirs"),
    path("<ags:ags>/reservoirs/order/", reservoir_views.order, name="order_reservoirs"),
    path("<ags:ags>/reservoirs/<int:pk>/take-over/", reservoir_views.take_over, name="reservoirs_take_over"),
    path("<ags:ags>/reservoirs/load/", reservoir_views.load, name="reservoirs_load"),
    path("<ags:ags>/reservoirs/load/<slug:kind>.csv", reservoir_views.csv_template, name="reservoirs_csv"),
    path("<ags:ags>/reservoirs/load/<int:pk>/", reservoir_views.preview, name="reservoirs_preview"),
    path("<ags:ags>/reservoirs/load/<int:pk>/confirm/", reservoir_views.confirm, name="reservoirs_confirm"),
    path("<ags:ags>/people/own-forecast/", outlook_views.own_forecast, name="own_forecast"),
]
