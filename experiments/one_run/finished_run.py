"""A finished run: its options, its data and its detector, for what works with it afterwards."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from experiments.one_run import recipe
from experiments.one_run.data import Data, open_data_of
from experiments.one_run.dataset_option import default_data_dir
from jaxticket.models import Detector, build, width_of
from jaxticket.runs import RunRecord

SKIP_LIMIT = 20
"""Bad pictures that a data set may have left out, as for experiments.imp."""


def config_of(source: RunRecord, dataset: str | None, data_dir: Path | None) -> recipe.Config:
    """Return the options of the ticket's run, on the data that are asked for.

    Raises:
        ValueError: the folder holds no run of experiments.imp.
    """
    names = (
        {field.name for field in fields(recipe.Config)}
        - recipe.MAY_CHANGE
        - {"init_from", "methods"}
    )
    lacking = sorted(names - source.config.keys())
    if lacking or "control" in source.config:
        raise ValueError(
            f"{source.path} is no run of experiments.imp"
            + (f": its config.json lacks {', '.join(lacking)}" if lacking else "")
        )
    options: dict[str, Any] = {name: source.config[name] for name in names}
    for name in ("sparsities", "mixture"):
        options[name] = tuple(options[name]) if options[name] is not None else None
    return recipe.Config(
        **options, dataset=dataset or source.config["data_name"], data_dir=data_dir
    )


def data_of(source: RunRecord, named: str | None, options: recipe.Config, console: Console) -> Data:
    """Return the data that are named, or the run's own, seen as the run sees its own.

    The run's mixture and its choice of methods count on its own data only.

    Args:
        source: the run, whose classes they are.
        named: `--dataset`, None for the run's own.
        options: as `config_of` gives them.
        console: shows the progress, and says where they are other data.

    Raises:
        ValueError: the data are unknown or cannot be prepared, or the run's own are not known by
            name.
    """
    data_dir = options.data_dir or default_data_dir()
    data = open_data_of(source, named, data_dir, options.skip_limit, console)
    if data.fingerprint == source.config["data_fingerprint"]:
        methods = source.config.get("methods")
        data = replace(data, weights=options.mixture, methods=tuple(methods) if methods else None)
    else:
        console.print(f"{data.name} are other pictures than those of {source.path}: a transfer")
    return data.by_method(source.config["classes"]) if options.task == "method" else data


def refuse_unfinished(source: RunRecord) -> None:
    """Refuse a run that cannot be evaluated.

    Raises:
        ValueError: says why.
    """
    if not source.summary or not source.levels:
        raise ValueError(f"{source.path} has not ended: give the command that made it again")
    task = source.config.get("task", "real_or_fake")
    if task != "real_or_fake":
        raise ValueError(
            f"{source.path} is a run of the task {task}: only runs of the task real_or_fake can be "
            "evaluated elsewhere"
        )


def parse_levels(text: str, source: RunRecord) -> list[int]:
    """Return the numbers of the levels that are asked for, in order.

    Raises:
        ValueError: no numbers, or a level that the run has not kept; says which it has.
    """
    kept = [record["level"] for record in source.levels]
    if text == "all":
        return kept
    parts = text.split(",")
    if not all(part.isdecimal() and int(part) in kept for part in parts):
        raise ValueError(
            f"--levels={text}: give all, or levels with commas between; {source.path} has kept "
            f"{', '.join(map(str, kept))}"
        )
    return sorted({int(part) for part in parts})


def detector_of(source: RunRecord) -> Detector:
    """Return the detector that a run trained, narrower if it is a small dense control."""
    name, size = source.config["model"], source.config["image_size"]
    logits = len(source.config.get("classes", [])) or 1
    if source.config.get("control") != "small_dense":
        return build(name, logits)
    return build(name, logits, width_of(name, logits, size, source.levels[0]["parameters"]))
