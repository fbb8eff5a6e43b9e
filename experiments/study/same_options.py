"""Do the trainings in a study's folder follow the options that the study is given?

A cell counts as done by what lies in its folder. Was it trained with other options, then what is
asked for was never trained: this is said before anything is trained or shown.
"""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from experiments.cells.cell import Cell
from experiments.options.study import Study
from experiments.study.plan import dense_recipe
from jaxticket.pruning import level_sparsities
from jaxticket.recipe import Options, Recipe, differences, values
from jaxticket.runs import read_recipe
from jaxticket.writing import require_plain

_OF_A_SEED = frozenset({"seed", "ticket_masks", "sparsities"})
_CHOSEN = [field.name for field in fields(Options)] + ["control", "level"]


def refuse_others(cells: Sequence[Cell], folder: Path) -> None:
    """Refuse a folder with runs that were trained otherwise than their cells ask for.

    Links that lead out of the study are refused too: training would follow them.

    Args:
        cells: of the study.
        folder: of their run folders.

    Raises:
        ValueError: names the cell and every option, two cells whose pictures differ, or a link.
    """
    require_plain(folder.parent)
    wrong: dict[str, list[str]] = {}
    data: dict[str, tuple[str, str]] = {}
    for cell in cells:
        if cell.asked is None or not (folder / cell.name / "config.json").is_file():
            continue
        kept = read_recipe(folder / cell.name)
        if phrases := unlike(cell.asked, kept):
            wrong[cell.name] = phrases
        fingerprint = kept.data_fingerprint
        first, known = data.setdefault(cell.dataset, (cell.name, fingerprint))
        if known != fingerprint:
            raise ValueError(
                f"{folder}: {first} and {cell.name} were trained on pictures of other content, "
                f"both called {cell.dataset}; name another --out, or remove the older runs"
            )
    if wrong:
        name, phrases = next(iter(wrong.items()))
        more = f" ({len(wrong) - 1} more too)" if len(wrong) > 1 else ""
        raise ValueError(
            f"{folder / name} was trained with other options: {'; '.join(phrases)}{more}. "
            "Name another --out, or give the same options"
        )


def unlike(asked: Recipe, kept: Recipe) -> list[str]:
    """Return what a run was trained with and is not asked for, a phrase an option.

    A run that goes on beyond the sparsities asked for is as good: levels on the way are the same.
    """
    there, wanted = values(kept), values(asked)
    phrases = [
        f"{name}: {there.get(name)!r} there, {wanted.get(name)!r} asked for"
        for name in _CHOSEN
        if name != "sparsities" and there.get(name) != wanted.get(name)
    ]
    return phrases + _other_levels(asked, kept)


def _other_levels(asked: Recipe, kept: Recipe) -> list[str]:
    """Say that the levels asked for are not the first of those that a run has, or nothing."""
    wanted, there = asked.sparsities, kept.sparsities
    if wanted == there:
        return []
    both = f"sparsities: {_numbers(there)} there, {_numbers(wanted)} asked for"
    if not (wanted and there):
        return [both]
    if lacking := [sparsity for sparsity in wanted if sparsity not in there]:
        return [f"{both}, and {_numbers(lacking)} was not trained to be evaluated"]
    levels = levels_of(asked)
    if levels_of(kept)[: len(levels)] != levels:
        return [f"{both}, which is reached by other rounds"]
    return []


def differences_of_seeds(first: Recipe, second: Recipe, level: int) -> list[str]:
    """Return in what two trainings differ, beyond the seed, up to a level."""
    phrases = [
        f"{name}: {here!r} and {there!r}"
        for name, here, there in differences(first, second)
        if name not in _OF_A_SEED
    ]
    if levels_of(first)[: level + 1] != levels_of(second)[: level + 1]:
        phrases.append(
            f"sparsities: {_numbers(first.sparsities)} and {_numbers(second.sparsities)}"
        )
    return phrases


def levels_of(recipe: Recipe) -> tuple[float, ...]:
    """Return the sparsity of every level of a run with sparsities to reach; none without them."""
    return level_sparsities(recipe) if recipe.sparsities else ()


def trained_with(study: Study) -> str:
    """Return a line that says how the study's networks were trained, by their own run folders."""
    phrases = []
    for model in study.models:
        recipe = dense_recipe(study, [model], study.datasets)
        if recipe is None:
            continue
        phrases.append(how_trained(recipe))
    return f"Trained with --preset={study.preset}: {', '.join(phrases)}."


def how_trained(recipe: Recipe) -> str:
    """Return how a run's networks were trained, in a phrase."""
    patience = recipe.patience
    epochs = f"{recipe.epochs} epoch{'' if recipe.epochs == 1 else 's'}"
    most, until = ("at most ", f", patience {patience}") if patience else ("", "")
    size, batch = recipe.image_size, recipe.batch_size
    return f"{recipe.model} ({most}{epochs} a level{until}, {size} pixels, batches of {batch})"


def _numbers(values: Sequence[float] | None) -> str:
    return ",".join(f"{value:g}" for value in values) if values else "none"
