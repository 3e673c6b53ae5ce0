"""In memory SQLite is one connection for all threads of the tests: whoever uses it waits for the others.

A site has a file and a connection for each thread, and needs none of this.
"""

import threading
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

TURN = threading.RLock()


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer one request after the other."""

    def respond(request: HttpRequest) -> HttpResponse:
        with TURN:
            return get_response(request)

    return respond
