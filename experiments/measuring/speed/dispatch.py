"""Several steps in one dispatch, pictures that the device holds, bfloat16: what each gains."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.measuring.speed import ours
from experiments.measuring.speed.interleave import Run, interleave, shares
from experiments.measuring.speed.table import Table, name_left_out, spread
from experiments.measuring.step_turns import noise
from experiments.options.benchmark import Config
from jaxticket.models import build
from jaxticket.models.precision import Precision, in_precision
from jaxticket.training import chunk_function, create_state

HELD = 2048
"""Pictures on the device."""
SENT = "one step, its pictures sent"
WAYS: dict[str, tuple[int, bool, Precision]] = {
    SENT: (1, False, "float32"),
    "one step, pictures on the device": (1, True, "float32"),
    "8 steps, pictures on the device": (8, True, "float32"),
    "32 steps, pictures on the device": (32, True, "float32"),
    "32 steps, pictures on the device, bfloat16": (32, True, "bfloat16"),
}
"""Steps of a dispatch, whether the device holds the pictures, and what it computes in."""
HEADS = {
    "model": "model",
    "pixels": "pixels",
    "way": "a dispatch",
    "ratio": f"times as long as {SENT}",
    "step_ms": "a step (ms)",
    "first_s": "first call (s)",
}


def measure(config: Config, until: float) -> Table:
    """Return the table."""
    size = config.image_sizes[0]
    table = Table(
        f"Training steps, batch {config.batch_size}: one a dispatch with its pictures sent from "
        f"the host, pictures named by position where the device holds {HELD:,}, several a dispatch "
        "by `lax.scan`, layers in bfloat16. Median [quartiles] of turns, of one step.",
        HEADS,
    )
    if jax.default_backend() == "cpu":
        table.notes.append(
            "Not measured on a CPU: it has nothing to send to, and its convolutions are many times "
            "slower inside a loop."
        )
        return table
    left_out: list[str] = []
    for model, end in shares(config.models[:2], until, left_out):
        table.rows += rows(config, model, size, end)
    name_left_out(table, left_out)
    return table


def rows(config: Config, model: str, size: int, until: float) -> list[dict[str, Any]]:
    """Return the rows of a model."""
    runs = {way: steps_of(config, model, size, *how) for way, how in WAYS.items()}
    times = interleave(runs, config.turns, until)
    each = {way: times.calls[way] / steps for way, (steps, _, _) in WAYS.items()}
    return [
        {
            "model": model,
            "pixels": size,
            "way": way,
            "ratio": spread(each[way] / each[SENT]),
            "step_ms": spread(1000 * each[way]),
            "first_s": times.first[way],
        }
        for way in WAYS
    ]


def steps_of(
    config: Config, model: str, size: int, steps: int, on_device: bool, precision: Precision
) -> Run:
    """Return a run of dispatches.

    Args:
        config: names batch and sparsity.
        model: the detector's name.
        size: side of the pictures in pixels.
        steps: of a dispatch.
        on_device: whether the device holds the pictures.
        precision: of the layers.
    """
    optimizer, function = ours.sgd(in_precision(build(model), precision), jitted=False)
    chunk = jax.jit(chunk_function(function), donate_argnums=0)
    weights = ours.pruned(model, size, config.sparsity)
    state: Any = create_state(weights, optimizer, seed=0)
    images, labels = noise(HELD if on_device else config.batch_size, size)
    held = jnp.asarray(images) if on_device else None
    draw = np.random.default_rng(0)

    def batches() -> dict[str, np.ndarray]:
        shape = (steps, config.batch_size)
        chosen = draw.integers(len(labels), size=shape, dtype=np.int32)
        pictures = {"position": chosen} if on_device else {"image": images[chosen]}
        return {**pictures, "label": labels[chosen], "weight": np.ones(shape, np.float32)}

    def run(calls: int) -> None:
        nonlocal state
        for _ in range(calls):
            state, _ = chunk(state, weights.masks, held, batches())
        jax.block_until_ready(state)

    return run
