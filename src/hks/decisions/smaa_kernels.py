"""Compiled count of ranks over drawn weights."""

# ruff: noqa: C901
# mypy: ignore-errors
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def count_ranks(values, weights, scores, acceptability, beats, centre):
    """Rank the options under each row of weights and add to the counts; equal options share their ranks.

    `values` is (option, criterion), or (draw, option, criterion) with one table for each draw; `centre` gets the sum of
    the weights under which an option is first, shared among equals.
    """
    many, criteria = values.shape[1], values.shape[2]
    for draw in range(weights.shape[0]):
        table = draw if values.shape[0] > 1 else 0
        for a in range(many):
            score = 0.0
            for j in range(criteria):
                score += values[table, a, j] * weights[draw, j]
            scores[a] = score
        for a in range(many):
            better, equal = 0, 0
            for b in range(many):
                if scores[b] > scores[a]:
                    better += 1
                elif scores[b] == scores[a]:
                    equal += 1
                else:
                    beats[a, b] += 1.0
            for rank in range(better, better + equal):
                acceptability[a, rank] += 1.0 / equal
            if better == 0:
                for j in range(criteria):
                    centre[a, j] += weights[draw, j] / equal
