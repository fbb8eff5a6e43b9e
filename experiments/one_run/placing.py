"""Where a run's pictures lie and how many steps a dispatch has: chosen once, kept with the run."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import jax

from experiments.one_run.data import Data
from experiments.options.imp import Config
from jaxticket.lottery import Budget, Experiment
from jaxticket.runs import files
from jaxticket.text import count_text
from jaxticket.training import Chunks, hold, steps_in_chunk

MOST_STEPS = 32
"""Of a dispatch: a request to stop waits for its end."""
SHARE = 1 / 4
"""Of the device's memory, which the pictures of all splits may take."""
MEMORY = 8 << 30
"""Bytes of a device that does not say how many it has."""


@dataclass(frozen=True)
class Placing:
    """What does not change which steps are done, but may change their last bits.

    Attributes:
        data_on: where the decoded pictures lie.
        steps_per_dispatch: training steps in one program.
    """

    data_on: Literal["host", "device"] = "host"
    steps_per_dispatch: int = 1

    def described(self) -> dict[str, Any]:
        """Return what an environment.json says of it: of the usual on a CPU nothing."""
        return {} if self == Placing() and jax.default_backend() == "cpu" else asdict(self)

    def lines(self) -> list[str]:
        """Return it in words, where there is something to say."""
        steps = count_text(self.steps_per_dispatch, "training step")
        lines = [f"pictures lie on the {self.data_on}; {steps} a dispatch"]
        if self.steps_per_dispatch > 1 and jax.default_backend() == "cpu":
            lines.append("several steps a dispatch make a CPU many times slower")
        return lines if self.described() else []


def placing_of(config: Config, data: Data, budget: Budget, *runs: Path) -> Placing:
    """Return what is asked for; else what a run had on such a device; else what suits the device.

    Args:
        config: what is asked for.
        data: whose pictures they are.
        budget: of a level.
        runs: the run folder, and that of its ticket; the first counts that is there.

    Raises:
        ValueError: fewer than one step a dispatch.
    """
    asked = config.steps_per_dispatch
    if asked is not None and asked < 1:
        raise ValueError(f"--steps_per_dispatch must be at least 1, not {asked}")
    kept = next((found for run in runs if (found := _kept(run))), {})
    on = kept.get("data_on", _fitting(config.image_size, data))
    on = on if config.data_on == "auto" else config.data_on
    steps = 1
    if on == "device" and jax.default_backend() != "cpu":
        most = min(MOST_STEPS, budget.checkpoint_every or MOST_STEPS)
        steps = steps_in_chunk(most, budget.steps_per_epoch)
    return Placing(on, asked or kept.get("steps_per_dispatch", steps))


def place(experiment: Experiment, placing: Placing) -> tuple[Experiment, Chunks | None]:
    """Return an experiment whose pictures lie where they should, and its trainer.

    The trainer is None for one step a dispatch of batches from the host.
    """
    if placing == Placing():
        return experiment, None
    if placing.data_on == "device":
        splits = {"train": experiment.train, "validation": experiment.validation,
                  "test": experiment.test}  # fmt: skip
        experiment = replace(experiment, held={name: hold(e) for name, e in splits.items()})
    held = experiment.held.get("train")
    return experiment, Chunks(experiment.step_function, placing.steps_per_dispatch, held)


def _fitting(image_size: int, data: Data) -> Literal["host", "device"]:
    if jax.default_backend() == "cpu":
        return "host"
    size = 3 * image_size**2 * sum(data.count(s) for s in ("train", "validation", "test"))
    told = jax.local_devices()[0].memory_stats() or {}
    return "device" if size <= SHARE * told.get("bytes_limit", MEMORY) else "host"


def _kept(run: Path) -> Mapping[str, Any]:
    """Return what the environment.json of a run says of it; nothing of one on another device."""
    try:
        said = files.read_typed(run / "environment.json", dict[str, Any], "")
    except (ValueError, FileNotFoundError):
        return {}
    usual = asdict(Placing())
    if said.get("backend") != jax.default_backend():
        return {}
    return {name: said.get(name, value) for name, value in usual.items()}
