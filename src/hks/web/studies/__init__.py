"""Simulation runs and scenario matrices of a project."""
