"""Finding the controls of a run's tickets among the run folders beside it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jaxticket.recipe import Recipe, UnknownOption, differences
from jaxticket.runs.damage import Damaged
from jaxticket.runs.reader import RunRecord, read_recipe, read_run

SMALL_DENSE, LONG_DENSE = "small_dense", "long_dense"
"""Controls of experiments.control that are dense networks. Not one that a ticket has to beat is
`LONG_DENSE`: with all weights and many times a level's steps, it is a question of its own."""

WORDS = {
    "random_global": "random mask", "random_layers": "random mask in layers",
    "shuffle": "shuffled", "reinit": "re-initialised", "small_dense": "small dense",
    "long_dense": "long dense", "ticket": "ticket again", "one_shot": "one-shot",
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
    places = sorted(run.path.resolve().parent.iterdir()) if named is None else named
    controls = []
    for place in places:
        if not (place / "summary.json").is_file() and named is None:
            continue
        try:
            if is_control(read_recipe(place), run.recipe):
                controls.append(read_run(place))
        except (Damaged, OSError, UnknownOption):
            if named is not None:
                raise
    return [control for control in controls if control.summary]


def is_control(recipe: Recipe, of: Recipe) -> bool:
    """Return whether a recipe is that of a control of a run's levels, on the run's own data."""
    control = recipe.control
    if control is None or control.source_data_fingerprint != of.data_fingerprint:
        return False
    return not differences(replace(recipe, control=None), of)
