"""The end of a run: its summary and its ticket."""

import json

from jaxticket.lottery.execution import Execution
from jaxticket.lottery.experiment import Experiment
from jaxticket.recipe import Recipe
from jaxticket.runs import LevelRecord
from jaxticket.tickets import save_ticket


def finish(
    experiment: Experiment,
    records: list[LevelRecord],
    execution: Execution,
    recipe: Recipe,
    time: str | None = None,
) -> None:
    """Write the summary and the last level's ticket.

    Args:
        experiment: what all levels shared.
        records: of every level, as `find_ticket` returns them.
        execution: of the run.
        recipe: of the run.
        time: where the last command's time went; None for that of this execution.
    """
    run = execution.run
    summary = {
        "time": time or execution.clock.line(),
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
    weights = run.restore_level(last.level)
    save_ticket(run.path / "ticket.safetensors", weights, experiment.prunable, metadata)
    run.write_summary(records, summary)  # last: a run with a summary is done
