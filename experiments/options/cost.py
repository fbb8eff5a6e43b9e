"""The options of experiments.cost."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from experiments.options.study import Study


@dataclass(frozen=True)
class Config:
    """Roads to a ticket beside each other: what each takes, and how good its tickets are."""

    models: tuple[str, ...] = ("cnn5", "meso4", "resnet18")
    """Detectors."""
    datasets: tuple[str, ...] = ("synthetic_ff", "synthetic_of")
    """Data sets, as for experiments.imp."""
    seeds: tuple[int, ...] = (0, 1, 2)
    """Seeds of initial weights and data order."""
    sparsities: tuple[float, ...] = (0.8, 0.9, 0.95)
    """Sparsities of the tickets, as increasing fractions above 0."""
    roads: tuple[str, ...] = (
        "full", "short_0.2", "short_0.1", "early_bird", "larger", "larger_short", "one_shot",
        "one_shot_early_bird", "snip", "synflow", "long_dense", "carried",
    )  # fmt: skip
    """Ways to a ticket: full (iterative magnitude pruning in rounds of 20%), which all others are
    held to; short_0.2 and short_0.1 (masks drawn after that share of a level's steps); early_bird
    (once they have settled); larger (rounds of 50%), larger_short (these, after 0.2); one_shot,
    one_shot_early_bird (one jump from the dense network); snip, synflow (without any training:
    scored once, and a hundred times on the way); carried (the mask of full found on the next of
    the data sets, trained here); and long_dense (no ticket: the dense network with all the steps
    of full's deepest ticket)."""
    preset: Literal["default", "paper"] = "default"
    """Defaults of the training, as for experiments.imp."""
    epochs: int | None = None
    """Epochs of a full training; none is the preset's, or the model's."""
    image_size: int | None = None
    """Side of the pictures; none is the preset's."""
    batch_size: int | None = None
    """Pictures in a training step, no more than the training pictures; none is the preset's."""
    rewind: str = "init"
    """Where pruned networks start: init or step:K."""
    out: Path = field(default_factory=lambda: Path("runs/cost"))
    """The folder of what comes out; its run folders lie in cells/."""
    take_over: tuple[Path, ...] = ()
    """Folders of run folders, such as runs: finished runs that are just what is asked for, in
    every option and in the content of their data, are copied instead of trained once more."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""
    workers: int | None = None
    """How many trainings run side by side; as for experiments.imp."""
    dry_run: bool = False
    """Only list the trainings and estimate the time, from training steps timed on this machine."""
    report_only: bool = False
    """Train nothing: write what is done."""

    @property
    def study(self) -> Study:
        """The same as a study without methods: how networks are trained, and where they lie."""
        return Study(
            models=self.models, datasets=self.datasets, methods=("global",),
            sparsities=self.sparsities, seeds=self.seeds, controls=(), control_sparsities=(),
            transfer=(), corruptions=(), preset=self.preset, epochs=self.epochs,
            image_size=self.image_size, batch_size=self.batch_size, rewind=self.rewind,
            out=self.out, take_over=self.take_over, data_dir=self.data_dir, workers=self.workers,
        )  # fmt: skip
