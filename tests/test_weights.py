import hashlib

import chex
import jax
import jax.numpy as jnp
import numpy as np

from jaxticket.weights import Weights, dense

PARAMS = {"fc": {"bias": np.zeros(1, np.float32), "kernel": np.ones((2, 1), np.float32)}}
STATS = {"bn": {"mean": np.arange(2.0, dtype=np.float32)}}


def test_unpruned_weights_are_all_alive():
    weights = dense(PARAMS, STATS)
    chex.assert_trees_all_equal(
        weights.masks, jax.tree.map(lambda x: np.ones(x.shape, bool), PARAMS)
    )


def test_weights_are_a_pytree():
    doubled = jax.jit(lambda weights: jax.tree.map(lambda x: x + x, weights))(dense(PARAMS, {}))
    assert isinstance(doubled, Weights)
    assert doubled.params["fc"]["kernel"].tolist() == [[2.0], [2.0]]


def test_the_digest_is_of_every_bit_and_place():
    masks = jax.tree.map(lambda x: x != 0, PARAMS)
    weights, hashed = Weights(PARAMS, STATS, masks), hashlib.sha256()
    # Evaluations that older runs keep are found again by it.
    for path, leaf in {
        "batch_stats/bn/mean": STATS["bn"]["mean"],
        "masks/fc/bias": masks["fc"]["bias"], "masks/fc/kernel": masks["fc"]["kernel"],
        "params/fc/bias": PARAMS["fc"]["bias"], "params/fc/kernel": PARAMS["fc"]["kernel"],
    }.items():  # fmt: skip
        hashed.update(f"{path} {leaf.dtype} {leaf.shape}\n".encode() + leaf.tobytes())
    assert weights.digest == hashed.hexdigest()
    assert jax.tree.map(jnp.asarray, weights).digest == weights.digest
    assert dense(PARAMS, STATS).digest != weights.digest
