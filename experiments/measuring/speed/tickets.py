"""Several tickets in one program, against one after the other on the same devices."""

from typing import Any

import jax
import jax.numpy as jnp

from experiments.measuring.speed import ours
from experiments.measuring.speed.interleave import Run, interleave, shares
from experiments.measuring.speed.table import Table, name_left_out, spread
from experiments.measuring.step_turns import noise_batch
from experiments.options.benchmark import Config
from jaxticket.models import build
from jaxticket.parallel import joint_step, make_mesh
from jaxticket.parallel.mesh import DATA, TICKET, sharding
from jaxticket.training import create_state

TICKETS = 8
ALONE = "one after the other"
WAYS = {"one program, unrolled": "unrolled", "one program, vmap": "vmap"}
HEADS = {
    "model": "model",
    "pixels": "pixels",
    "way": f"{TICKETS} tickets",
    "ratio": "times as long as one after the other",
    "step_ms": "a step of each (ms)",
    "first_s": "first call (s)",
}


def measure(config: Config, until: float) -> Table:
    """Return the table."""
    size = config.image_sizes[0]
    devices = len(used())
    table = Table(
        f"A step of each of {TICKETS} tickets, each with its own masks and its own batch of "
        f"{config.batch_size}, on {devices} {'device' if devices == 1 else 'devices'}: by one "
        "dispatch each on the first device, or by one program for all over all devices, in which "
        "a device does its tickets' steps after each other (unrolled) or batched (vmap). Median "
        "[quartiles] of turns.",
        HEADS,
    )
    left_out: list[str] = []
    for model, end in shares(config.models[:2], until, left_out):
        runs = {ALONE: alone(config, model, size)}
        runs |= {way: joint(config, model, size, within) for way, within in WAYS.items()}
        times = interleave(runs, config.turns, end)
        for way in runs:
            row: dict[str, Any] = {
                "model": model,
                "pixels": size,
                "way": way,
                "ratio": spread(times.ratio(way, ALONE)),
                "step_ms": spread(1000 * times.calls[way]),
                "first_s": times.first[way],
            }
            table.rows.append(row)
    name_left_out(table, left_out)
    return table


def used() -> list[Any]:
    """Return as many devices as can share the tickets evenly."""
    devices = jax.devices()
    return devices[: max(n for n in range(1, len(devices) + 1) if TICKETS % n == 0)]


def alone(config: Config, model: str, size: int) -> Run:
    """Return steps of all tickets, one dispatch each."""
    optimizer, step = ours.sgd(build(model))
    weights = ours.pruned(model, size, config.sparsity)
    states = [create_state(weights, optimizer, seed) for seed in range(TICKETS)]
    batch = noise_batch(config.batch_size, size)

    def run(calls: int) -> None:
        for _ in range(calls):
            for place, state in enumerate(states):
                states[place], _ = step(state, weights.masks, batch)
        jax.block_until_ready(states)

    return run


def joint(config: Config, model: str, size: int, within: Any) -> Run:
    """Return steps of all tickets by one program."""
    optimizer, function = ours.sgd(build(model), jitted=False)
    mesh = make_mesh(TICKETS, config.batch_size, used())
    step = joint_step(function, mesh, within)
    weights = ours.pruned(model, size, config.sparsity)
    each = [create_state(weights, optimizer, seed) for seed in range(TICKETS)]
    states: Any = jax.tree.map(lambda *leaves: jnp.stack(leaves), *each)
    masks, batches = (
        jax.tree.map(lambda leaf: jnp.stack([leaf] * TICKETS), tree)
        for tree in (weights.masks, noise_batch(config.batch_size, size))
    )
    masks = jax.device_put(masks, sharding(mesh, TICKET))
    batches = jax.device_put(batches, sharding(mesh, TICKET, DATA))
    active = jax.device_put(jnp.ones(TICKETS, bool), sharding(mesh, TICKET))

    def run(calls: int) -> None:
        nonlocal states
        for _ in range(calls):
            states, _ = step(states, active, masks, batches)
        jax.block_until_ready(states)

    return run
