"""Play a project through its futures: a projection for each, and what each solution would do there."""
