"""What the finished cells of a study show: means, differences and verdicts, with intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from experiments.study import Study, cell_name, control_name
from jaxticket.lottery.verdict import Evidence, Verdict, gather, judge, superior, winning
from jaxticket.runs import read_run
from jaxticket.statistics import Estimate, mean_interval, retention_interval

METRICS = ("accuracy", "balanced_accuracy", "auc", "average_precision", "eer")
JUDGED = ("auc", "accuracy")
CLOSE = 1e-3
"""A level has the sparsity that was asked for but for the rounding to whole weights."""


@dataclass(frozen=True)
class Scores:
    """The test logits of one network of every seed, and of what they are.

    Attributes:
        logits: float [S, N].
        keys: of the examples, in order.
        labels: int [N].
        groups: str [N].
        weights_left: of every seed.
        dead_layers: how often a layer lost all its weights, over seeds.
        synthetic: whether the data were rendered.
    """

    logits: np.ndarray
    keys: tuple[str, ...]
    labels: np.ndarray
    groups: np.ndarray
    weights_left: tuple[int, ...]
    dead_layers: int
    synthetic: bool


@dataclass(frozen=True)
class Finding:
    """One network at one sparsity, over seeds.

    Attributes:
        model: the detector.
        source: the data set that its mask was found on.
        target: the data set that it was trained and tested on.
        method: how the ticket was found, or `dense`.
        kind: `ticket`, or the control.
        sparsity: the level asked for.
        weights_left: smallest and largest over seeds.
        seeds: which were there.
        metrics: name -> estimate.
        over_dense: name -> estimate of (this - dense of the same seeds).
        over_controls: name of control -> estimate of the AUC of (ticket - control).
        retention: above-chance retention of accuracy; None where dense is not above chance.
        verdicts: metric -> rule -> verdict, of tickets.
        dead_layers: layers without a weight left, over seeds.
        synthetic: whether the data were rendered.
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
    synthetic: bool = False

    def plain(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return asdict(self)


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

    dense = _read(study, names("dense"), 0.0)
    if dense is None:
        return []
    found = [_finding(model, dataset, dataset, "dense", "ticket", 0.0, dense)]
    for method in study.methods:
        evidence: dict[float, dict[str, Evidence]] = {}
        at: dict[float, Finding] = {}
        for sparsity in study.sparsities:
            ticket = _read(study, names(method), sparsity)
            if ticket is None:
                continue
            controls = {}
            if method == study.methods[0] and sparsity in study.control_sparsities:
                for kind in study.controls:
                    cells = {
                        seed: control_name(study, model, dataset, seed, kind, sparsity)
                        for seed in study.seeds
                    }
                    control = _read(study, cells, sparsity, dense=kind == "small_dense")
                    if control is not None:
                        controls[kind] = control
            complete = method != study.methods[0] or set(controls) == set(study.controls)
            at[sparsity], evidence[sparsity] = _judged(
                _finding(model, dataset, dataset, method, "ticket", sparsity, ticket),
                dense, ticket, controls if complete else {},
            )  # fmt: skip
            found.append(at[sparsity])
            found += [
                _finding(model, dataset, dataset, method, kind, sparsity, control, dense)
                for kind, control in controls.items()
            ]
        # The full claim is corrected over all levels that it was planned for, or not made.
        if all(any(e.over_controls for e in evidence.get(s, {}).values())
               for s in study.control_sparsities):  # fmt: skip
            _claim(at, evidence)
    return found


def _judged(
    finding: Finding, dense: tuple, ticket: tuple, controls: Mapping[str, tuple]
) -> tuple[Finding, dict[str, Evidence]]:
    """Return the finding with its differences, and the evidence by metric."""
    every = [dense, ticket, *controls.values()]
    seeds = sorted(set.intersection(*(set(seeds) for seeds, _ in every)))
    if not seeds:
        return finding, {}
    _check_pairs(f"{finding.model} on {finding.target} at {finding.sparsity:g}", *every)
    a, b = _rows(dense, seeds), _rows(ticket, seeds)
    others = {kind: _rows(control, seeds) for kind, control in controls.items()}
    labels, groups = ticket[1].labels, ticket[1].groups
    evidence = {metric: gather(metric, labels, groups, a, b, others) for metric in JUDGED}
    verdicts: dict[str, dict[str, Verdict]] = {m: judge(evidence[m]) for m in JUDGED}
    new = {
        "over_dense": {m: evidence[m].over_dense for m in JUDGED},
        "over_controls": dict(evidence["auc"].over_controls),
        "retention": retention_interval("accuracy", labels, b, a, groups),
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
    """Tickets, and controls of them, that were trained on another data set than they come from."""
    found = []
    dense = _read(
        study, {seed: cell_name(model, target, seed, "dense") for seed in study.seeds}, 0.0
    )
    for sparsity in study.control_sparsities:
        for kind in study.transfer:
            cells = {
                seed: control_name(study, model, source, seed, kind, sparsity, target)
                for seed in study.seeds
            }
            read = _read(study, cells, sparsity)
            if read is not None:
                found.append(
                    _finding(model, source, target, study.methods[0], kind, sparsity, read, dense)
                )
    return found


def _finding(
    model: str,
    source: str,
    target: str,
    method: str,
    kind: str,
    sparsity: float,
    read: tuple[dict[int, np.ndarray], Scores],
    dense: tuple[dict[int, np.ndarray], Scores] | None = None,
) -> Finding:
    _, scores = read
    over: dict[str, Estimate] = {}
    if dense is not None:
        _check_pairs(f"{model} on {target} at {sparsity:g}", dense, read)
        seeds = sorted(set(read[0]) & set(dense[0]))
        if seeds:
            pairs = _rows(dense, seeds), _rows(read, seeds)
            over = {m: gather(m, scores.labels, scores.groups, *pairs).over_dense for m in JUDGED}
    return Finding(
        model=model,
        source=source,
        target=target,
        method=method,
        kind=kind,
        sparsity=sparsity,
        weights_left=(min(scores.weights_left), max(scores.weights_left)),
        seeds=tuple(read[0]),
        metrics={m: mean_interval(m, scores.labels, scores.logits, scores.groups) for m in METRICS},
        over_dense=over,
        dead_layers=scores.dead_layers,
        synthetic=scores.synthetic,
    )


def _check_pairs(what: str, *reads: tuple[dict[int, np.ndarray], Scores]) -> None:
    """Check that networks that are compared were tested on the same examples.

    Raises:
        ValueError: they were not.
    """
    if len({scores.keys for _, scores in reads}) > 1:
        raise ValueError(
            f"{what}: the networks compared were tested on other examples; were the data prepared "
            "anew in between?"
        )


def _rows(read: tuple[dict[int, np.ndarray], Scores], seeds: Sequence[int]) -> np.ndarray:
    return np.stack([read[0][seed] for seed in seeds])


def _read(
    study: Study, cells: Mapping[int, str], sparsity: float, *, dense: bool = False
) -> tuple[dict[int, np.ndarray], Scores] | None:
    """Return seed -> logits, and all together; None where no seed is done.

    Args:
        study: names the folder.
        cells: seed -> name.
        sparsity: of the level.
        dense: whether the only level is wanted, whatever its sparsity.

    Raises:
        ValueError: two seeds were tested on other examples.
    """
    logits: dict[int, np.ndarray] = {}
    labels, groups, keys = np.array([]), np.array([]), ()
    left, dead, synthetic = [], 0, False
    for seed, name in cells.items():
        path = study.folder / name
        if not (path / "summary.json").is_file():
            continue
        run = read_run(path)
        level = min(run.levels, key=lambda one: abs(one["sparsity"] - sparsity))
        if not dense and abs(level["sparsity"] - sparsity) > CLOSE:
            continue
        rows = run.predictions(level["level"])
        if keys and keys != tuple(row["key"] for row in rows):
            raise ValueError(f"{path} was tested on other examples than its other seeds")
        keys = tuple(row["key"] for row in rows)
        labels = np.array([int(row["label"]) for row in rows])
        groups = np.array([row["group"] for row in rows])
        logits[seed] = np.array([float(row["logit"]) for row in rows])
        left.append(level["weights_left"])
        dead += len(level["dead_layers"])
        synthetic = bool(run.config["synthetic"])
    if not logits:
        return None
    stacked = np.stack(list(logits.values()))
    return logits, Scores(stacked, keys, labels, groups, tuple(left), dead, synthetic)
