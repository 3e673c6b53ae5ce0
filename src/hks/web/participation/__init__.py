"""Consultations: who is affected, who says yes, and on which condition."""
