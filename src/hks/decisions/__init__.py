"""Weighing: what options are worth by stated criteria, and which of them hold in every scenario."""
