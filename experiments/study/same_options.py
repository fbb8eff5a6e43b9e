"""Do the trainings in a study's folder follow the options that the study is given?

A cell counts as done by what lies in its folder. Was it trained with other options, then what is
asked for was never trained: this is said before anything is trained or shown.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.one_run import recipe
from experiments.study.cells import Cell
from experiments.study.plan import Study, dense_config
from jaxticket.runs import read_config
from jaxticket.runs.files import plain

_SCHEDULE = ("prune_fraction", "criterion", "pruning")
_OF_A_SEED = frozenset({"seed", "ticket_masks", "sparsities"})

RunConfig = Mapping[str, Any]
"""What config.json of a run folder says."""


def refuse_others(cells: Sequence[Cell], folder: Path) -> None:
    """Refuse a folder with runs that were trained otherwise than their cells ask for.

    Args:
        cells: of the study.
        folder: of their run folders.

    Raises:
        ValueError: names the cell and every option, or two cells whose pictures differ.
    """
    wrong: dict[str, list[str]] = {}
    data: dict[str, tuple[str, str | None]] = {}
    for cell in cells:
        if not cell.asked or not (folder / cell.name / "config.json").is_file():
            continue
        kept = read_config(folder / cell.name)
        if said := differences(cell.asked, kept):
            wrong[cell.name] = said
        fingerprint = kept.get("data_fingerprint")
        first, known = data.setdefault(cell.dataset, (cell.name, fingerprint))
        if known != fingerprint:
            raise ValueError(
                f"{folder}: {first} and {cell.name} were trained on pictures of other content, "
                f"both called {cell.dataset}; name another --out, or remove the older runs"
            )
    if wrong:
        name, said = next(iter(wrong.items()))
        more = f" ({len(wrong) - 1} more too)" if len(wrong) > 1 else ""
        raise ValueError(
            f"{folder / name} was trained with other options: {'; '.join(said)}{more}. "
            "Name another --out, or give the same options"
        )


def differences(asked: RunConfig, kept: RunConfig) -> list[str]:
    """Return what a run was trained with and is not asked for, a phrase an option.

    A run that goes on beyond the sparsities asked for is as good: levels on the way are the same.
    """
    wanted = plain({"control": None, "level": None, **asked})
    said = [
        f"{name}: {kept.get(name)!r} there, {value!r} asked for"
        for name, value in wanted.items()
        if name != "sparsities" and kept.get(name) != value
    ]
    return said + _other_levels(wanted, kept)


def _other_levels(asked: RunConfig, kept: RunConfig) -> list[str]:
    """Say that the levels asked for are not the first of those that a run has, or nothing."""
    wanted, there = asked.get("sparsities"), kept.get("sparsities")
    if wanted == there:
        return []
    both = f"sparsities: {_numbers(there)} there, {_numbers(wanted)} asked for"
    if not (wanted and there):
        return [both]
    if lacking := [one for one in wanted if one not in there]:
        return [f"{both}, and {_numbers(lacking)} was not trained to be evaluated"]
    levels = levels_of(asked)
    if levels_of(kept)[: len(levels)] != levels:
        return [f"{both}, which is reached by other rounds"]
    return []


def differences_of_seeds(one: RunConfig, other: RunConfig, level: int) -> list[str]:
    """Return in what two trainings differ, beyond the seed, up to a level."""
    said = [
        f"{name}: {one.get(name)!r} and {other.get(name)!r}"
        for name in sorted({*one, *other} - _OF_A_SEED)
        if one.get(name) != other.get(name)
    ]
    if levels_of(one)[: level + 1] != levels_of(other)[: level + 1]:
        ways = (_numbers(config.get("sparsities")) for config in (one, other))
        said.append(f"sparsities: {' and '.join(ways)}")
    return said


def levels_of(config: RunConfig) -> tuple[float, ...]:
    """Return the sparsity of every level of a run with sparsities to reach; none without them."""
    if not config.get("sparsities"):
        return ()
    schedule = {name: config[name] for name in _SCHEDULE if name in config}
    return recipe.levels(recipe.Config(sparsities=tuple(config["sparsities"]), **schedule))


def trained_with(study: Study) -> str:
    """Return a line that says how the study's networks were trained, by their own run folders."""
    said = []
    for model in study.models:
        config = dense_config(study, [model], study.datasets)
        if config is None:
            continue
        patience = config.get("patience")
        epochs = f"{config['epochs']} epoch{'' if config['epochs'] == 1 else 's'}"
        most, until = ("at most ", f", patience {patience}") if patience else ("", "")
        size, batch = config["image_size"], config["batch_size"]
        said.append(f"{model} ({most}{epochs} a level{until}, {size} pixels, batches of {batch})")
    return f"Trained with --preset={study.preset}: {', '.join(said)}."


def _numbers(values: Sequence[float] | None) -> str:
    return ",".join(f"{one:g}" for one in values) if values else "none"
