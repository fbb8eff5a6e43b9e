"""Which networks a look at a run compares: its levels, their controls, another seed's dense one."""

from collections.abc import Sequence
from pathlib import Path

from experiments.one_run.finished_run import refuse_stopped
from jaxticket.attention.measure import Network
from jaxticket.attention.table import Name
from jaxticket.loading import load_level
from jaxticket.recipe import control_of
from jaxticket.runs import RunRecord
from jaxticket.runs.controls import WORDS, find_controls

ANOTHER_SEED = "another seed, dense"
SAME = ("model", "task", "classes", "image_size", "data_fingerprint")
"""Fields in which runs that are seeds of one experiment are equal."""


def check_runs(runs: Sequence[RunRecord], levels: Sequence[int]) -> None:
    """Refuse runs that have not ended, or are not seeds of one experiment.

    Raises:
        ValueError: says which run, and which field or level.
    """
    for run in runs:
        refuse_stopped(run)
        if run.levels[0].sparsity != 0:
            raise ValueError(
                f"{run.path} has no dense level to hold its tickets to; give the run of its ticket "
                "with --run, and this one with --controls if it is a control"
            )
    first = runs[0]
    if len({run.path.resolve() for run in runs}) < len(runs):
        raise ValueError("--run names a run folder twice")
    for run in runs[1:]:
        for field in SAME:
            here, there = (getattr(record.recipe, field) for record in (first, run))
            if here != there:
                raise ValueError(
                    f"{first.path} and {run.path} are no seeds of one experiment: {field} is "
                    f"{here!r} in one and {there!r} in the other"
                )
        for level in levels:
            shares = [_sparsity(record, level) for record in (first, run)]
            if shares[0] != shares[1]:
                raise ValueError(
                    f"level {level} is not the same in {first.path} and {run.path}: "
                    + " and ".join("not kept" if s is None else f"{s:.2%} pruned" for s in shares)
                )


def check_controls(runs: Sequence[RunRecord], named: Sequence[Path], levels: Sequence[int]) -> None:
    """Refuse a folder that is no finished control of any of the runs, or of none of the levels.

    Raises:
        ValueError: names it.
    """
    controls = [control for run in runs for control in find_controls(run, named)]
    known = {control.path.resolve(): control for control in controls}
    for place in named:
        control = known.get(place.resolve())
        if control is not None and control_of(control.recipe).level not in levels:
            raise ValueError(
                f"--controls={place}: it is a control of level "
                f"{control_of(control.recipe).level}, and "
                f"--levels asks for {', '.join(map(str, levels))}"
            )
        if control is None:
            raise ValueError(
                f"--controls={place}: it is no finished control, made by experiments.control on "
                f"the same data, of {' or '.join(str(run.path) for run in runs)}"
            )


def networks_of(
    run: RunRecord, levels: Sequence[int], controls: Sequence[RunRecord], other: RunRecord | None
) -> list[Network]:
    """Read the networks: the dense one, the tickets, their controls, and another seed's dense one.

    Args:
        run: whose levels they are.
        levels: their numbers; the dense one comes first always.
        controls: of the run, see `find_controls`; those of other levels are left out.
        other: a run of another seed.
    """
    wanted = [run.levels[0].level, *(n for n in levels if n != run.levels[0].level)]
    networks = [_network(run, level, "ticket") for level in wanted]
    if other is not None:
        networks.append(_network(other, other.levels[0].level, ANOTHER_SEED))
    for control in controls:
        belongs = control_of(control.recipe)
        if belongs.level in wanted:
            networks.append(
                _network(control, belongs.level, WORDS.get(belongs.kind, belongs.kind), run)
            )
    return networks


def _network(run: RunRecord, level: int, kind: str, ticket: RunRecord | None = None) -> Network:
    name = Name(kind, level, float(_sparsity(ticket or run, level) or 0.0))
    loaded = load_level(run.path, level)
    return Network(name, loaded.detector, loaded.weights)


def _sparsity(run: RunRecord, level: int) -> float | None:
    return next((other.sparsity for other in run.levels if other.level == level), None)
