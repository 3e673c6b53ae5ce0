"""Participation: what people said, counted so that nobody can be recognised."""
