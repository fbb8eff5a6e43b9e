"""Does this detector contain a winning ticket? Iterative magnitude pruning, end to end.

Frankle and Carbin 2019 (1803.03635), applied to deepfake detectors as in 2507.15636. Trains the
dense network, then prunes, rewinds and trains again, level by level, and leaves a run folder with
every level's checkpoint, predictions and figures, a plot, a report and the ticket. The same
command again goes on where it stopped.

    python -m experiments.imp --model=resnet18

Without --dataset=PICTURES it runs on the embedded synthetic set, which is rendered and prepared on
first use. With the default preset a ResNet-18 takes about 9 minutes on two CPU cores for six
levels, 0% to 67.2% pruned.
"""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console

from experiments import STARTED, assembly
from experiments.data import Data, open_data
from experiments.datasets import default_data_dir
from experiments.report_page import write_report_page
from experiments.saliency import look_after_run
from experiments.terminal.compilation_cache import keep_programs
from experiments.terminal.console import Terminal, levels_table, make_console
from experiments.terminal.options import Fractions, IntOrNone, Names, parse
from experiments.terminal.program import run, stop_on_signals
from jaxticket.lottery import find_ticket
from jaxticket.models import build
from jaxticket.pruning import Criterion
from jaxticket.report import write_report
from jaxticket.runs import Clock, Run, describe_environment, read_run
from jaxticket.runs.files import plain
from jaxticket.runs.saliency import read_saliency


@dataclass(frozen=True)
class Config:
    """Iterative magnitude pruning of a deepfake detector, from pictures to a lottery ticket.

    The run folder keeps every level; the same command again goes on where it stopped.
    """

    model: str = "resnet18"
    """Detector: meso4, mesoinception4, cnn5, resnet18 or xception."""
    dataset: str = "synthetic_ff"
    """An embedded set, rendered and prepared on first use (synthetic_ff, or synthetic_ff_tiny to
    try things out), a folder of real and fake pictures, a manifest CSV (path, label, group,
    split), or a prepared set; or several of these with commas between, trained on together."""
    mixture: Fractions = None
    """Of several data sets: how often each is drawn from in training, such as 0.7,0.3 (an epoch
    has as many pictures as all together). Without it every picture is drawn equally often."""
    task: Literal["real_or_fake", "method"] = "real_or_fake"
    """What the detector is to say: real or fake, by one logit; or which method made the picture
    (real among them), by one logit a method of the data sets."""
    methods: Names = None
    """Forgery methods to train and validate on, beside the real pictures, such as
    Swap,SelfBlend. The test split stays whole: what is found of each method, those never seen
    among them, experiments.evaluate tells. Without it, all methods."""
    preset: Literal["default", "paper"] = "default"
    """Defaults for the other options: `default` is quick on a CPU; `paper` is 128 pixels, Adam at
    a constant 1e-4, at most 100 epochs with patience 10, 20% a round."""
    image_size: int = 64
    """Side of the square pictures that the detector sees, in pixels."""
    init_from: Path | None = None
    """Weights to begin with: MesoNet's Keras .h5, safetensors, or a PyTorch state dict. Without
    it, random weights from the seed."""
    rounds: IntOrNone = None
    """Prunings after the dense level: levels 0 to ROUNDS. Without it and without sparsities: 5,
    which ends at 67.2%."""
    prune_fraction: float = 0.2
    """Fraction of the surviving weights that a round removes, in (0, 1); with sparsities, the
    most that a round may remove."""
    sparsities: Fractions = None
    """Instead of rounds: sparsities to reach, as increasing fractions, such as 0.2,0.5,0.8. Where
    one round would remove more than the prune fraction, rounds are put between; they are trained,
    but only the levels named here are evaluated and kept in full."""
    criterion: Criterion = "magnitude"
    """What weights are pruned by: magnitude (of the trained weights), random, or, scored where
    training begins, snip (sensitivity of the loss) or synflow (synaptic flow)."""
    pruning: Literal["iterative", "one_shot"] = "iterative"
    """Every level from the one before, or every level from the dense network in one jump."""
    scope: Literal["global", "local"] = "global"
    """One threshold for the whole network, or one for every layer."""
    prune_output: bool = False
    """Prune the output layer too."""
    rewind: str = "init"
    """Where a pruned network starts: init (saved initial weights), step:K (the state at step K of
    level 0), lr (weights kept, schedule run again) or none (weights kept, trained on at the final
    rate)."""
    epochs: IntOrNone = None
    """Epochs of training in each level (the most, with patience). Without it: 7, and 18 for meso4
    and mesoinception4, whose epochs are short."""
    batch_size: int = 32
    """Pictures in a training step."""
    optimizer: Literal["sgd", "adam", "adamw"] = "adam"
    """Optimizer; sgd has momentum 0.9."""
    learning_rate: float = 1e-3
    """Highest learning rate, per step."""
    schedule: Literal["constant", "cosine", "step"] = "cosine"
    """Learning rate over a level: constant; cosine, down to 1%; or step, a tenth after half and
    again after three quarters."""
    weight_decay: float = 0.0
    """Weight decay coefficient, per step (decoupled with adamw)."""
    patience: IntOrNone = None
    """Epochs without a better validation value after which a level stops, with its best weights
    kept; none trains all epochs and keeps the last weights."""
    metric: Literal["auc", "accuracy", "balanced_accuracy", "average_precision"] | None = None
    """The validation value that patience watches. Without it: auc, and for --task=method, which has
    no auc, balanced_accuracy: the mean of the classes' recalls."""
    balance: Literal["none", "sampling", "loss"] = "none"
    """Unequal classes: leave them, draw all equally often, or weigh the loss."""
    augmentation: Literal["none", "flip"] = "flip"
    """Augmentation of training pictures: horizontal flips, or none."""
    data_order: Literal["same", "per_level"] = "same"
    """Whether every level sees the batches in the same order, or each in its own."""
    seed: int = 0
    """Seed of the initial weights, data order, augmentation and dropout."""
    skip_limit: int = 20
    """Unreadable pictures to skip, with a warning, before it is an error."""
    checkpoint_every: IntOrNone = None
    """Steps between checkpoints inside a level; none is about a minute's worth."""
    dense: Path | None = None
    """A run folder of the same options, pruning apart, whose dense network (level 0) is taken over
    instead of trained once more."""
    data_dir: Path | None = None
    """Where prepared sets lie. Default: $JAXTICKET_DATA, or jaxticket/data in the user's
    cache folder."""
    run_dir: Path | None = None
    """The run folder. Default: runs/imp_MODEL_DATASET_HASH, where the hash is of these options."""


PRESETS = {
    "default": Config(),
    "paper": Config(
        preset="paper",
        image_size=128,
        batch_size=64,
        epochs=100,
        learning_rate=1e-4,
        schedule="constant",
        patience=10,
    ),
}

MAY_CHANGE = frozenset({"dense", "dataset", "preset", "data_dir", "run_dir", "skip_limit",
                        "checkpoint_every"})  # fmt: skip
"""Options that do not decide the result: a run may go on with others."""


def main(config: Config, console: Console, started: float | None = None) -> Path:
    """Run iterative magnitude pruning and return the run folder.

    Args:
        config: the options.
        console: shows the progress.
        started: when the command began, of `time.perf_counter()`; None for now.

    Raises:
        ValueError: an option or the data are wrong; the message says which.
    """
    clock = Clock(started)
    clock.add("start", clock.elapsed())
    assembly.check(config)
    for warning in assembly.warnings(config):
        console.print(f"WARNING {warning}", style="bold yellow")
    data_dir = config.data_dir or default_data_dir()
    with clock.measure("prepare"):
        data = open_data(
            config.dataset, config.mixture, data_dir, config.skip_limit, console, config.methods
        )
    if config.task == "method":
        data = data.by_method()
    detector, budget = build(config.model, data.num_logits), assembly.make_budget(config, data)
    with clock.measure("initialise"):
        fresh, notes = assembly.beginning(config, detector)
    resolved = resolve(config, data)
    path = config.run_dir or Path("runs") / assembly.run_name("imp", resolved)
    if config.dense is not None:
        check_dense(config.dense, resolved)
    with Run(path, resolved, describe_environment()) as kept:
        console.print(f"{'going on with' if kept.resumed else 'run folder'} {path}")
        for change in kept.environment_changes:
            console.print(f"WARNING changed since the run began: {change}")
        with clock.measure("checkpoint"):
            if config.dense is not None:
                kept.take_over(config.dense)
            init = kept.saved("init", fresh, lambda: fresh)
        with clock.measure("load pictures"):
            experiment, size = assembly.assemble(config, data, detector, budget, init)
        for note in [*notes, size]:
            console.print(note)
        done_before = kept.levels_done(len(experiment.sparsities))
        if done_before < len(experiment.sparsities):
            with clock.measure("compile"):
                assembly.compile_ahead(experiment, init)
            console.print(f"compiled in {clock.seconds['compile']:.0f} s")
        with stop_on_signals(), Terminal(console, clock.start) as watch:
            records = find_ticket(experiment, init, kept, watch, clock)
        nothing_done = done_before == len(records)
        time = (read_run(path).summary.get("time") if nothing_done else None) or assembly.account(
            clock
        )
        assembly.finish(experiment, init, records, kept, resolved, time)
        named = [record for record in records if record["named"]]
        console.print(levels_table(named, f"{config.model} on {data.name}, test split"))
        console.print(time)
        if not nothing_done or read_saliency(path) is None:
            look_after_run(path, data, experiment.test, experiment.validation, console)
        report = write_report(path)
        console.print(f"report {report}, plot {path / 'accuracy.png'}")
        console.print(f"page {write_report_page([path])}")
    return path


PRUNING = frozenset({"rounds", "sparsities", "prune_fraction", "criterion", "pruning", "scope"})
"""Options that do not touch level 0."""


def check_dense(dense: Path, resolved: dict[str, Any]) -> None:
    """Check that another run trained the same dense network.

    Raises:
        FileNotFoundError: the folder holds no run.
        ValueError: an option that its level 0 depends on differs; names it.
    """
    theirs, ours = read_run(dense).config, plain(resolved)
    # Without a step K to keep, level 0 does not depend on where the others start.
    steps = any(str(one.get("rewind")).startswith("step") for one in (theirs, ours))
    free = PRUNING if steps else {*PRUNING, "rewind"}
    if "control" in theirs:
        raise ValueError(f"--dense={dense} is no run of experiments.imp, but a control")
    differing = [
        f"{name}: {theirs.get(name)!r} there, {value!r} here"
        for name, value in ours.items()
        if name not in free and theirs.get(name) != value
    ]
    if differing:
        raise ValueError(f"--dense={dense} trained another network: {'; '.join(differing)}")


def resolve(config: Config, data: Data) -> dict[str, Any]:
    """Return every field that decides the result, ready for JSON."""
    return decisive(config) | data.identity()


def decisive(config: Config) -> dict[str, Any]:
    """Return the options that decide the result, ready for JSON; what the data are is not there."""
    fields = {k: v for k, v in asdict(config).items() if k not in MAY_CHANGE}
    fields["rounds"] = None if config.sparsities else assembly.rounds(config)
    fields["epochs"] = assembly.epochs(config)
    fields["metric"] = assembly.metric(config)
    fields["sparsities"] = list(config.sparsities) if config.sparsities else None
    fields["init_from"] = assembly.file_identity(config.init_from)
    return fields


def entry() -> None:
    """Read argv and run."""
    config = parse(Config, PRESETS, sys.argv[1:])
    keep_programs()
    run(lambda: main(config, make_console(), STARTED))


if __name__ == "__main__":
    entry()
