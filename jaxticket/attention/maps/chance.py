"""Chance: what a map that knows nothing reaches, and random draws by picture.

A face sits in the middle of its crop, and so does most of what is forged: beat `centre_prior`, not
only `random_maps`. `area_share` is what `energy_inside` and `pointing_game` give on average for a
map that does not know the region; `pixel_auc` gives 0.5.
"""

import hashlib
from collections.abc import Sequence

import numpy as np


def draw(purpose: str, seed: int, key: str) -> np.random.Generator:
    """Return a generator of its own for each purpose (a word), seed and picture's key."""
    digest = hashlib.sha256(f"{purpose} {key}".encode()).digest()
    return np.random.default_rng([seed, *np.frombuffer(digest, "<u4").tolist()])


def centre_prior(height: int, width: int, spread: float = 0.25) -> np.ndarray:
    """Return a Gaussian about the centre, float64 [height, width], 1 at the very middle.

    Args:
        height: rows.
        width: columns.
        spread: standard deviation in shares of each side, above 0.
    """
    if not spread > 0:
        raise ValueError(f"the spread must be above 0, not {spread}")
    down, right = (((np.arange(n) + 0.5) / n - 0.5) / spread for n in (height, width))
    return np.exp(-0.5 * (down[:, None] ** 2 + right**2))


def random_maps(keys: Sequence[str] | np.ndarray, height: int, width: int, seed: int) -> np.ndarray:
    """Return uniform noise in (0, 1], float64 [B, height, width]: a function of (seed, key).

    Make it at the size of the network's own map and scale it up as that one is: noise from pixel to
    pixel would be another opponent than a smooth map.
    """
    return np.stack([1 - draw("map", seed, key).random((height, width)) for key in keys])


def area_share(masks: np.ndarray) -> np.ndarray:
    """Return the region's share of each picture, float [B] in (0, 1]; NaN without a region."""
    shares = np.asarray(masks).mean(axis=(1, 2))
    return np.where(shares > 0, shares, np.nan)
