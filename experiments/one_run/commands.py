"""The command lines that add to a run what it lacks, as a shell reads them."""

import shlex
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from experiments.one_run.dataset_option import DATASETS
from experiments.one_run.own_data import paths_of
from experiments.one_run.recipe import asked
from experiments.options.imp import Config
from experiments.terminal.options import words
from jaxticket.recipe import Options, run_name
from jaxticket.runs import RunRecord


def imp_command(
    run: RunRecord,
    *,
    controls: Sequence[str] = (),
    level: int | None = None,
    seeds: Sequence[str] = (),
    epochs: int | None = None,
) -> str:
    """Return the command of a run, with controls and seeds added to it.

    Weights that it began from are named as the recipe names them, without their folder.

    Args:
        run: of experiments.imp.
        controls: to train beside it.
        level: whose controls they are; None for the last.
        seeds: to train, its own among them.
        epochs: another number of them, which makes it another run; None for its own.
    """
    config = _config(run)
    if epochs is not None:
        config = replace(config, epochs=epochs, run_dir=None)
    if seeds:
        config = replace(config, seed=Config.seed)
    added = [
        f"--{name}={','.join(values)}"
        for name, values in (
            ("controls", controls),
            ("control_levels", () if level is None else (str(level),)),
            ("seeds", seeds),
        )
        if values
    ]
    return shlex.join(["python", "-m", "experiments.imp", *words(config), *added])


def _config(run: RunRecord) -> Config:
    recipe = run.recipe
    options: dict[str, Any] = {field.name: getattr(recipe, field.name) for field in fields(Options)}
    if recipe.init_from is not None:
        options["init_from"] = Path(recipe.init_from.rsplit(" sha256:", 1)[0])
    own_name = run.path.name == run_name("imp", recipe) and run.path.parent == Path("runs")
    config = Config(**options, dataset=_dataset(run), run_dir=None if own_name else run.path)
    for name in ("rounds", "epochs", "metric"):
        plain = replace(config, **{name: None})
        if _same(plain, config):
            config = plain
    return config


def _same(one: Config, other: Config) -> bool:
    """Return whether two configurations ask for the same run; false where a part is unknown."""
    try:
        return asked(replace(one, init_from=None)) == asked(replace(other, init_from=None))
    except ValueError:
        return False


def _dataset(run: RunRecord) -> str:
    name = run.recipe.data_name
    if all(part in DATASETS for part in name.split("+")):
        return name.replace("+", ",")
    return ",".join(paths_of(run.path)) or name
