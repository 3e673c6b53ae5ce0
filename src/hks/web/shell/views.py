"""Language switch and error pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hks.web.shell.middleware import LANGUAGE_COOKIE


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language and stay on the page."""
    response = back_to(request, request.POST.get("next", ""))
    if request.POST.get("language") in dict(settings.LANGUAGES):
        remember_language(response, request.POST["language"])
    return response


def back_to(request: HttpRequest, address: str) -> HttpResponse:
    """Lead back to a page of this site, or to the first one where the address is none of ours."""
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, {request.get_host()})
    return HttpResponseRedirect(address if ours else "/")


def remember_language(response: HttpResponse, language: str) -> None:
    """Let the browser keep the chosen language for a year."""
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=31536000, samesite="Lax", httponly=True, secure=settings.SECURE_SITE
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request was not understood."""
    del exception
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say why the door is closed."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here."""
    del exception
    return render(request, "404.html", status=404)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was open too long or came from elsewhere; Django's own reason is for the log."""
    del reason
    text = _("This form was open too long. Please load the page again and send it once more.")
    return render(request, "403.html", {"reason": text}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault, without asking the database, which may be what broke."""
    del request
    return HttpResponse(render_to_string("500.html"), status=500)
