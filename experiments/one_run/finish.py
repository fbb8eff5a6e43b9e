"""The end of a run: its summary, its ticket, and where the time went."""

import json

from jaxticket.lottery import Experiment
from jaxticket.recipe import Recipe
from jaxticket.runs import Clock, LevelRecord, Run
from jaxticket.tickets import save_ticket
from jaxticket.weights import Weights


def account(clock: Clock) -> str:
    """Return a line that says where this command's time went."""
    spent = clock.account()
    whole = sum(spent.values())
    outside = 1 - (spent.get("train", 0.0) + spent.get("evaluate", 0.0)) / whole
    parts = sorted(spent.items(), key=lambda item: -item[1])
    shares = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in parts if seconds >= 0.5)
    return f"{whole:.0f} s: {shares}; {outside:.1%} outside training and evaluation"


def finish(
    experiment: Experiment,
    init: Weights,
    records: list[LevelRecord],
    run: Run,
    recipe: Recipe,
    time: str,
) -> None:
    """Write the summary and the last level's ticket.

    Args:
        experiment: what all levels shared.
        init: the saved beginning.
        records: of every level.
        run: the run folder.
        recipe: of the run.
        time: where the last command's time went.
    """
    summary = {
        "time": time,
        "signs": [sign for record in records for sign in record.signs],
        "seconds": sum(record.seconds for record in records),
        "executed_steps": run.executed_steps,
        "seeds": 1,
        "synthetic": recipe.synthetic,
    }
    records = [record for record in records if record.named]
    last = records[-1]
    names = ("model", "image_size", "data_name", "data_fingerprint", "synthetic", "seed", "rewind")
    metadata = {name: str(getattr(recipe, name)) for name in names}
    metadata |= {name: str(getattr(last, name)) for name in ("level", "sparsity", "weights_left")}
    if recipe.classes:
        metadata["classes"] = json.dumps(recipe.classes)
    weights = run.restore_level(last.level, init)
    save_ticket(run.path / "ticket.safetensors", weights, experiment.prunable, metadata)
    run.write_summary(records, summary)  # last: a run with a summary is done
