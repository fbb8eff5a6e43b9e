"""The headline of a run: read from the run, its other seeds and its controls beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from experiments.one_run.commands import imp_command
from jaxticket.pruning import level_sparsities
from jaxticket.recipe import Recipe, control_of
from jaxticket.runs import Damaged, LevelRecord, RunRecord
from jaxticket.runs.controls import LONG_DENSE, WORDS
from jaxticket.runs.family import Member, find_family
from jaxticket.runs.predictions import Predictions
from jaxticket.statistics import mean_interval
from jaxticket.verdicts.convergence import Convergence, beaten, by_longer, of_training, worst
from jaxticket.verdicts.evidence import gain, gather
from jaxticket.verdicts.headline import Headline, headline, with_commands
from jaxticket.verdicts.judged_levels import ONE_SHOT, WANTED, Level, levels_to_judge, possible_at
from jaxticket.verdicts.rules import stated_margin

AGAIN = "ticket"
BySeed = Mapping[int, Predictions]


def headline_of(run: RunRecord) -> Headline | None:
    """Return the headline of a run; None of one without a dense network, such as a control.

    Raises:
        FileNotFoundError: the run lacks predictions.
        Damaged: one of its files cannot be read.
    """
    if run.recipe.derived or _record(run, 0) is None:
        return None
    metric = "balanced_accuracy" if run.levels[0].by_class else "auc"
    margin = stated_margin(metric, None)
    found_beside = find_family(run)
    family, read = found_beside.members, _Reading(run)
    runs = [member.run for member in family]
    dense = read.of_runs(runs, 0)
    sparse = [level.level for level in run.levels if level.level > 0]
    tickets = {level: read.of_runs(runs, level) for level in sparse}
    controls = {level: _controls(family, level, read) for level in sparse}
    kinds = {level: {k for k in controls[level] if k != LONG_DENSE} for level in sparse}
    losses = {level: _loss(family, level, metric) for level in sparse}
    levels = [
        _level(run, level, metric, dense, tickets[level], controls[level])
        for level in levels_to_judge(kinds, losses, margin)
    ]
    convergence = _convergence(family, metric, margin, dense, tickets, controls)
    seeds, wanted = [member.seed for member in family], possible(run.recipe)
    own, (_, logits, _) = dense[run.recipe.seed], _pair(dense, dense)
    alone = mean_interval(metric, own.labels, logits, own.groups)
    found = headline(levels, convergence, seeds, wanted, alone)
    found = with_commands(found, _commands(run, found, seeds, wanted))
    others = (member.run for member in family if member.run is not run)
    lacking = (f"{other.path.name}: {said}" for other in others for said in other.lacking)
    return replace(found, left_out=(*found_beside.left_out, *read.left_out, *lacking))


def possible(recipe: Recipe) -> list[str]:
    """Return the controls that the headline may ask for: those that a run can have."""
    if len(level_sparsities(recipe)) < 2:
        return []
    starts_anew = recipe.rewind == "init" or recipe.rewind.startswith("step")
    return [
        name
        for name in (*WANTED, LONG_DENSE)
        if (recipe.pruning == "iterative" if name == ONE_SHOT else starts_anew)
    ]


def _record(run: RunRecord, level: int) -> LevelRecord | None:
    return next((record for record in run.levels if record.level == level), None)


class _Reading:
    """Reads test predictions of a family.

    Attributes:
        left_out: a sentence for each of another run than one's own that could not be read.
    """

    def __init__(self, own: RunRecord):
        """Read for a run, whose own must be there."""
        self._own = own
        self.left_out: list[str] = []

    def of_runs(self, runs: Sequence[RunRecord], level: int) -> dict[int, Predictions]:
        """Return seed -> test predictions of a level.

        Raises:
            FileNotFoundError: the run's own are not there.
            Damaged: likewise, they cannot be read.
        """
        found = {}
        for run in runs:
            if _record(run, level) is not None:
                try:
                    found[run.recipe.seed] = run.predictions(level).by_key()
                except (Damaged, FileNotFoundError) as error:
                    if run is self._own:
                        raise
                    said = f"level {level} of {run.path.name} is left out: {error}"
                    self.left_out += [] if said in self.left_out else [said]
        return found


def _controls(
    family: Sequence[Member], level: int, read: _Reading
) -> dict[str, dict[int, Predictions]]:
    """Return kind -> seed -> test predictions of the controls of a level."""
    found: dict[str, dict[int, Predictions]] = {}
    for member in family:
        for kind, run, number in _controls_of(member, level):
            if kind not in found or member.seed not in found[kind]:
                found.setdefault(kind, {}).update(read.of_runs([run], number))
    return {kind: by_seed for kind, by_seed in found.items() if by_seed}


def _controls_of(member: Member, level: int) -> Iterator[tuple[str, RunRecord, int]]:
    """Yield kind, run and level of all that the ticket of a level is held to."""
    ticket = _record(member.run, level)
    if ticket is None:
        return
    for run in member.controls:
        belongs = control_of(run.recipe)
        if belongs.level == level and belongs.kind != AGAIN and run.levels:
            yield belongs.kind, run, run.levels[0].level
    for run in member.one_shots:
        for record in run.levels:
            if record.level > 0 and record.weights_left == ticket.weights_left:
                yield ONE_SHOT, run, record.level


def _loss(family: Sequence[Member], level: int, metric: str) -> float:
    """Return how much of the validation value was lost since dense, the mean over seeds."""
    losses = []
    for member in family:
        dense, ticket = (_validation(member.run, number, metric) for number in (0, level))
        if dense is not None and ticket is not None:
            losses.append(dense - ticket)
    return float(np.mean(losses)) if losses else float("inf")


def _validation(run: RunRecord, level: int, metric: str) -> float | None:
    record = _record(run, level)
    if record is None:
        return None
    older = {"auc": record.val_auc, "accuracy": record.val_accuracy}
    return (record.validation or older).get(metric)


def _pair(one: BySeed, other: BySeed) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Return the seeds that two networks share on the same examples, and the logits of both."""
    seeds = [
        seed
        for seed in sorted(one)
        if seed in other
        and one[seed].logits.shape == other[seed].logits.shape
        and (one[seed].keys == other[seed].keys).all()
    ]
    if not seeds:
        return [], np.empty(0), np.empty(0)
    first, second = (np.stack([of[seed].logits for seed in seeds]) for of in (one, other))
    return seeds, first, second


def _level(
    run: RunRecord,
    level: int,
    metric: str,
    dense: BySeed,
    ticket: BySeed,
    controls: Mapping[str, BySeed],
) -> Level:
    own = dense[run.recipe.seed]
    seeds, tickets, densest = _pair(ticket, dense)
    evidence = gather(metric, own.labels, own.groups, densest, tickets)
    gains, values, seeds_of, kinds = {}, {}, {"dense": seeds}, set()
    longer, over_longer = None, None
    for kind, by_seed in controls.items():
        shared, mine, other = _pair(ticket, by_seed)
        if not shared or not possible_at(level, [kind]):
            continue
        over = gain(metric, own.labels, own.groups, mine, other)
        value = mean_interval(metric, own.labels, other, own.groups).value
        if kind == LONG_DENSE:
            longer, over_longer = value, over
            continue
        name = WORDS.get(kind, kind)
        gains[name], values[name], seeds_of[name] = over, value, shared
        kinds.add(kind)
    record = _record(run, level)
    assert record is not None
    return Level(
        level=level,
        sparsity=record.sparsity,
        evidence=replace(evidence, over_controls=gains, seeds_of=seeds_of),
        dense=mean_interval(metric, own.labels, densest, own.groups),
        ticket=mean_interval(metric, own.labels, tickets, own.groups),
        controls=values,
        kinds=frozenset(kinds),
        longer=longer,
        over_longer=over_longer,
    )


def _convergence(
    family: Sequence[Member],
    metric: str,
    margin: float,
    dense: BySeed,
    tickets: Mapping[int, BySeed],
    controls: Mapping[int, Mapping[str, BySeed]],
) -> Convergence:
    own = next(iter(dense.values()))

    def over_dense(other: BySeed):
        seeds, one, two = _pair(other, dense)
        return gain(metric, own.labels, own.groups, one, two) if seeds else None

    deepest = max((n for n, kinds in controls.items() if LONG_DENSE in kinds), default=None)
    if deepest is not None:
        longer = over_dense(controls[deepest][LONG_DENSE])
        if longer is not None and (decided := by_longer(longer, margin)):
            return decided
    found = worst([_by_training(member.run, metric, margin) for member in family])
    for ticket in tickets.values():
        if (over := over_dense(ticket)) is not None:
            found = beaten(over, margin, found)
    return found


def _by_training(run: RunRecord, metric: str, margin: float) -> Convergence:
    record = run.levels[0]
    values = [
        line[metric]
        for line in run.log()
        if line["level"] == 0 and line.get("kind") == "validation" and metric in line
    ]
    return of_training(
        values,
        record.epoch_losses,
        metric=metric,
        margin=margin,
        falling_rate=run.recipe.schedule != "constant",
        epochs=None if run.recipe.patience is None else run.recipe.epochs,
        classes=len(record.classes),
        signs=record.signs,
    )


def _commands(
    run: RunRecord, found: Headline, trained: Sequence[int], wanted: Sequence[str]
) -> dict[str, str]:
    """Return the command for each thing that is missing: controls and seeds are added by one."""
    asked = {name for one in found.missing if one.what == "controls" for name in one.names}
    able = wanted if found.level is None else possible_at(found.level, wanted)
    controls = [name for name in able if name != LONG_DENSE or name in asked]
    other_level = controls and found.level not in (None, run.levels[-1].level)
    several = tuple(map(str, trained)) if len(trained) > 1 else ()
    seeds = next((one.names for one in found.missing if one.what == "seeds"), several)
    epochs = run.recipe.epochs
    more = partial(
        imp_command,
        run,
        controls=controls,
        level=found.level if other_level else None,
        seeds=seeds,
    )
    twice = 2 * epochs if epochs else None
    return {
        "learning": imp_command(run, epochs=twice),
        "controls": more(),
        "seeds": more(),
        "training": more(epochs=twice),
    }
