"""The runs that one question needs together: other seeds of a run, their controls and one-shots."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from jaxticket.recipe import Recipe, differences
from jaxticket.runs.controls import finished_recipes, is_control, those_read
from jaxticket.runs.reader import RunRecord

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


def find_family(run: RunRecord) -> list[Member]:
    """Return a run and the finished runs beside it that differ in the seed only, by seed.

    They, their controls and their one-shot runs are looked for in the folder that the run lies in;
    what cannot be read is passed over. Of several runs with one seed the first by name counts, of
    the run's own seed the run itself.
    """
    recipes = finished_recipes(run.path.resolve().parent)
    members = {run.recipe.seed: run}
    for place, recipe in recipes.items():
        if recipe.seed in members or differences(replace(recipe, seed=run.recipe.seed), run.recipe):
            continue
        for found in those_read([place]):
            members[recipe.seed] = found

    def those(member: RunRecord, belongs: Callable[[Recipe, Recipe], bool]) -> list[RunRecord]:
        return those_read(p for p, recipe in recipes.items() if belongs(recipe, member.recipe))

    return [
        Member(member, those(member, is_control), those(member, is_one_shot))
        for _, member in sorted(members.items())
    ]


def is_one_shot(recipe: Recipe, of: Recipe) -> bool:
    """Return whether a recipe is a run's own, but pruned in one jump where that goes in rounds."""
    if (recipe.pruning, of.pruning) != ("one_shot", "iterative"):
        return False
    # A jump from the end of level 0 is the same whatever part of it the rounds are drawn from.
    free = HOW_PRUNED | {"search"} if recipe.search == "full" else HOW_PRUNED
    return {name for name, _, _ in differences(recipe, of)} <= free
