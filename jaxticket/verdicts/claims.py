"""Claims on several levels at once, corrected for the number of levels (Holm 1979)."""

from collections.abc import Mapping, Sequence

from jaxticket.statistics import Estimate, holm
from jaxticket.text import count_text
from jaxticket.verdicts.evidence import Evidence
from jaxticket.verdicts.rules import no_better_than_chance, stated_margin
from jaxticket.verdicts.wording import (
    UNJUDGED,
    Verdict,
    decide,
    in_words,
    with_ends,
)


def winning(levels: Mapping[str, Evidence], margin: float | None = None) -> dict[str, Verdict]:
    """Judge for every level whether it wins: not inferior to dense, and better than each control.

    A level's claim needs all of its parts, so its p value is their largest (intersection-union,
    Berger 1982); over the levels the p values are corrected by Holm's method.

    Args:
        levels: name -> evidence, all levels that are looked at.
        margin: as in `non_inferior`.

    Raises:
        ValueError: a margin is wrong, or the intervals have several confidences.
    """
    tail = _tail([part for level in levels.values() for part in _parts(level)])
    claims = [_claims(level, stated_margin(level.metric, margin)) for level in levels.values()]
    for_it = holm([max(gain.p_above(at) for gain, at in parts) for parts in claims])
    # That one part is wrong is enough against it: the smallest p, times the parts looked at.
    against = holm(
        [min(1.0, len(parts) * min(g.p_below(at) for g, at in parts)) for parts in claims]
    )
    verdicts = {}
    family = f"Holm over a family of {count_text(len(levels), 'level')}"
    for (name, level), p, p_not in zip(levels.items(), for_it, against, strict=True):
        if not level.over_controls:
            lacking = "no control was trained: add random masks or new initial weights"
            verdicts[name] = _verdict(level, None, UNJUDGED, lacking)
            continue
        holds = decide(p, p_not, tail)
        reason = f"{_numbers(level, margin)}; {family}: p = {p:.2g}, claimed at {tail:g} or less"
        reason += _caveats(level) if holds else ""
        words = in_words("winning", holds, _parts(level))
        verdicts[name] = _verdict(level, holds, words, reason)
    return verdicts


def superior(
    metric: str,
    gains: Mapping[str, Estimate],
    confidence_over_all: float = 0.95,
    rule: str = "superior",
) -> dict[str, Verdict]:
    """Judge for every comparison whether it lies above 0, corrected over all of them by Holm.

    Args:
        metric: what was compared.
        gains: name -> estimate, for instance of ticket - control at every level and control: all
            that is looked at.
        confidence_over_all: one-sided claims hold together at (1 - this) / 2.
        rule: the name of the verdicts, one of `WORDS`: `superior`, or `harm` for drops in recall.
    """
    tail = (1 - confidence_over_all) / 2
    for_it = holm([gain.p_above(0) for gain in gains.values()])
    against = holm([gain.p_below(0) for gain in gains.values()])
    family = f"Holm over a family of {count_text(len(gains), 'comparison')}"
    verdicts = {}
    for (name, gain), p, p_not in zip(gains.items(), for_it, against, strict=True):
        holds = decide(p, p_not, tail)
        reason = (
            f"{name}: {with_ends(gain)} ({gain.resampled}; the interval alone, uncorrected); "
            f"{family}: p = {p:.2g} for above 0, {p_not:.2g} for below, claimed at {tail:g} or less"
        )
        verdicts[name] = Verdict(
            rule, metric, holds, in_words(rule, holds, [gain]), reason, gain.seeds, gain.groups
        )
    return verdicts


def _parts(level: Evidence) -> list[Estimate]:
    return [level.over_dense, *level.over_controls.values()]


def _claims(level: Evidence, margin: float) -> list[tuple[Estimate, float]]:
    return [(level.over_dense, -margin), *((gain, 0.0) for gain in level.over_controls.values())]


def _verdict(level: Evidence, holds: bool | None, words: str, reason: str) -> Verdict:
    over = level.over_dense
    return Verdict("winning", level.metric, holds, words, reason, over.seeds, over.groups)


def _numbers(level: Evidence, margin: float | None) -> str:
    gains = {"dense": level.over_dense, **level.over_controls}
    parts = {k: f"ticket - {k} is {with_ends(over)}" for k, over in gains.items()}
    parts["dense"] += f", the margin is -{stated_margin(level.metric, margin):g}"
    if len({tuple(seeds) for seeds in level.seeds_of.values()}) > 1:
        parts = {k: f"{part} ({_seeds(level.seeds_of[k])})" for k, part in parts.items()}
    return f"{'; '.join(parts.values())} ({level.over_dense.resampled})"


def _seeds(seeds: Sequence[int]) -> str:
    return f"{'seed' if len(seeds) == 1 else 'seeds'} {', '.join(map(str, seeds))}"


def _caveats(level: Evidence) -> str:
    untrained = no_better_than_chance(level)
    return f". Beware: {untrained}" if untrained else ""


def _tail(parts: Sequence[Estimate]) -> float:
    confidences = {part.confidence for part in parts}
    if len(confidences) > 1:
        raise ValueError(f"the intervals have several confidences, {sorted(confidences)}: take one")
    return (1 - confidences.pop()) / 2 if confidences else 0.025
