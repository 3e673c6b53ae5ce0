"""Concentration: how much of a whole lies with few of its parts."""


def concentration(*counts: float) -> float:
    """Add up the squared shares of the parts (Herfindahl index): 1/n where all n are equal, 1 where one has all. [1]"""
    total = sum(counts)
    return sum((count / total) ** 2 for count in counts)
