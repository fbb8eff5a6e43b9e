"""What a ticket took: steps and seconds of its own training, and of all that led to it here."""

from pathlib import Path

from jaxticket.lottery import parse_rewind
from jaxticket.pruning import needs_training
from jaxticket.runs import read_run
from jaxticket.runs.controls import LONG_DENSE
from jaxticket.runs.levels import read_evaluation
from jaxticket.runs.spent import Spent, spent


def cost_of(path: Path, sparsity: float) -> Spent:
    """Return what the ticket of a run took that is nearest to a sparsity.

    What a control took is its own training: of a mask that was found elsewhere, the search was paid
    there. Nor did one that is scored where training begins take any other.

    Raises:
        FileNotFoundError, Damaged: a level that led to it cannot be read.
    """
    run = read_run(path)
    recipe = run.recipe
    level = min(run.levels, key=lambda record: abs(record.sparsity - sparsity)).level
    alone = recipe.derived or not needs_training(recipe.criterion)
    if alone or level == 0:
        numbers = [level]
    elif recipe.pruning == "one_shot":
        numbers = [0, level]
    else:
        numbers = list(range(level + 1))
    control = recipe.control
    from_start = control is not None and control.kind == LONG_DENSE
    first = 0 if from_start else parse_rewind(recipe.rewind).step
    chain = [read_evaluation(path, number) for number in numbers]
    return spent(chain, first, drawn=recipe.search != "full")
