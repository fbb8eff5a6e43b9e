"""Deletion and insertion: whether what a map marks matters to the network.

Petsiuk et al. 2018 (RISE, 1806.07421, 4.2). Places leave the picture in the map's order, and the
probability of the explained class should fall soon (deletion); they enter a blurred picture in that
order, and it should rise soon (insertion). A place that is deleted gets the picture's own mean
colour; RISE takes one grey for all. A random order is the floor: a good map's deletion area lies
below the random one's, its insertion area above.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from jaxticket.attention.maps.chance import draw
from jaxticket.attention.maps.explained import Direction, explained_probability
from jaxticket.models import Detector
from jaxticket.trees import Tree

STEPS = 16
"""Equal steps from the whole picture to nothing of it."""

BLUR = 0.05
"""Standard deviation of the blur, in shares of the picture's side."""


class Curves(NamedTuple):
    """Probabilities of the explained class at the shares 0, 1/steps, ..., 1 of the places.

    Attributes:
        deletion: [B, steps + 1]; from the picture to its mean colour.
        insertion: [B, steps + 1]; from the blurred picture to the picture.
    """

    deletion: jax.Array
    insertion: jax.Array


MakeCurves = Callable[[Tree, Tree, jax.Array, jax.Array, Direction], Curves]
"""`(params, batch_stats, images uint8 [B,H,W,3], turns int32 [B,H,W], direction) -> Curves`."""


def make_curves(detector: Detector, steps: int = STEPS, blur: float = BLUR) -> MakeCurves:
    """Return the jitted function from pictures, and the turns of their places, to both curves.

    One compilation serves all networks of this form, all maps and the random order (see
    `map_order`, `random_order`).

    Args:
        detector: the network, in evaluation mode.
        steps: how many times places are changed, 1 or more; each costs two evaluations.
        blur: standard deviation in shares of the side, above 0.

    Raises:
        ValueError: an option is out of its range.
    """
    if steps < 1:
        raise ValueError(f"curves need 1 step or more, not {steps}")
    if not blur > 0:
        raise ValueError(f"the blur must be above 0, not {blur}")

    def curves(
        params: Tree, batch_stats: Tree, images: jax.Array, turns: jax.Array, direction: Direction
    ) -> Curves:
        pictures = jnp.asarray(images, jnp.float32)
        plain = jnp.broadcast_to(jnp.mean(pictures, axis=(1, 2), keepdims=True), pictures.shape)
        blurred = blur_pictures(pictures, blur)

        def probability(given: jax.Array) -> jax.Array:
            logits, _ = detector.apply(params, batch_stats, detector.normalise(given))
            return explained_probability(logits, direction)

        def at(count: jax.Array) -> Curves:
            changed = (turns < count)[..., None]
            return Curves(
                probability(jnp.where(changed, plain, pictures)),
                probability(jnp.where(changed, pictures, blurred)),
            )

        places = turns.shape[1] * turns.shape[2]
        counts = [round(places * step / steps) for step in range(steps + 1)]
        return jax.tree.map(jnp.transpose, jax.lax.map(at, jnp.array(counts)))

    return jax.jit(curves)


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
    return np.stack([_turns(values, draw("ties", seed, key)) for values, key in pairs])


def random_order(
    keys: Sequence[str] | np.ndarray, height: int, width: int, seed: int
) -> np.ndarray:
    """Return a random turn for each place, int32 [B, height, width]: a function of (seed, key)."""
    nothing = np.zeros((height, width))
    return np.stack([_turns(nothing, draw("order", seed, key)) for key in keys])


def area(curve: np.ndarray | jax.Array) -> np.ndarray:
    """Return the area under curves [B, steps + 1] over the share of places, by trapezia: [B]."""
    values = np.asarray(curve, np.float64)
    return np.mean((values[:, 1:] + values[:, :-1]) / 2, axis=1)


def blur_pictures(pictures: jax.Array, blur: float) -> jax.Array:
    """Return float pictures [B, H, W, C] blurred by a Gaussian, edges continued.

    Args:
        pictures: of any range.
        blur: standard deviation in shares of each side.
    """
    down, across = (_blur_matrix(side, blur * side) for side in pictures.shape[1:3])
    return jnp.einsum("ij,bjkc,lk->bilc", down, pictures, across, precision="highest")


def _turns(values: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    order = np.lexsort((generator.random(values.size), -values.ravel()))
    turns = np.empty(values.size, np.int32)
    turns[order] = np.arange(values.size, dtype=np.int32)
    return turns.reshape(values.shape)


def _blur_matrix(side: int, deviation: float) -> np.ndarray:
    """Return the weights, [side, side], by which each pixel of a line becomes a mean of all."""
    reach = int(np.ceil(4 * deviation))
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (offsets / deviation) ** 2)
    matrix = np.zeros((side, side))
    for pixel in range(side):
        np.add.at(matrix[pixel], np.clip(pixel + offsets, 0, side - 1), weights / weights.sum())
    return matrix.astype(np.float32)
