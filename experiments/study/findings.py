"""What the finished cells of a study show: means, differences and verdicts, with intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from experiments.study.plan import ZERO_SHOT, Study, cell_name, control_name, trained_there
from experiments.study.predictions import Scores, read, read_elsewhere, shared_seeds
from jaxticket.statistics import Estimate, mean_interval, paired_interval, retention_interval
from jaxticket.verdicts.claims import superior, winning
from jaxticket.verdicts.evidence import Evidence, gain, gather
from jaxticket.verdicts.rules import judge
from jaxticket.verdicts.wording import Verdict

METRICS = ("accuracy", "balanced_accuracy", "auc", "average_precision", "eer")
JUDGED = ("auc", "accuracy")


@dataclass(frozen=True)
class Finding:
    """One network at one sparsity, over seeds.

    Attributes:
        model: the detector.
        source: the data set that its mask was found on.
        target: the data set that it was tested on, and trained but for `zero_shot`.
        method: how the ticket was found, or `dense`.
        kind: `ticket`, the control, or `zero_shot`.
        sparsity: the level asked for.
        weights_left: smallest and largest over seeds.
        seeds: which were there.
        metrics: name -> estimate.
        over_dense: name -> estimate of (this - dense of the same seeds).
        over_controls: name of control -> estimate of the AUC of (ticket - control).
        retention: of balanced accuracy, above chance; None where dense is not above chance.
        verdicts: metric -> rule -> verdict, of tickets.
        dead_layers: the most layers without a weight left in any seed.
        dead_seeds: seeds with such a layer.
        synthetic: whether the data were rendered.
        videos: how many there are.
        by_video: name -> estimate, of the means of each video's frames.
        by_video_over_dense: name -> estimate of (this - dense), of the same.
        over_moved_dense: of a ticket moved by `zero_shot`, the AUC of (ticket - its dense network
            moved likewise); `over_dense` compares with the dense network of the target.
        ticket_over: of controls, and of other methods than the first: metric -> estimate of (the
            first method's ticket - this), of that level, trained on the same data.
        ticket_better: metric -> whether that lies above 0: of controls corrected over all levels
            and controls, of another method over its levels; empty until all of them are there.
        parameters_left: smallest and largest over seeds, of all parameters; None where no run
            says it.
    """

    model: str
    source: str
    target: str
    method: str
    kind: str
    sparsity: float
    weights_left: tuple[int, int]
    seeds: tuple[int, ...]
    metrics: Mapping[str, Estimate]
    over_dense: Mapping[str, Estimate] = field(default_factory=dict)
    over_controls: Mapping[str, Estimate] = field(default_factory=dict)
    retention: Estimate | None = None
    verdicts: Mapping[str, Mapping[str, Verdict]] = field(default_factory=dict)
    dead_layers: int = 0
    dead_seeds: int = 0
    synthetic: bool = False
    videos: int = 0
    by_video: Mapping[str, Estimate] = field(default_factory=dict)
    by_video_over_dense: Mapping[str, Estimate] = field(default_factory=dict)
    over_moved_dense: Estimate | None = None
    ticket_over: Mapping[str, Estimate] = field(default_factory=dict)
    ticket_better: Mapping[str, Verdict] = field(default_factory=dict)
    parameters_left: tuple[int, int] | None = None

    @property
    def network(self) -> str:
        """What it is, for a table: `dense` or the kind."""
        return "dense" if (self.method, self.kind) == ("dense", "ticket") else self.kind

    def plain(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return asdict(self)


def rival_name(one: Finding) -> str:
    """Return what a ticket is compared with: the control, or the other method."""
    return one.method if one.kind == "ticket" else one.kind


def find(study: Study) -> list[Finding]:
    """Return the findings of all cells that are done, in the order of the study."""
    found: list[Finding] = []
    for model in study.models:
        for dataset in study.datasets:
            found += _of_one(study, model, dataset)
            for target in study.datasets:
                if target != dataset:
                    found += _transferred(study, model, dataset, target)
    return found


def _of_one(study: Study, model: str, dataset: str) -> list[Finding]:
    def names(*rest: str) -> dict[int, str]:
        return {seed: cell_name(model, dataset, seed, *rest) for seed in study.seeds}

    dense = read(study, names("dense"), 0.0)
    if dense is None:
        return []
    found = [_finding(model, dataset, dataset, "dense", "ticket", 0.0, dense)]
    first: dict[float, Scores] = {}
    for method in study.methods:
        evidence: dict[float, dict[str, Evidence]] = {}
        at: dict[float, Finding] = {}
        for sparsity in study.sparsities:
            ticket = read(study, names(method), sparsity)
            if ticket is None:
                continue
            if method == study.methods[0]:
                first[sparsity] = ticket
            controls = {}
            if method == study.methods[0] and sparsity in study.control_sparsities:
                for kind in study.controls:
                    cells = {
                        seed: control_name(study, model, dataset, seed, kind, sparsity)
                        for seed in study.seeds
                    }
                    control = read(study, cells, sparsity, only=kind == "small_dense")
                    if control is not None:
                        controls[kind] = control
            complete = method != study.methods[0] or set(controls) == set(study.controls)
            at[sparsity], evidence[sparsity] = _judged(
                _finding(model, dataset, dataset, method, "ticket", sparsity, ticket),
                dense, ticket, controls if complete else {},
            )  # fmt: skip
            rival = at[sparsity]
            if method != study.methods[0] and sparsity in first:
                rival = _below(rival, first[sparsity], ticket)
            found.append(rival)
            found += [
                _below(
                    _finding(model, dataset, dataset, method, kind, sparsity, control, dense),
                    ticket, control, evidence[sparsity],
                )
                for kind, control in controls.items()
            ]  # fmt: skip
        # The full claim is corrected over all levels that it was planned for, or not made.
        if all(any(e.over_controls for e in evidence.get(s, {}).values())
               for s in study.control_sparsities):  # fmt: skip
            _claim(at, evidence)
            found = [_as_claimed(one, at) for one in found]
        rivals = [one for one in found if one.kind == "ticket" and one.method == method]
        if method != study.methods[0]:
            found = _answered(found, rivals, len(study.sparsities))
    return found


def _judged(
    finding: Finding, dense: Scores, ticket: Scores, controls: Mapping[str, Scores]
) -> tuple[Finding, dict[str, Evidence]]:
    """Return the finding with its differences, and the evidence by metric.

    Each comparison is of the seeds that its two networks share; without one such for a control
    there is no evidence on any, so that no claim is made of fewer controls than were planned.
    """
    what = f"{finding.model} on {finding.target} at {finding.sparsity:g}"
    others = {"dense": dense, **controls}
    seeds_of = {name: shared_seeds(what, ticket, other) for name, other in others.items()}
    seeds = seeds_of["dense"]
    if not seeds:
        return finding, {}
    a, b = dense.rows(seeds), ticket.rows(seeds)
    labels, groups = ticket.labels, ticket.groups
    complete = all(seeds_of.values())

    def of(metric: str) -> Evidence:
        gains = {
            kind: gain(
                metric, labels, groups, *(one.rows(seeds_of[kind]) for one in (ticket, other))
            )
            for kind, other in controls.items()
            if complete
        }
        found = gather(metric, labels, groups, a, b)
        return replace(found, over_controls=gains, seeds_of=seeds_of)

    evidence = {metric: of(metric) for metric in JUDGED}
    verdicts: dict[str, dict[str, Verdict]] = {m: judge(evidence[m]) for m in JUDGED}
    new = {
        "over_dense": {m: evidence[m].over_dense for m in JUDGED},
        "by_video_over_dense": _over(what, ticket.by_video(), dense.by_video()),
        "over_controls": dict(evidence["auc"].over_controls),
        "retention": retention_interval("balanced_accuracy", labels, b, a, groups),
        "verdicts": verdicts,
    }
    return Finding(**{**vars(finding), **new}), evidence


def _claim(at: dict[float, Finding], evidence: dict[float, dict[str, Evidence]]) -> None:
    """Add the full claim, and the parting from every control, corrected over all levels."""
    for metric in JUDGED:
        levels = {f"{s:g}": e[metric] for s, e in evidence.items() if e and e[metric].over_controls}
        if not levels:
            continue
        claims = winning(levels)
        gains = {
            f"{s} over {kind}": gain
            for s, level in levels.items()
            for kind, gain in level.over_controls.items()
        }
        parts = superior(metric, gains)
        for sparsity, finding in at.items():
            name = f"{sparsity:g}"
            if name in claims:
                rules = finding.verdicts[metric]
                assert isinstance(rules, dict)
                rules["winning"] = claims[name]
                rules |= {
                    f"better than {kind}": parts[f"{name} over {kind}"]
                    for kind in levels[name].over_controls
                }


def _transferred(study: Study, model: str, source: str, target: str) -> list[Finding]:
    """Tickets, and controls of them, on another data set than they come from."""
    dense = read(
        study, {seed: cell_name(model, target, seed, "dense") for seed in study.seeds}, 0.0
    )
    found = _moved(study, model, source, target, dense) if ZERO_SHOT in study.transfer else []
    kinds, rivals = trained_there(study), []
    for sparsity in study.control_sparsities:
        there = {}
        for kind in kinds:
            cells = {
                seed: control_name(study, model, source, seed, kind, sparsity, target)
                for seed in study.seeds
            }
            scores = read(study, cells, sparsity)
            if scores is not None:
                there[kind] = scores
        for kind, scores in there.items():
            one = _finding(model, source, target, study.methods[0], kind, sparsity, scores, dense)
            if kind != "ticket" and "ticket" in there:
                one = _below(one, there["ticket"], scores)
                rivals.append(one)
            found.append(one)
    planned = len(study.control_sparsities) * len([kind for kind in kinds if kind != "ticket"])
    return _answered(found, rivals, planned)


def _below(
    finding: Finding, ticket: Scores, own: Scores, evidence: Mapping[str, Evidence] | None = None
) -> Finding:
    """Return the finding with (ticket - this): that of the evidence, where it holds one."""
    judged = {
        metric: of.over_controls[finding.kind]
        for metric, of in (evidence or {}).items()
        if finding.kind in of.over_controls
    }
    what = f"{finding.model} on {finding.target} at {finding.sparsity:g}"
    return replace(finding, ticket_over=judged or _over(what, ticket, own))


def _as_claimed(one: Finding, at: Mapping[float, Finding]) -> Finding:
    """Return a control's finding with what was said of it beside its ticket."""
    rule, ticket = f"better than {one.kind}", at.get(one.sparsity)
    if ticket is None or one.method != ticket.method:
        return one
    said = {metric: of[rule] for metric, of in ticket.verdicts.items() if rule in of}
    return replace(one, ticket_better=said) if said else one


def _answered(found: Sequence[Finding], rivals: Sequence[Finding], planned: int) -> list[Finding]:
    """Return what was found with the verdicts on these rivals of the tickets, a family together.

    Nothing is said before all that were planned can be compared.
    """
    compared = [one for one in rivals if one.ticket_over]
    if not compared or len(compared) < planned:
        return list(found)
    names = [f"ticket - {rival_name(one)} at {100 * one.sparsity:g}%" for one in compared]
    said = {
        metric: superior(metric, {
            name: one.ticket_over[metric] for name, one in zip(names, compared, strict=True)
        })
        for metric in JUDGED
    }  # fmt: skip
    better = {
        id(one): replace(one, ticket_better={m: of[name] for m, of in said.items()})
        for name, one in zip(names, compared, strict=True)
    }
    return [better.get(id(one), one) for one in found]


def _moved(
    study: Study, model: str, source: str, target: str, dense: Scores | None
) -> list[Finding]:
    """The first method's tickets and their dense network as they are, on another data set."""
    method, found = study.methods[0], []
    tickets = {seed: cell_name(model, source, seed, method) for seed in study.seeds}
    data_of = {seed: cell_name(model, target, seed, "dense") for seed in study.seeds}
    moved_dense = read_elsewhere(study, tickets, data_of, 0.0)
    for sparsity in (0.0, *study.control_sparsities):
        scores = read_elsewhere(study, tickets, data_of, sparsity)
        if scores is None:
            continue
        name = method if sparsity else "dense"
        one = _finding(model, source, target, name, ZERO_SHOT, sparsity, scores, dense)
        if sparsity and moved_dense is not None:
            what = f"{model} from {source} on {target} at {sparsity:g}"
            one = replace(one, over_moved_dense=_over(what, scores, moved_dense).get("auc"))
        found.append(one)
    return found


def _finding(
    model: str,
    source: str,
    target: str,
    method: str,
    kind: str,
    sparsity: float,
    scores: Scores,
    dense: Scores | None = None,
) -> Finding:
    what, videos = f"{model} on {target} at {sparsity:g}", scores.by_video()
    return Finding(
        model=model,
        source=source,
        target=target,
        method=method,
        kind=kind,
        sparsity=sparsity,
        weights_left=(min(scores.weights_left), max(scores.weights_left)),
        seeds=tuple(scores.logits),
        metrics=_means(METRICS, scores),
        over_dense={} if dense is None else _over(what, scores, dense),
        dead_layers=max(scores.dead_layers),
        dead_seeds=sum(count > 0 for count in scores.dead_layers),
        synthetic=scores.synthetic,
        videos=len(videos.keys),
        by_video=_means(JUDGED, videos),
        by_video_over_dense={} if dense is None else _over(what, videos, dense.by_video()),
        parameters_left=(min(left), max(left)) if (left := scores.parameters_left) else None,
    )


def _means(metrics: Sequence[str], of: Scores) -> dict[str, Estimate]:
    return {name: mean_interval(name, of.labels, of.rows(), of.groups) for name in metrics}


def _over(what: str, one: Scores, dense: Scores) -> dict[str, Estimate]:
    """The paired differences (one - dense) of the seeds that both have."""
    seeds = shared_seeds(what, one, dense)
    if not seeds:
        return {}
    pair = one.rows(seeds), dense.rows(seeds), one.groups
    return {name: paired_interval(name, one.labels, *pair) for name in JUDGED}
