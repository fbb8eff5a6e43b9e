"""The options of a study: of experiments.paper and experiments.sweep."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

ZERO_SHOT = "zero_shot"
"""Transfer without training on the target."""


@dataclass(frozen=True)
class Study:
    """Models x data sets x methods x sparsities x seeds, with controls and transfer."""

    models: tuple[str, ...] = ("meso4", "cnn5")
    """Detectors."""
    datasets: tuple[str, ...] = ("synthetic_ff", "synthetic_of")
    """Data sets, as for experiments.imp."""
    methods: tuple[str, ...] = ("global", "local", "one_shot")
    """How tickets are found: global, local, one_shot, random, snip, snip_one_shot, synflow,
    synflow_one_shot, lr, fine_tuning."""
    sparsities: tuple[float, ...] = (0.2, 0.4, 0.5, 0.6, 0.8, 0.9, 0.95, 0.98)
    """Levels that are evaluated, as increasing fractions above 0; rounds of 20%, or of the prune
    fraction, lead from one to the next."""
    seeds: tuple[int, ...] = (0, 1, 2)
    """Seeds of initial weights and data order."""
    controls: tuple[str, ...] = ("random_global", "random_layers", "reinit")
    """Controls of the first method's tickets: random_global, random_layers, shuffle, reinit,
    small_dense, long_dense (the dense network for as many steps as the search took: compared with
    the ticket, but not one that it has to beat)."""
    control_sparsities: tuple[float, ...] = (0.8, 0.95)
    """Levels whose tickets have controls and are transferred."""
    transfer: tuple[str, ...] = (ZERO_SHOT, "ticket", "random_global", "reinit")
    """What goes to every other data set: the trained ticket and its dense network as they are
    (zero_shot); trained there, the ticket's mask from the ticket's beginning (ticket), and controls
    of it."""
    corruptions: tuple[str, ...] = ("jpeg:3", "blur:3", "noise:3", "scaling:3", "h264:3")
    """Corruptions of the test pictures, as for experiments.evaluate, on which every level of the
    first method's tickets is evaluated; none for no evaluation."""
    tau: float = 0.5
    """The least P(correct | feature) that counts as enough, of every forgery method and test
    group."""
    preset: Literal["default", "paper"] = "default"
    """Defaults of the training, as for experiments.imp."""
    epochs: int | None = None
    """Epochs of a level; none is the preset's, or the model's."""
    image_size: int | None = None
    """Side of the pictures; none is the preset's."""
    batch_size: int | None = None
    """Pictures in a training step, no more than the training pictures; none is the preset's."""
    patience: int | None = None
    """Epochs without a better validation value after which a level stops; none is the preset's."""
    prune_fraction: float | None = None
    """The most of the surviving weights that a round may remove; none is the preset's."""
    rewind: str = "init"
    """Where pruned networks start: init or step:K."""
    out: Path = field(default_factory=lambda: Path("runs/study"))
    """The folder of the study; its run folders lie in cells/."""
    take_over: tuple[Path, ...] = ()
    """Folders of run folders, such as runs: finished runs that are just what a cell asks for, in
    every option and in the content of their data, are copied into the study instead of trained
    once more. Without it, all is trained."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""
    workers: int | None = None
    """How many cells run side by side; as for experiments.imp."""

    @property
    def folder(self) -> Path:
        """Where the run folders lie."""
        return self.out / "cells"
