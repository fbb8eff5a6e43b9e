"""What the search for a run's tickets took, where masks were drawn before the ends of levels."""

from jaxticket.runs import RunRecord
from jaxticket.text import count_text


def search_sentence(run: RunRecord) -> str:
    """Return what was spent, in a few sentences; "" of a run whose levels were trained in full."""
    tickets = [level for level in run.levels if level.level and level.steps_spent is not None]
    if run.recipe.search == "full" or run.recipe.derived or not tickets:
        return ""
    dense = run.levels[0]
    beside = dense.last_step - (dense.drawn_at or dense.last_step)
    spent = ", ".join(f"{level.sparsity:.1%} took {level.steps_spent:,}" for level in tickets)
    return (
        f"Masks were searched for by {run.recipe.search}: drawn from levels before their ends, "
        f"but tickets trained in full. Of training steps, with all that led to it, {spent}; "
        f"beside that level 0 was trained for {count_text(beside, 'step')} more, to be compared "
        "with."
    )
