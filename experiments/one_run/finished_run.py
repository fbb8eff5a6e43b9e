"""A finished run: its options, its data and its detector, for what works with it afterwards."""

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from experiments.one_run.data import SKIP_LIMIT as SKIP_LIMIT
from experiments.one_run.data import Data, open_data_of
from experiments.one_run.dataset_option import default_data_dir
from experiments.options.imp import Config
from jaxticket.masks import digest
from jaxticket.models import build
from jaxticket.recipe import Options
from jaxticket.runs import RunRecord, read_level, read_recipe
from jaxticket.trees import prunable_paths


def config_of(source: RunRecord, dataset: str | None, data_dir: Path | None) -> Config:
    """Return the options of the ticket's run, on the data that are asked for.

    Where its weights came from and its choice of methods are left out: what is trained of a ticket
    starts from the ticket's own beginning, and the choice counts on the run's own data only.

    Raises:
        ValueError: the folder holds no run of experiments.imp.
    """
    if source.recipe.derived:
        raise ValueError(f"{source.path} is no run of experiments.imp, but a control")
    left_out = ("init_from", "fake_output", "methods")
    names = [field.name for field in fields(Options) if field.name not in left_out]
    options: dict[str, Any] = {name: getattr(source.recipe, name) for name in names}
    return Config(**options, dataset=dataset or source.recipe.data_name, data_dir=data_dir)


def data_of(source: RunRecord, named: str | None, options: Config, console: Console) -> Data:
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
    if data.fingerprint == source.recipe.data_fingerprint:
        data = replace(data, weights=options.mixture, methods=source.recipe.methods)
    else:
        console.print(f"{data.name} are other pictures than those of {source.path}: a transfer")
    return data.by_method(source.recipe.classes) if options.task == "method" else data


def masks_digest(run: Path, level: int) -> str:
    """Return the SHA-256 of the masks of a kept level, as its controls have it in their recipes.

    Raises:
        FileNotFoundError: the level's arrays are not there.
    """
    recipe, weights = read_recipe(run), read_level(run, level)
    detector = build(recipe.model, len(recipe.classes) if recipe.classes else 1)
    paths = prunable_paths(weights.params, detector.output_layer, prune_output=recipe.prune_output)
    return digest(weights.masks, paths)


def refuse_stopped(source: RunRecord) -> None:
    """Refuse a run that has not ended.

    Raises:
        ValueError: says what to do.
    """
    if not source.summary or not source.levels:
        raise ValueError(f"{source.path} has not ended: give the command that made it again")


def refuse_unfinished(source: RunRecord) -> None:
    """Refuse a run that cannot be evaluated.

    Raises:
        ValueError: says why.
    """
    refuse_stopped(source)
    task = source.recipe.task
    if task != "real_or_fake":
        raise ValueError(
            f"{source.path} is a run of the task {task}: only runs of the task real_or_fake can be "
            "evaluated elsewhere"
        )


def kept_levels(asked: Sequence[int] | None, source: RunRecord) -> list[int]:
    """Return the numbers of the levels that are asked for, in order; all without any.

    Raises:
        ValueError: the run has not kept one of them; says which it has.
    """
    kept = [record.level for record in source.levels]
    if asked is None:
        return kept
    if not asked or not set(asked) <= set(kept):
        raise ValueError(
            f"--levels={','.join(map(str, asked))}: {source.path} has kept "
            f"{', '.join(map(str, kept))}"
        )
    return sorted(set(asked))
