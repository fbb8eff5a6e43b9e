"""What the machine can at most: a large matrix product and a large copy, as JAX does them."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from experiments.measuring.speed.interleave import Run

MATMUL, COPY = "matmul", "copy"
SIZES = {"cpu": (2048, 1 << 24)}
"""Side of the matrices, and numbers that are copied, by backend."""
LARGE = (8192, 1 << 28)
"""The same on an accelerator."""


class Rate(NamedTuple):
    """Something that runs at the machine's limit: `amount` FLOPs, or bytes, a call."""

    run: Run
    amount: float


def rates() -> dict[str, Rate]:
    """Return a product of square float32 matrices, and a copy (bytes read and written)."""
    side, count = SIZES.get(jax.default_backend(), LARGE)
    key = jax.random.key(0)
    left, right = (jax.random.normal(k, (side, side)) for k in jax.random.split(key))
    numbers = jnp.zeros(count, jnp.float32)
    product, copy = jax.jit(jnp.matmul), jax.jit(lambda x: x + 1)
    return {
        MATMUL: Rate(repeat(lambda: product(left, right)), 2.0 * side**3),
        COPY: Rate(repeat(lambda: copy(numbers)), 2.0 * numbers.nbytes),
    }


def repeat(call: Callable[[], object]) -> Run:
    """Return a run of a function whose results JAX may still be computing when it returns."""

    def run(calls: int) -> None:
        for _ in range(calls - 1):
            call()
        jax.block_until_ready(call())

    return run
