"""The language of a page, and errors as sentences."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from hks.core.errors import HksError, StateError
from hks.web.shell.translated import translated

LANGUAGE_COOKIE = "hks_language"
GetResponse = Callable[[HttpRequest], HttpResponse]


def language(get_response: GetResponse) -> GetResponse:
    """German unless the person chose otherwise; the browser's wish is not asked."""
    known = dict(settings.LANGUAGES)

    def respond(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response

    return respond


class ErrorsForPeople:
    """Turns an error that has a sentence into a page that says it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; where only a form may be sent, say so to whoever opens the address."""
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET":
            return response
        said = _("This address only takes what a form sends. Please open the page with the form again.")
        page = render(request, "shell/problem.html", {"problem": said}, status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer with the sentence of an error that was made for people."""
        if not isinstance(error, HksError):
            return None
        status = 409 if isinstance(error, StateError) else 400
        return render(request, "shell/problem.html", {"problem": translated(error)}, status=status)
