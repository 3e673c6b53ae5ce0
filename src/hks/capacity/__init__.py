"""Capacity: which transfer format helps a town where it stands, and what it would need."""
