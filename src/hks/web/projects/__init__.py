"""Workshop projects: stages, options with versions, effects, tasks, affected groups."""
