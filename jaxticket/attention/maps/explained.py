"""What a map explains: one logit, or one class of several."""

import jax
import jax.numpy as jnp

Direction = jax.Array | int
"""For a detector of one logit +1 (fake) or -1 (real); for C classes a class index, 0 to C - 1. One
for all pictures, or int [B]."""


def explained_score(logits: jax.Array, direction: Direction) -> jax.Array:
    """Return the score, float [B], that the maps differentiate.

    Args:
        logits: float [B, C].
        direction: see `Direction`.

    Returns:
        direction * logit where C is 1, else the logit of that class; NaN where the direction is
        none (it is traced, so nothing can be raised).
    """
    directions = jnp.broadcast_to(jnp.asarray(direction), logits.shape[:1])
    # A product, so that gradients are NaN too.
    if logits.shape[1] == 1:
        return logits[:, 0] * jnp.where(jnp.abs(directions) == 1, directions, jnp.nan)
    known = (directions >= 0) & (directions < logits.shape[1])
    chosen = jnp.take_along_axis(logits, jnp.where(known, directions, 0)[:, None], axis=1)
    return chosen[:, 0] * jnp.where(known, 1.0, jnp.nan)


def explained_probability(logits: jax.Array, direction: Direction) -> jax.Array:
    """Return the probability, float [B] in [0, 1], of the explained side or class.

    The sigmoid of direction * logit, or the softmax's entry; NaN where the direction is none.
    """
    score = explained_score(logits, direction)
    if logits.shape[1] == 1:
        return jax.nn.sigmoid(score)
    return jnp.exp(score - jax.nn.logsumexp(logits, axis=1))
