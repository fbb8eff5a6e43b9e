"""The order in which a map takes places away, and the random order that is its floor."""

from collections.abc import Sequence

import numpy as np

from jaxticket.attention.maps.draws import draw


def map_order(maps: np.ndarray, keys: Sequence[str] | np.ndarray, seed: int) -> np.ndarray:
    """Return each place's turn when the strongest come first, int32 [B, H, W], 0 to H * W - 1.

    Equal places, such as all those where a rectified map is zero, come in a random order, a
    function of (seed, key): row by row would be a pattern of its own.

    Args:
        maps: float [B, H, W].
        keys: of the pictures.
        seed: 0 or more.

    Raises:
        ValueError: there are not as many keys as maps, or a map holds NaN.
    """
    if np.isnan(maps).any():
        raise ValueError("a map holds NaN: its places have no order")
    pairs = zip(np.asarray(maps), keys, strict=True)
    return np.stack([_turns(one, draw("ties", seed, key)) for one, key in pairs])


def random_order(
    keys: Sequence[str] | np.ndarray, height: int, width: int, seed: int
) -> np.ndarray:
    """Return a random turn for each place, int32 [B, height, width]: a function of (seed, key)."""
    nothing = np.zeros((height, width))
    return np.stack([_turns(nothing, draw("order", seed, key)) for key in keys])


def _turns(one: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    order = np.lexsort((generator.random(one.size), -one.ravel()))
    turns = np.empty(one.size, np.int32)
    turns[order] = np.arange(one.size, dtype=np.int32)
    return turns.reshape(one.shape)
