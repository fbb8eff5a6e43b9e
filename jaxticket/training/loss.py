"""The loss of a detector."""

import jax
import optax


def cross_entropy(logits: jax.Array, labels: jax.Array) -> jax.Array:
    """Return the cross entropy of each picture, in nats, float [B].

    Args:
        logits: [B, 1] for real/fake (positive = fake), or [B, C] for C classes.
        labels: int [B]: real 0, fake 1, or the class.
    """
    if logits.shape[-1] == 1:
        return optax.sigmoid_binary_cross_entropy(logits[:, 0], labels)
    return optax.softmax_cross_entropy_with_integer_labels(logits, labels)
