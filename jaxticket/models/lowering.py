"""Which way the shared layers are computed: XLA's own operation, or one that is fast on the CPU.

XLA's CPU backend is many times slower than the machine on a few operations of these networks (the
gradient of max-pooling, convolutions on tiny maps, depthwise convolutions, the gradient of batch
normalisation). The layers therefore hold a second formulation of the same mathematics. This module
is the only place that decides between the two.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

import jax

Lowering = Literal["plain", "cpu"]

_forced: ContextVar[Lowering | None] = ContextVar("forced_lowering", default=None)


def cpu_lowering() -> bool:
    """Return whether layers traced now use the formulations made for XLA's CPU backend.

    Read while tracing: true on the CPU backend and false elsewhere, unless `force_lowering` says
    otherwise.
    """
    forced = _forced.get()
    return jax.default_backend() == "cpu" if forced is None else forced == "cpu"


@contextmanager
def force_lowering(lowering: Lowering) -> Iterator[None]:
    """Fix the lowering for everything traced inside the block, for tests and benchmarks.

    A function that `jax.jit` has traced already keeps the lowering it was traced with: make a new
    jitted function inside the block.

    Args:
        lowering: "plain" for XLA's own operations, "cpu" for the formulations made for the CPU.
    """
    if lowering not in ("plain", "cpu"):
        raise ValueError(f"lowering must be 'plain' or 'cpu', not {lowering!r}")
    token = _forced.set(lowering)
    try:
        yield
    finally:
        _forced.reset(token)
