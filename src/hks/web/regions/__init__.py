"""Municipalities and their official figures."""
