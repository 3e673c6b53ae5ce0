"""THE list of methods: one line each."""

from hks.core.method import Method
from hks.core.registry import by_slug

METHODS: dict[str, Method] = by_slug([])
