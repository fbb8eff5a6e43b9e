"""Codes of rows, int arrays: joined, counted, and two rows that repeat or contradict each other."""

import re
from collections.abc import Sequence
from contextlib import suppress

import numpy as np


def in_order(names: Sequence[str], codes: np.ndarray) -> list[int]:
    """Return the codes there are, by their names: numbers in them by value."""

    def order(code: int) -> list[tuple[int, float, str]]:
        with suppress(ValueError):  # such as 1e4 beside 900.0
            return [(0, float(names[code]), "")]
        parts = re.split(r"([0-9]+)", names[code])
        return [(0, float(p), "") if p[0] in "0123456789" else (1, 0.0, p) for p in parts if p]

    return sorted(np.unique(codes).tolist(), key=order)


def joint(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Return a number for every combination of codes, 0..K-1."""
    whole = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        _, whole = np.unique(whole * (int(part.max()) + 1) + part, return_inverse=True)
    return whole


def turn(codes: np.ndarray) -> np.ndarray:
    """Return how many equal codes stand before each."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    turn = np.empty(len(codes), int)
    turn[order] = np.arange(len(codes)) - np.repeat(starts, np.diff(np.r_[starts, len(codes)]))
    return turn


def repeated(codes: np.ndarray) -> tuple[int, int] | None:
    """Return the places of two equal codes."""
    order = np.argsort(codes, kind="stable")
    same = np.flatnonzero(codes[order][1:] == codes[order][:-1])
    return (int(order[same[0]]), int(order[same[0] + 1])) if same.size else None


def with_both_labels(cell: np.ndarray, base: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return which rows are of a picture or video with both labels in one model and seed."""
    own = joint([cell, base])
    return np.isin(base, base[_mixed(own, labels)[own]])


def count_of_both(videos: np.ndarray, labels: np.ndarray) -> int:
    """Return how many videos have examples of both labels."""
    return int(_mixed(videos, labels).sum())


def _mixed(codes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return which codes have rows of both labels; bool, one for every code."""
    fakes, rows = np.bincount(codes, labels), np.bincount(codes)
    return (fakes > 0) & (fakes < rows)


def contradicting(
    codes: np.ndarray, values: np.ndarray, known: np.ndarray
) -> tuple[int, int] | None:
    """Return the places of two equal codes with unequal values, both known."""
    order = np.argsort(codes, kind="stable")
    order = order[known[order]]
    codes, values = codes[order], values[order]
    bad = np.flatnonzero((codes[1:] == codes[:-1]) & (values[1:] != values[:-1]))
    return (int(order[bad[0]]), int(order[bad[0] + 1])) if bad.size else None
