"""Runs of the very recipe that a cell asks for, among the run folders of a place."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from experiments.one_run.finished_run import masks_digest
from jaxticket.recipe import Recipe, differences
from jaxticket.runs import read_recipe
from jaxticket.runs.levels import is_finished


def runs_in(folder: Path) -> dict[Path, Recipe]:
    """Return the recipes of the runs in a folder, finished ones first."""
    if not folder.is_dir():
        return {}
    recipes = {}
    for place in sorted(folder.iterdir(), key=lambda p: (not (p / "summary.json").exists(), p)):
        try:
            recipes[place] = read_recipe(place)
        except (OSError, ValueError):  # no run, or none that can be read
            continue
    return recipes


def of_recipe(
    runs: Mapping[Path, Recipe], wanted: Recipe, ticket: Path | None = None
) -> Iterator[Path]:
    """Yield the runs that have a recipe, in their order.

    Args:
        runs: run folder -> its recipe.
        wanted: the recipe, its data among it; of a control, the masks are those of the ticket.
        ticket: the run folder of the ticket, of a control.
    """
    for place, recipe in runs.items():
        if differences(recipe, with_masks_of(wanted, recipe)):
            continue
        if wanted.control is None or recipe.control is None:
            yield place
            continue
        level = wanted.control.level
        if ticket is None or not is_finished(ticket, level):
            continue
        if masks_digest(ticket, level) == recipe.control.ticket_masks:
            yield place


def with_masks_of(recipe: Recipe, other: Recipe) -> Recipe:
    """Return the recipe of a control with the masks that another names; any else as it is."""
    if recipe.control is None or other.control is None:
        return recipe
    masks = other.control.ticket_masks
    return replace(recipe, control=replace(recipe.control, ticket_masks=masks))
