"""Scenario techniques: which combinations of developments fit together."""
