"""Maps as distributions over places.

A map without any mass, all zero, says nothing about where: whatever is asked of it, alone or beside
another, is NaN. Leave those out of a mean, and report beside it how many they were (`is_empty`):
an empty map is a finding of its own.
"""

import numpy as np


def checked(maps: np.ndarray) -> np.ndarray:
    """Return maps as float64 [B, h, w].

    Raises:
        ValueError: they have another number of axes, or hold a negative or non-finite value.
    """
    values = np.asarray(maps, np.float64)
    if values.ndim != 3:
        raise ValueError(f"maps must have three axes [B, h, w], not the shape {values.shape}")
    wrong = ~np.isfinite(values) | (values < 0)
    if wrong.any():
        first = int(np.flatnonzero(wrong.any(axis=(1, 2)))[0])
        raise ValueError(
            f"map {first} holds {values[first][wrong[first]][0]}, but maps must be finite and not "
            "below 0: make them with rectify=True, and see whether the network's weights are finite"
        )
    return values


def is_empty(maps: np.ndarray) -> np.ndarray:
    """Return, bool [B], whether a map is zero everywhere."""
    return checked(maps).max(axis=(1, 2)) == 0


def unit_mass(maps: np.ndarray) -> np.ndarray:
    """Return maps [B, h, w] divided by their sums; an empty map becomes NaN."""
    values = checked(maps)
    # First by the maximum, so that the sum of tiny values does not vanish.
    values = values / _or_nan(values.max(axis=(1, 2), keepdims=True))
    return values / values.sum(axis=(1, 2), keepdims=True)


def unit_maximum(maps: np.ndarray) -> np.ndarray:
    """Return maps [B, h, w] divided by their maxima; an empty map becomes NaN."""
    values = checked(maps)
    return values / _or_nan(values.max(axis=(1, 2), keepdims=True))


def _or_nan(divisor: np.ndarray) -> np.ndarray:
    return np.where(divisor > 0, divisor, np.nan)
