"""Indicators: what a town's figures say about where it is heading."""
