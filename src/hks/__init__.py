"""hks: from a town's problem to its council's decision, every figure traceable."""

__version__ = "0.1.0"
