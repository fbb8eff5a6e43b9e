"""Finding the controls of a run's tickets among the run folders beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from jaxticket.recipe import Recipe, UnknownOption, differences
from jaxticket.runs.damage import Damaged
from jaxticket.runs.reader import RunRecord, read_recipe, read_run
from jaxticket.verdicts.judged_levels import LONG_DENSE, ONE_SHOT

SMALL_DENSE = "small_dense"
"""A dense network as a control, as `LONG_DENSE` is, but one that a ticket has to beat."""

WORDS = {
    "random_global": "random mask", "random_layers": "random mask in layers",
    "shuffle": "shuffled", "reinit": "re-initialised", SMALL_DENSE: "small dense",
    LONG_DENSE: "long dense", "ticket": "ticket again", ONE_SHOT: "one-shot",
}  # fmt: skip
"""What the controls of experiments.control are called."""


def find_controls(run: RunRecord, named: Sequence[Path] | None = None) -> list[RunRecord]:
    """Return the finished controls of a run's levels.

    experiments.control takes the recipe of the ticket's run and adds to it; so a control
    is one whose recipe is the run's own but for what is added, and whose ticket was found
    on the data it was trained on: a ticket of other data, carried over, is none.

    Args:
        run: the run of the tickets.
        named: where they are; None for the folders beside the run, of which those that cannot be
            read are passed over.

    Raises:
        FileNotFoundError: a named folder holds no run.
        Damaged: a file of a named folder cannot be read.
        UnknownOption: a newer version made a named folder.
    """
    if named is None:
        recipes = _finished_recipes(run.path.resolve().parent)
        controls = _those_read(p for p, recipe in recipes.items() if is_control(recipe, run.recipe))
    else:
        controls = [read_run(p) for p in named if is_control(read_recipe(p), run.recipe)]
    return [control for control in controls if control.summary]


def _finished_recipes(folder: Path) -> dict[Path, Recipe]:
    """Return the recipes of the finished runs in a folder, by place; what cannot be read is out."""
    recipes = {}
    for place in sorted(folder.iterdir()):
        if (place / "summary.json").is_file():
            try:
                recipes[place] = read_recipe(place)
            except (Damaged, OSError, UnknownOption):
                continue
    return recipes


def _those_read(places: Iterable[Path]) -> list[RunRecord]:
    """Return finished runs; those that cannot be read are left out."""
    found = []
    for place in places:
        try:
            found.append(read_run(place))
        except (Damaged, OSError, UnknownOption):
            continue
    return found


def is_control(recipe: Recipe, of: Recipe) -> bool:
    """Return whether a recipe is that of a control of a run's levels, on the run's own data."""
    control = recipe.control
    if control is None or control.source_data_fingerprint != of.data_fingerprint:
        return False
    return not differences(replace(recipe, control=None), of)
