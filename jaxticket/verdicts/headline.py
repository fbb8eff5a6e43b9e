"""The headline: what a run, or a study's cell, shows, in one sentence by a fixed rule.

*Winning ticket* is said where all of this holds: the dense network had converged; every control
that is asked for was compared, and every comparison is of two seeds or more; the ticket is not
worse than dense by more than the margin, nor worse than dense trained as long as the search; and it
is better than each of its controls.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from jaxticket.statistics import Estimate
from jaxticket.text import count_text, interval_text
from jaxticket.verdicts.claims import winning
from jaxticket.verdicts.convergence import Convergence
from jaxticket.verdicts.evidence import Evidence
from jaxticket.verdicts.rules import (
    no_better_than_chance,
    non_inferior,
    stated_margin,
)
from jaxticket.verdicts.wording import (
    BETTER,
    INCONCLUSIVE,
    NO_DIFFERENCE,
    UNJUDGED,
    WINNING,
    WORSE,
    Verdict,
)

ONE_SHOT = "one_shot"
WANTED = ("random_global", "random_layers", "reinit", ONE_SHOT)
"""The controls that the headline asks for: is it this mask, this beginning, this search?"""
LONG_DENSE = "long_dense"
"""Asked for where dense's own training leaves open whether it had converged."""
LACKING = {
    "learning": "a dense network that has learnt", "controls": "controls", "seeds": "seeds",
    "training": "longer training", "groups": "more test groups",
}  # fmt: skip
SEEDS = 3
LEAST_SEEDS = 2


@dataclass(frozen=True)
class Level:
    """A sparse level beside dense and its controls, over seeds.

    Attributes:
        level: its number.
        sparsity: of the prunable weights.
        evidence: `over_controls` by the words for each control, without `longer`.
        dense, ticket: the means of the metric.
        controls: words -> mean of the metric.
        kinds: of the controls that it was compared with, such as `random_global`.
        longer: dense trained as long as the search; None where it was not.
        over_longer: (ticket - longer), paired.
    """

    level: int
    sparsity: float
    evidence: Evidence
    dense: Estimate
    ticket: Estimate
    controls: Mapping[str, float] = field(default_factory=dict)
    kinds: Collection[str] = ()
    longer: float | None = None
    over_longer: Estimate | None = None


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What would tell more.

    Attributes:
        what: `learning`, `controls`, `seeds`, `training` or `groups`.
        names: the controls, or seeds, to add.
        why: in words.
        command: that adds it; empty where there is none.
    """

    what: str
    names: tuple[str, ...] = ()
    why: str
    command: str = ""

    @property
    def text(self) -> str:
        """What is missing, in a line."""
        names = f" ({', '.join(self.names)})" if self.names else ""
        return f"{LACKING[self.what]}{names}: {self.why}"


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The answer.

    Attributes:
        verdict: `winning`, `no significant difference`, `worse`, `inconclusive` or `cannot be
            judged`.
        sentence: the whole of it.
        reasons: a line each, with the numbers behind it.
        missing: what would tell more.
        convergence: of the dense network.
        level: which the sentence speaks of; None where no sparse level is done.
        sparsity: of that level.
        metric: of the figures.
        seeds: of the ticket beside dense.
    """

    verdict: str
    sentence: str
    reasons: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    convergence: Convergence
    level: int | None = None
    sparsity: float | None = None
    metric: str = ""
    seeds: int = 0

    @property
    def by_command(self) -> dict[str, list[Missing]]:
        """Command -> what it adds; "" -> what no command adds."""
        together: dict[str, list[Missing]] = {}
        for one in self.missing:
            together.setdefault(one.command, []).append(one)
        return together


def levels_to_judge(
    kinds: Mapping[int, Collection[str]], losses: Mapping[int, float], margin: float
) -> list[int]:
    """Return the levels that the headline may speak of, in order; nothing is read from test.

    With controls, the levels that have the most kinds of them. Without any, the deepest level
    whose validation value lies at most the margin below dense's; where none does, the one that
    loses least.

    Args:
        kinds: of every sparse level, the controls that it has.
        losses: of every sparse level, the validation value of (dense - ticket).
        margin: of the metric.
    """
    most = max((len(set(names)) for names in kinds.values()), default=0)
    if most:
        return sorted(level for level, names in kinds.items() if len(set(names)) == most)
    near = [level for level, loss in losses.items() if loss <= margin]
    if near or not losses:
        return [max(near)] if near else []
    return [min(losses, key=lambda level: losses[level])]


def possible_at(level: int, wanted: Sequence[str]) -> list[str]:
    """Return the controls that a level can have: the first one's ticket is one-shot itself."""
    return [name for name in wanted if level > 1 or name != ONE_SHOT]


def headline(
    levels: Sequence[Level],
    convergence: Convergence,
    seeds: Sequence[int] = (),
    wanted: Sequence[str] = (*WANTED, LONG_DENSE),
    dense: Estimate | None = None,
) -> Headline:
    """Return the headline.

    It speaks of the deepest level that wins, corrected by Holm's method over these levels; where
    none does, of the deepest.

    Args:
        levels: those of `levels_to_judge`, in order.
        convergence: of the dense network.
        seeds: that were trained.
        wanted: the controls that can be asked for; nothing wins without one of them.
        dense: the mean of the metric, which is all there is to say without a sparse level.
    """
    if not levels:
        return _of_dense(dense, convergence, seeds)
    claims = list(winning({str(one.level): one.evidence for one in levels}).values())
    answers = [
        _answer(one, claim, convergence, wanted) for one, claim in zip(levels, claims, strict=True)
    ]
    won = [at for at, (verdict, _) in enumerate(answers) if verdict == WINNING]
    at = won[-1] if won else len(levels) - 1
    chosen, claim, (verdict, lead) = levels[at], claims[at], answers[at]
    return Headline(
        verdict=verdict,
        sentence=f"{lead}: {_figures(chosen, convergence)}",
        reasons=tuple(_reasons(chosen, claim, convergence, len(levels))),
        missing=tuple(_missing(chosen, convergence, verdict, seeds, wanted)),
        convergence=convergence,
        level=chosen.level,
        sparsity=chosen.sparsity,
        metric=chosen.evidence.metric,
        seeds=chosen.evidence.over_dense.seeds,
    )


def _of_dense(dense: Estimate | None, convergence: Convergence, seeds: Sequence[int]) -> Headline:
    figures = ""
    if dense is not None:
        value = f"{_short(dense.value)}{_ends(dense)}"
        figures = f": dense {value} ({_status(convergence)}); {_seeds(dense.seeds)}"
    return Headline(
        verdict=UNJUDGED,
        sentence=f"Cannot be judged (no sparse level is done){figures}.",
        reasons=(f"Dense: {convergence.status}: {convergence.reason}.",),
        missing=tuple(_longer(convergence)),
        convergence=convergence,
        seeds=len(seeds),
    )


def _answer(
    one: Level, claim: Verdict, convergence: Convergence, wanted: Sequence[str]
) -> tuple[str, str]:
    """Return the verdict and how the sentence begins."""
    evidence = one.evidence
    gains = evidence.over_controls
    if np.isnan(evidence.over_dense.low):
        return UNJUDGED, "Cannot be judged (a class has one test group only)"
    if no_better_than_chance(evidence):
        return UNJUDGED, "Cannot be judged (dense is not significantly above chance)"
    beside_dense = non_inferior(evidence)
    if claim.holds is False or (not gains and beside_dense.holds is False):
        tail = (1 - evidence.over_dense.confidence) / 2
        margin = stated_margin(evidence.metric, None)
        than = [] if evidence.over_dense.p_below(-margin) > tail else ["dense"]
        than += [name for name, gain in gains.items() if gain.p_below(0) <= tail]
        return WORSE, f"Worse than {_listed(than)}"
    if not gains:
        return UNJUDGED, "Cannot be judged (no control was trained)"
    fewest = min(part.seeds for part in (evidence.over_dense, *gains.values()))
    complete = not _lacking(one, wanted) and fewest >= LEAST_SEEDS
    behind = one.over_longer is not None and one.over_longer.high < 0
    if claim.holds and convergence.status == "converged" and complete and not behind:
        return WINNING, "Winning ticket"
    near = beside_dense.holds and not claim.holds
    return (NO_DIFFERENCE if near else INCONCLUSIVE), "No winning ticket shown"


def _figures(one: Level, convergence: Convergence) -> str:
    parts = [f"dense {_short(one.dense.value)} ({_status(convergence)})"]
    ticket = f"{_short(one.ticket.value)}{_ends(one.ticket)}"
    parts.append(f"ticket ({_percent(one.sparsity)}) {ticket}")
    if one.controls:
        best = max(one.controls, key=lambda name: one.controls[name])
        rank = "best control" if len(one.controls) > 1 else "control"
        parts.append(f"{rank} {_short(one.controls[best])} ({best})")
    else:
        parts.append("no control")
    if one.longer is not None:
        parts.append(f"dense trained as long as the search {_short(one.longer)}")
    return f"{', '.join(parts)}; {_seeds(one.evidence.over_dense.seeds)}."


def _reasons(one: Level, claim: Verdict, convergence: Convergence, levels: int) -> list[str]:
    evidence, margin = one.evidence, stated_margin(one.evidence.metric, None)
    beside = non_inferior(evidence)
    lines = [
        f"Dense: {convergence.status}: {convergence.reason}.",
        f"Ticket minus dense {_signed(evidence.over_dense)}, may lose {margin:g}: {beside.words}.",
        *(
            f"Ticket minus {name} {_signed(gain)}: {_beside(gain)}."
            for name, gain in evidence.over_controls.items()
        ),
    ]
    if one.over_longer is not None:
        lines.append(
            "Ticket minus dense trained as long as the search "
            f"{_signed(one.over_longer)}: {_beside(one.over_longer)}."
        )
    if levels > 1:
        lines.append(f"Corrected by Holm's method over {levels} levels: {claim.words}.")
    if untrained := no_better_than_chance(evidence):
        lines.insert(0, f"{untrained[0].upper()}{untrained[1:]}.")
    return lines


def _missing(
    one: Level,
    convergence: Convergence,
    verdict: str,
    seeds: Sequence[int],
    wanted: Sequence[str],
) -> list[Missing]:
    if no_better_than_chance(one.evidence):  # and then controls and seeds tell nothing
        why = "not significantly above chance; longer training, more pictures or more test groups"
        return [Missing(what="learning", why=f"{why} may tell")]
    missing = _longer(convergence)
    if convergence.status == "unknown" and one.longer is None:
        why = "whether dense had converged is open: train"
        missing.append(
            Missing(what="controls", names=(LONG_DENSE,), why=f"{why} it as long as the search")
            if LONG_DENSE in wanted
            else Missing(what="training", why=f"{why} all longer")
        )
    if lacking := _lacking(one, wanted):
        missing.append(
            Missing(what="controls", names=lacking, why="is it this sparse network, or would any "
                    "do?")
        )  # fmt: skip
    parts = [one.evidence.over_dense, *one.evidence.over_controls.values()]
    fewest = min(part.seeds for part in parts)
    if fewest < SEEDS:
        more = [*seeds, *(n for n in range(SEEDS + len(seeds)) if n not in seeds)]
        missing.append(
            Missing(
                what="seeds", names=tuple(map(str, sorted(more[: max(SEEDS, len(seeds))]))),
                why="one seed says nothing of others"
                if fewest == 1
                else f"{fewest} seeds say little of others",
            )
        )  # fmt: skip
    widest = max(parts, key=lambda part: part.error)
    groups = widest.groups
    if any(np.isnan(part.low) for part in parts):
        missing.append(Missing(what="groups", why=f"{groups} are too few of some class"))
    elif verdict in (INCONCLUSIVE, NO_DIFFERENCE) and widest.group_variance > widest.seed_variance:
        missing.append(
            Missing(what="groups", why=f"the interval is as wide as {groups} of them leave it")
        )
    return missing


def _lacking(one: Level, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the controls that are asked for and were not compared."""
    askable = possible_at(one.level, wanted)
    return tuple(name for name in askable if name not in one.kinds and name != LONG_DENSE)


def _longer(convergence: Convergence) -> list[Missing]:
    if convergence.status != "not converged":
        return []
    why = "dense had not converged: beating it is no finding; train all longer"
    return [Missing(what="training", why=why)]


def with_commands(found: Headline, commands: Mapping[str, str]) -> Headline:
    """Return the headline with the command of everything that is missing.

    Args:
        found: the headline.
        commands: `what` of a `Missing` -> its command.
    """
    missing = tuple(replace(one, command=commands.get(one.what, "")) for one in found.missing)
    return replace(found, missing=missing)


def _beside(gain: Estimate) -> str:
    return BETTER if gain.low > 0 else WORSE if gain.high < 0 else NO_DIFFERENCE


def _signed(gain: Estimate) -> str:
    return interval_text(*gain.ends, sign=True, missing="undefined", alone=" without an interval")


def _status(convergence: Convergence) -> str:
    return "convergence unknown" if convergence.status == "unknown" else convergence.status


def _seeds(count: int) -> str:
    return "one seed" if count == 1 else count_text(count, "seed")


def _ends(part: Estimate) -> str:
    return f" [{_short(part.low)}, {_short(part.high)}]" if np.isfinite(part.low) else ""


def _short(value: float) -> str:
    """Return a share as `.699`."""
    return f"{value:.3f}".removeprefix("0")


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
