"""Random numbers that stay the same: of a seed and a name, on every version of NumPy."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Choice = TypeVar("Choice")


class Draws:
    """A stream of random numbers that a seed and the name of its purpose decide.

    Only the bits of NumPy's PCG64 are used, which NumPy keeps unchanged; its distributions it does
    not promise to keep.

    Args:
        seed: of the world.
        purpose: names and numbers that tell this stream from others.
    """

    def __init__(self, seed: int, *purpose: str | int):
        digest = hashlib.sha256(json.dumps([seed, *purpose]).encode()).digest()
        self._bits = np.random.PCG64(int.from_bytes(digest[:16], "little"))

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a number in [low, high)."""
        return low + (high - low) * float(self._unit(1)[0])

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """Return a normally distributed number (Box and Muller 1958)."""
        return mean + deviation * float(self.field((1,))[0])

    def chance(self, probability: float) -> bool:
        """Return true with this probability."""
        return self.uniform() < probability

    def sign(self) -> float:
        """Return plus or minus one."""
        return 1.0 if self.chance(0.5) else -1.0

    def choose(self, items: Sequence[Choice]) -> Choice:
        """Return one of the items, each with equal probability."""
        return items[int(self.uniform(0, len(items)))]

    def vector(self, low: float, high: float, size: int) -> np.ndarray:
        """Return `size` numbers in [low, high), float32."""
        return (low + (high - low) * self._unit(size)).astype(np.float32)

    def field(self, shape: tuple[int, ...]) -> np.ndarray:
        """Return independent standard normal numbers of this shape, float32."""
        size = math.prod(shape)
        half = (size + 1) // 2
        unit = self._unit(2 * half).astype(np.float32)
        radius = np.sqrt(-2 * np.log(1 - unit[:half] * np.float32(0.9999999)))
        angle = np.float32(2 * np.pi) * unit[half:]
        both = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])
        return both[:size].reshape(shape)

    def _unit(self, size: int) -> np.ndarray:
        """Return `size` numbers in [0, 1), float64, of the generator's upper 53 bits."""
        raw = np.atleast_1d(self._bits.random_raw(size))
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53
