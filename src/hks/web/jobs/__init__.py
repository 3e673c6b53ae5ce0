"""Background jobs: ordered in the request, carried out by the worker, brought back by their lease."""
