"""Which arms a run's efficiency is measured with, and which of them take turns."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from experiments.measuring.networks import Measured
from jaxticket.runs.efficiency import Arm, Engine, Kind

PRECISIONS: Mapping[Engine, tuple[str, ...]] = {
    "xla": ("float32", "bfloat16"),
    "onnxruntime": ("float32",),
    "openvino": ("float32", "bfloat16"),
    "sparse": ("float32",),
    "deepsparse": ("float32",),
}
"""What each engine computes in; onnxruntime has no bfloat16 convolution on x86."""
SPARSE: tuple[Engine, ...] = ("sparse", "deepsparse")
"""Engines that skip zeros: other levels are measured fully in these alone."""


@dataclass(frozen=True)
class Setting:
    """Threads, size of the pictures and device: arms of one setting take turns."""

    threads: int
    image_size: int
    device: str = "cpu"


@dataclass(frozen=True)
class Plan:
    """An arm that is to be measured; its fields are those of `Arm`."""

    kind: Kind
    level: int
    engine: Engine
    precision: str
    setting: Setting

    @property
    def may_be_base(self) -> bool:
        """Whether ratios may be to it: the dense network in float32 on the CPU."""
        return (self.kind, self.precision) == ("dense", "float32")


def plans_of(
    networks: Sequence[Measured], ticket: int, engines: Sequence[Engine], threads: Sequence[int],
    image_sizes: Sequence[int], gpu: bool,
) -> dict[Setting, list[Plan]]:  # fmt: skip
    """Return the arms by setting; the dense network in float32 comes first.

    Args:
        networks: levels and controls.
        ticket: the level that is measured in every engine.
        engines: those that are installed.
        threads: of an engine; other levels are measured with the first of them alone, but in those
            that skip zeros.
        image_sizes: sides of the pictures in pixels.
        gpu: whether JAX has one.
    """
    settings = [Setting(count, side) for side in image_sizes for count in threads]
    settings += [Setting(1, side, "gpu") for side in image_sizes if gpu]
    found = {}
    for setting in settings:
        plans = [
            Plan(kind, level, engine, precision, setting)
            for kind, level in (network.key for network in networks)
            for engine in engines
            for precision in PRECISIONS[engine]
            if _wanted(kind, level, engine, precision, setting, ticket, threads[0])
        ]
        found[setting] = sorted(plans, key=lambda plan: not plan.may_be_base)
    return found


def _wanted(
    kind: Kind, level: int, engine: Engine, precision: str, setting: Setting, ticket: int,
    threads: int,
) -> bool:  # fmt: skip
    if setting.device == "gpu" and engine != "xla":
        return False
    if kind == "compacted":  # what skips zeros has no use for it
        return engine not in SPARSE
    if kind == "dense" or level == ticket or (kind == "masked" and engine in SPARSE):
        return True
    if engine == "xla" or precision != "float32":  # as slow at every level, and slow to start
        return False
    return setting.threads == threads and setting.device == "cpu"


def identity(plan: Plan, network: Measured, how: Mapping[str, Any]) -> str:
    """Return a hash of all that an arm's figures depend on.

    Args:
        plan: the arm.
        network: that it runs.
        how: it is measured, and on what.
    """
    known = {"plan": asdict(plan), "weights": network.loaded.weights.digest, **how}
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]


def empty_arm(plan: Plan, network: Measured, identity: str) -> Arm:
    """Return an arm before anything of it is measured."""
    return Arm(
        identity=identity, kind=plan.kind, level=plan.level, sparsity=network.about.sparsity,
        engine=plan.engine, precision=plan.precision, device=plan.setting.device,
        threads=plan.setting.threads, image_size=plan.setting.image_size,
    )  # fmt: skip
