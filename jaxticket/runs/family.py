"""The runs that one question needs together: other seeds of a run, their controls and one-shots."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from jaxticket.recipe import Recipe, differences
from jaxticket.runs.controls import is_control
from jaxticket.runs.reader import RunRecord, read_recipe, read_run

HOW_PRUNED = {"pruning", "rounds", "sparsities", "prune_fraction"}
"""What a one-shot run may have otherwise than the ticket's, if a level is of the same sparsity."""


@dataclass(frozen=True)
class Member:
    """A run of one seed.

    Attributes:
        run: what its folder says.
        controls: the finished controls of its levels, of all kinds.
        one_shots: finished runs that prune the same dense network in one jump.
    """

    run: RunRecord
    controls: list[RunRecord] = field(default_factory=list)
    one_shots: list[RunRecord] = field(default_factory=list)

    @property
    def seed(self) -> int:
        """The run's seed."""
        return self.run.recipe.seed


@dataclass(frozen=True)
class Family:
    """What belongs to a run.

    Attributes:
        members: the run and the finished runs beside it that differ in the seed only, by seed.
        left_out: a sentence for each run beside it that belongs to it, or may, and has not ended or
            cannot be read.
    """

    members: list[Member]
    left_out: list[str]


def find_family(run: RunRecord) -> Family:
    """Return what belongs to a run.

    Its other seeds, their controls and their one-shot runs are looked for in the folder that it
    lies in. Of several runs with one seed the first by name counts, of the run's own seed the run
    itself.
    """
    runs, left_out = _runs_beside(run)
    members = {run.recipe.seed: run}
    for other in runs:
        if other.recipe.seed not in members and _is_seed(other.recipe, run.recipe):
            members[other.recipe.seed] = other

    def those(member: RunRecord, belongs: Callable[[Recipe, Recipe], bool]) -> list[RunRecord]:
        return [other for other in runs if belongs(other.recipe, member.recipe)]

    found = [
        Member(member, those(member, is_control), those(member, is_one_shot))
        for _, member in sorted(members.items())
    ]
    return Family(found, left_out)


def _runs_beside(run: RunRecord) -> tuple[list[RunRecord], list[str]]:
    """Return the finished runs beside a run that belong to it, and sentences on the others."""
    own = run.path.resolve()
    runs, left_out = [], []
    for place in sorted(own.parent.iterdir()):
        if place == own or not any(os.path.lexists(place / name) for name in _OF_RUN):
            continue
        try:
            recipe = read_recipe(place)
        except _UNREADABLE as error:
            left_out.append(f"{place.name} is left out, and may belong to this run: {error}")
            continue
        if not any(belongs(recipe, replace(run.recipe, seed=recipe.seed)) for belongs in _BELONGS):
            continue
        if not os.path.lexists(place / "summary.json"):
            left_out.append(
                f"{place.name} is left out, since it has not ended ({place / 'summary.json'} is "
                "not there): the command that made it goes on with it"
            )
            continue
        try:
            runs.append(read_run(place))
        except _UNREADABLE as error:
            left_out.append(f"{place.name} is left out: {error}")
    return runs, left_out


def _is_seed(recipe: Recipe, of: Recipe) -> bool:
    """Return whether a recipe differs from a run's in the seed only."""
    return not differences(replace(recipe, seed=of.seed), of)


def is_one_shot(recipe: Recipe, of: Recipe) -> bool:
    """Return whether a recipe is a run's own, but pruned in one jump where that goes in rounds."""
    if (recipe.pruning, of.pruning) != ("one_shot", "iterative"):
        return False
    # A jump from the end of level 0 is the same whatever part of it the rounds are drawn from.
    free = HOW_PRUNED | {"search"} if recipe.search == "full" else HOW_PRUNED
    return {name for name, _, _ in differences(recipe, of)} <= free


_OF_RUN = ("config.json", "summary.json")
_BELONGS = (_is_seed, is_control, is_one_shot)
_UNREADABLE = (ValueError, OSError)
