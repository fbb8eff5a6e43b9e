"""The first table of a study: every network that is done, with its test logits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from experiments.options.study import ZERO_SHOT, Study
from experiments.study.plan import cell_name, control_name, trained_there
from experiments.study.predictions import Scores, read, read_elsewhere
from jaxticket.lottery import DENSE_CONTROLS
from jaxticket.report.finding import rival_of


@dataclass(frozen=True)
class NetworkKey:
    """Which network of a study it is; the seeds of it lie in its row.

    Attributes:
        model: the detector.
        source: the data set that its mask was found on.
        target: the data set that it was tested on, and trained but for `zero_shot`.
        method: how the ticket was found, or `dense`.
        kind: `ticket`, the control, or `zero_shot`.
        sparsity: the level asked for.
    """

    model: str
    source: str
    target: str
    method: str
    kind: str
    sparsity: float

    def __str__(self) -> str:
        moved = "" if self.source == self.target else f" from {self.source}"
        return f"{self.model}{moved} on {self.target} at {self.sparsity:g}"

    @property
    def is_home_ticket(self) -> bool:
        """Whether it is a ticket on the data set that its mask was found on."""
        return self.kind == "ticket" and self.method != "dense" and self.source == self.target

    @property
    def rival(self) -> str:
        """What a ticket that is compared with it calls it: the control, or the other method."""
        return rival_of(self.method, self.kind)


def dense_of(key: NetworkKey) -> NetworkKey:
    """Return the dense network that was trained on the target."""
    return NetworkKey(key.model, key.target, key.target, "dense", "ticket", 0.0)


def ticket_beside(study: Study, key: NetworkKey) -> NetworkKey | None:
    """Return the first method's ticket of the level and data, with which a rival is compared.

    Rivals are controls and the tickets of other methods; None for all others.
    """
    ticket = replace(key, method=study.methods[0], kind="ticket")
    return None if key.method == "dense" or key.kind == ZERO_SHOT or key == ticket else ticket


def read_networks(study: Study) -> Mapping[NetworkKey, Scores]:
    """Return the scores of every network that is done, in the order of the study.

    What was found on a data set is left out as long as no dense network of that set is done.

    Raises:
        ValueError: two seeds were tested on other examples, or trained in another way.
    """
    table, first = {}, {}
    for key, scores in _rows(study):
        # Of networks tested on the same pictures only the logits differ: keep the rest once.
        same = first.setdefault((key.target, scores.keys), scores)
        columns = ("keys", "labels", "groups", "videos", "methods")
        table[key] = replace(scores, **{name: getattr(same, name) for name in columns})
    return table


def home_networks(study: Study, model: str, data: str) -> dict[NetworkKey, Scores]:
    """Return the dense network and every ticket on one data set, as far as they are done."""
    table = {}
    for method, sparsities in (("dense", (0.0,)), *((m, study.sparsities) for m in study.methods)):
        cells = {seed: cell_name(model, data, seed, method) for seed in study.seeds}
        for sparsity in sparsities:
            if scores := read(study, cells, sparsity):
                table[NetworkKey(model, data, data, method, "ticket", sparsity)] = scores
    return table


def _rows(study: Study) -> Iterator[tuple[NetworkKey, Scores]]:
    for model in study.models:
        for dataset in study.datasets:
            home = home_networks(study, model, dataset)
            for key, scores in home.items() if any(k.method == "dense" for k in home) else ():
                yield key, scores
                if key.method == study.methods[0] and key.sparsity in study.control_sparsities:
                    yield from _controls(study, key, study.controls)
            for target in study.datasets:
                if target != dataset:
                    yield from _moved(study, model, dataset, target)
                    for sparsity in study.control_sparsities:
                        ticket = NetworkKey(
                            model, dataset, target, study.methods[0], "ticket", sparsity
                        )
                        yield from _controls(study, ticket, trained_there(study))


def _controls(
    study: Study, ticket: NetworkKey, kinds: Iterable[str]
) -> Iterator[tuple[NetworkKey, Scores]]:
    """Yield the networks of these kinds that were trained beside a ticket, on its target."""
    model, source, sparsity = ticket.model, ticket.source, ticket.sparsity
    on = "" if source == ticket.target else ticket.target
    for kind in kinds:
        cells = {s: control_name(study, model, source, s, kind, sparsity, on) for s in study.seeds}
        # The only level of a dense control stands for the ticket's.
        if scores := read(study, cells, sparsity, only=kind in DENSE_CONTROLS):
            yield replace(ticket, kind=kind), scores


def _moved(
    study: Study, model: str, source: str, target: str
) -> Iterator[tuple[NetworkKey, Scores]]:
    """Yield the first method's tickets and their dense network as they are, on another data set."""
    method = study.methods[0]
    tickets = {seed: cell_name(model, source, seed, method) for seed in study.seeds}
    tested = {seed: cell_name(model, target, seed, "dense") for seed in study.seeds}
    for sparsity in (0.0, *study.control_sparsities) if ZERO_SHOT in study.transfer else ():
        if scores := read_elsewhere(study, tickets, tested, sparsity):
            name = method if sparsity else "dense"
            yield NetworkKey(model, source, target, name, ZERO_SHOT, sparsity), scores
