"""Whether a run goes on to the same end from every state that a loss of power can leave it in.

    python -m tests.harness.power_loss --states=all --mixed=3

After every sync of a small run stands a state: what was synced alone, and with `mixed` so many in
which drawn files and folders are as they were written. From each the run goes on, and its results
are compared byte for byte with those of the run that was not cut off.
"""

import random
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import tyro

from tests.harness.disk import Disk, Moment
from tests.resumption import assert_same_results
from tests.tiny import run_experiment, tiny_experiment

# Two levels of six steps, checkpoints at steps 2 and 4 of each; level 1 is rewound to step 2.
RUN = {"sparsities": (0.0, 0.2), "checkpoint_every": 2, "rewind": "step:2"}

EVERY = 10
"""After how many syncs it says how far it is."""


@dataclass(frozen=True)
class Config:
    """What is tried.

    Attributes:
        states: how many of what was synced alone, evenly over the run.
        mixed: how many more at each of these moments.
        seed: of what is drawn.
    """

    states: int | Literal["all"] = "all"
    mixed: int = 0
    seed: int = 0


class Trial:
    """A recorded run, and what its end was."""

    def __init__(self, folder: Path):
        """Record it."""
        self._experiment = tiny_experiment(**RUN)
        self._folder = folder
        self.finished = folder / "finished" / "run"
        self.finished.parent.mkdir()
        self._disk = Disk(self.finished.parent)
        with self._disk.recording():
            run_experiment(self.finished, *self._experiment)
        self.moments = self._disk.moments

    def goes_on(self, moment: Moment, draw: random.Random | None = None) -> None:
        """Hold that the run goes on from what is left after a moment, to the same end."""
        left = self._folder / "left"
        shutil.rmtree(left, ignore_errors=True)
        self._disk.leave(moment, left, draw)
        run_experiment(left / "run", *self._experiment)
        for litter in left.rglob("*.partial"):
            litter.unlink() if litter.is_file() else shutil.rmtree(litter)
        assert_same_results(left / "run", self.finished)


def evenly(moments: list[Moment], states: int | Literal["all"]) -> list[Moment]:
    """Return so many of the moments."""
    if states == "all" or states >= len(moments):
        return moments
    return [moments[at * len(moments) // states] for at in range(states)]


def main(config: Config) -> None:
    """Try what is asked for, and say what came of it."""
    draw = random.Random(config.seed)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder))
        tried = lost = 0
        chosen = evenly(trial.moments, config.states)
        for number, moment in enumerate(chosen):
            if number % EVERY == 0:
                print(f"{number} of {len(chosen)} syncs: {tried} states, {lost} lost", flush=True)
            for kind in ["synced alone"] + ["mixed"] * config.mixed:
                tried += 1
                try:
                    trial.goes_on(moment, draw if kind == "mixed" else None)
                except Exception as error:
                    lost += 1
                    said = f"after sync {number} (of {moment.path}), {kind}: {error!r:.300}"
                    print(said, flush=True)
    print(f"{len(trial.moments)} syncs; {tried} states tried, {tried - lost} went on to one end")
    raise SystemExit(lost > 0)


if __name__ == "__main__":
    main(tyro.cli(Config))
