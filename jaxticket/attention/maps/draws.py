"""Randomness by picture: a function of what it is for, the seed and the picture's key."""

import hashlib

import numpy as np


def draw(purpose: str, seed: int, key: str) -> np.random.Generator:
    """Return a generator; other purposes, seeds and keys have independent ones.

    Args:
        purpose: a word.
        seed: 0 or more.
        key: of the picture.
    """
    digest = hashlib.sha256(f"{purpose} {key}".encode()).digest()
    return np.random.default_rng([seed, *np.frombuffer(digest, "<u4").tolist()])
