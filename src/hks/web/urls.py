"""All addresses: one line a room."""

from django.urls import include, path

from hks.web.accounts.views import no_other_address

urlpatterns = [
    path("", include("hks.web.stories.urls")),
    path("", include("hks.web.portal.urls")),
    path("", include("hks.web.shell.urls")),
    path("account/email/", no_other_address),
    path("account/", include("allauth.account.urls")),
    path("organisation/", include("hks.web.accounts.urls")),
    path("evidence/", include("hks.web.evidence.urls")),
    path("jobs/", include("hks.web.jobs.urls")),
    path("regions/", include("hks.web.regions.urls")),
    path("regions/", include("hks.web.studies.outlook_urls")),
    path("regions/", include("hks.web.decisions.adaptation_urls")),
    path("projects/", include("hks.web.projects.urls")),
    path("measures/", include("hks.web.projects.measure_urls")),
    path("strategy/", include("hks.web.projects.goal_urls")),
    path("", include("hks.web.formats.urls")),
    path("", include("hks.web.workshops.urls")),
    path("", include("hks.web.participation.urls")),
    path("", include("hks.web.labs.urls")),
    path("projects/<slug:project>/", include("hks.web.studies.urls")),
    path("projects/<slug:project>/", include("hks.web.decisions.urls")),
    path("weights/", include("hks.web.decisions.private_urls")),
]
handler400 = "hks.web.shell.views.bad_request"
handler403 = "hks.web.shell.views.forbidden"
handler404 = "hks.web.shell.views.not_found"
handler500 = "hks.web.shell.views.broken"
