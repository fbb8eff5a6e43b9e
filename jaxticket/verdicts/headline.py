"""The headline: what a run, or a study's cell, shows, in one sentence by a fixed rule.

*Winning ticket* is said where all of this holds: the dense network had converged; every control
that is asked for was compared, and every comparison is of two seeds or more; the ticket is not
worse than dense by more than the margin, nor worse than dense trained as long as the search; and it
is better than each of its controls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from jaxticket.statistics import Estimate
from jaxticket.text import count_text, interval_text
from jaxticket.verdicts.claims import winning
from jaxticket.verdicts.convergence import Convergence
from jaxticket.verdicts.judged_levels import LONG_DENSE, WANTED, Level, lacking
from jaxticket.verdicts.missing import Missing, longer, what_is_missing
from jaxticket.verdicts.rules import (
    no_better_than_chance,
    non_inferior,
    stated_margin,
)
from jaxticket.verdicts.wording import (
    INCONCLUSIVE,
    NO_DIFFERENCE,
    UNJUDGED,
    WINNING,
    WORSE,
    Verdict,
    side_of_zero,
)

LEAST_SEEDS = 2


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
        left_out: a sentence for each run that belongs to it and could not be read.
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
    left_out: tuple[str, ...] = ()

    @property
    def by_command(self) -> dict[str, list[Missing]]:
        """Command -> what it adds; "" -> what no command adds."""
        together: dict[str, list[Missing]] = {}
        for one in self.missing:
            together.setdefault(one.command, []).append(one)
        return together


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
        missing=tuple(what_is_missing(chosen, convergence, verdict, seeds, wanted)),
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
        missing=tuple(longer(convergence)),
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
    complete = not lacking(one, wanted) and fewest >= LEAST_SEEDS
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
            f"Ticket minus {name} {_signed(gain)}: {side_of_zero(gain.low, gain.high)}."
            for name, gain in evidence.over_controls.items()
        ),
    ]
    if (longer := one.over_longer) is not None:
        lines.append(
            "Ticket minus dense trained as long as the search "
            f"{_signed(longer)}: {side_of_zero(longer.low, longer.high)}."
        )
    if levels > 1:
        lines.append(f"Corrected by Holm's method over {levels} levels: {claim.words}.")
    if untrained := no_better_than_chance(evidence):
        lines.insert(0, f"{untrained[0].upper()}{untrained[1:]}.")
    return lines


def with_commands(found: Headline, commands: Mapping[str, str]) -> Headline:
    """Return the headline with the command of everything that is missing.

    Args:
        found: the headline.
        commands: `what` of a `Missing` -> its command.
    """
    missing = tuple(replace(one, command=commands.get(one.what, "")) for one in found.missing)
    return replace(found, missing=missing)


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
