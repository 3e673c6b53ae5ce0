"""Weigh solutions, write the council paper, keep what the council decided."""
