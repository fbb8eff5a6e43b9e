"""The end of a run: its summary and its ticket."""

from contextlib import suppress

from jaxticket.lottery.execution import Execution
from jaxticket.lottery.experiment import Experiment
from jaxticket.lottery.kept_ticket import TICKET_FILE, kept_rewind, kept_ticket
from jaxticket.recipe import Recipe
from jaxticket.runs import LevelRecord
from jaxticket.tickets import rewind_file, save_rewind, save_ticket


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
    ticket = kept_ticket(run.path, last.level, experiment.detector, run.restore_level(last.level))
    file = run.path / TICKET_FILE
    save_ticket(file, ticket)
    with suppress(FileNotFoundError):  # not kept; a control's is its ticket's
        save_rewind(rewind_file(file), ticket, kept_rewind(run.path, ticket))
    run.write_summary(records, summary)  # last: a run with a summary is done
