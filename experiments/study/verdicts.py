"""The third table of a study: what is concluded about each network, by named rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter

from experiments.options.study import Study
from experiments.study.differences import JUDGED, Differences
from experiments.study.networks import NetworkKey, dense_of, ticket_beside
from experiments.study.plan import trained_there
from experiments.study.predictions import Scores, shared_seeds
from jaxticket.runs.controls import LONG_DENSE
from jaxticket.statistics import Estimate
from jaxticket.verdicts.claims import superior, winning
from jaxticket.verdicts.evidence import Evidence, gather
from jaxticket.verdicts.rules import judge
from jaxticket.verdicts.wording import Verdict

ByMetric = Mapping[str, Evidence]
Rules = Mapping[str, Verdict]
"""Rule -> verdict."""


@dataclass(frozen=True)
class Verdicts:
    """The verdicts on one network.

    Attributes:
        over_controls: name of control -> the AUC of (ticket - control), where all controls are
            there that were planned and that it has to beat.
        verdicts: metric -> rule -> verdict, of tickets.
        ticket_better: metric -> whether the first method's ticket is better than this: of controls
            corrected over all levels and controls, of another method, and of the dense network with
            all the steps of the search, over its levels; empty until all of them are there.
    """

    over_controls: Mapping[str, Estimate] = field(default_factory=dict)
    verdicts: Mapping[str, Rules] = field(default_factory=dict)
    ticket_better: Rules = field(default_factory=dict)


def judge_networks(
    study: Study,
    scores: Mapping[NetworkKey, Scores],
    differences: Mapping[NetworkKey, Differences],
) -> dict[NetworkKey, Verdicts]:
    """Return the verdicts on every network of the tables.

    Raises:
        ValueError: networks that are compared were tested on other examples.
    """
    evidence = {
        key: {metric: _evidence(study, key, metric, scores, differences) for metric in JUDGED}
        for key in scores
        if key.is_home_ticket and differences[key].over_dense
    }
    claims = _claims(study, evidence)
    better = _better(study, differences, claims)
    table = {}
    for key in scores:
        levels = evidence.get(key, {})
        rules = {m: {**judge(level), **claims.get((key, m), {})} for m, level in levels.items()}
        over_controls = levels["auc"].over_controls if levels else {}
        table[key] = Verdicts(over_controls, rules, better.get(key, {}))
    return table


def _evidence(
    study: Study,
    key: NetworkKey,
    metric: str,
    scores: Mapping[NetworkKey, Scores],
    differences: Mapping[NetworkKey, Differences],
) -> Evidence:
    """Return a ticket beside its dense network and its controls.

    Each comparison is of the seeds that its two networks share; without one such for a control
    there is none with any, so that no claim is made of fewer controls than were planned.
    """
    ticket, dense = scores[key], scores[dense_of(key)]
    to_beat = (kind for kind in study.controls if kind != LONG_DENSE)
    controls = {kind: replace(key, kind=kind) for kind in to_beat}
    gains = {
        kind: differences[control].ticket_over[metric]
        for kind, control in controls.items()
        if control in differences and differences[control].ticket_over
    }
    gains = gains if len(gains) == len(controls) else {}
    others = {"dense": dense, **{kind: scores[controls[kind]] for kind in gains}}
    seeds_of = {name: shared_seeds(str(key), ticket, other) for name, other in others.items()}
    pair = dense.rows(seeds_of["dense"]), ticket.rows(seeds_of["dense"])
    beside_dense = gather(metric, ticket.labels, ticket.groups, *pair)
    return replace(beside_dense, over_controls=gains, seeds_of=seeds_of)


def _claims(
    study: Study, evidence: Mapping[NetworkKey, ByMetric]
) -> dict[tuple[NetworkKey, str], Rules]:
    """Return the full claim, and that each control is worse, on tickets with controls.

    Each is corrected over all levels that it was planned for, or not made.
    """
    claims = {}
    with_controls = {key: by for key, by in evidence.items() if by["auc"].over_controls}
    for family in _families(with_controls, "model", "target"):
        if len(family) < len(study.control_sparsities):
            continue
        for metric in JUDGED:
            levels = {f"{key.sparsity:g}": evidence[key][metric] for key in family}
            won = winning(levels)
            better = superior(metric, {
                f"{name} over {kind}": gain
                for name, level in levels.items()
                for kind, gain in level.over_controls.items()
            })  # fmt: skip
            for key, (name, level) in zip(family, levels.items(), strict=True):
                claims[key, metric] = {"winning": won[name]} | {
                    f"better than {kind}": better[f"{name} over {kind}"]
                    for kind in level.over_controls
                }
    return claims


def _better(
    study: Study,
    differences: Mapping[NetworkKey, Differences],
    claims: Mapping[tuple[NetworkKey, str], Rules],
) -> dict[NetworkKey, Rules]:
    """Return by metric whether the first method's tickets are better than each rival.

    Nothing is said of a family before all rivals that were planned can be compared.
    """
    rivals = {key: rest.ticket_over for key, rest in differences.items() if rest.ticket_over}
    better = {}
    for key in rivals:
        ticket = ticket_beside(study, key)
        if key.source == key.target and ticket and (ticket, "auc") in claims:
            rule = f"better than {key.kind}"
            better[key] = {m: claims[ticket, m][rule] for m in JUDGED if rule in claims[ticket, m]}
    corrected_here = [k for k in rivals if k.kind in ("ticket", LONG_DENSE) or k.source != k.target]
    rivals_there = [kind for kind in trained_there(study) if kind != "ticket"]
    for family in _families(corrected_here, "model", "source", "target", "method"):
        first = family[0]
        moved = first.source != first.target
        levels = study.sparsities if first.kind == "ticket" else study.control_sparsities
        if len(family) < len(levels) * (len(rivals_there) if moved else 1):
            continue
        names = {key: f"ticket - {key.rival} at {100 * key.sparsity:g}%" for key in family}
        for metric in JUDGED:
            answers = superior(metric, {names[key]: rivals[key][metric] for key in family})
            for key in family:
                better.setdefault(key, {})[metric] = answers[names[key]]
    return better


def _families(keys: Iterable[NetworkKey], *fields: str) -> Iterable[list[NetworkKey]]:
    """Return the keys that are alike in these fields together, in order."""
    families: dict[tuple[str, ...], list[NetworkKey]] = {}
    for key in keys:
        families.setdefault(attrgetter(*fields)(key), []).append(key)
    return families.values()
