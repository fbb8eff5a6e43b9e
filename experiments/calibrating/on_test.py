"""Do the bounds that validation gives hold on the test groups of finished runs?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.calibrating.fitting import scores_of
from jaxticket.calibration import Outcome, Unit, calibrate
from jaxticket.calibration.record import Error, Reliability, Share, Threshold
from jaxticket.runs import read_run
from jaxticket.text import interval_text, markdown_table

HEADS = (
    "model", "sparsity", "seed", "of", "rate", "temperature", "lower", "upper", "false alarms",
    "misses", "open: reals, fakes", "calibration error", "after",
)  # fmt: skip


@dataclass(frozen=True)
class OnTest:
    """What a calibration came to on test.

    Attributes:
        model, sparsity, seed: of which network.
        of: `pictures` or `videos`.
        rate: the bound.
        unit: what validation gave, and what test said.
    """

    model: str
    sparsity: float
    seed: int
    of: str
    rate: float
    unit: Unit

    @property
    def wrong(self) -> list[tuple[Threshold, Outcome, Share]]:
        """Thresholds with the answers of their class, and the false alarms, or the misses."""
        found = {one.label: one for one in self.unit.test_outcomes if one.by == "all"}
        upper, lower = self.unit.upper, self.unit.lower
        pairs = ((upper, found["real"], "signs"), (lower, found["fake"], "no_sign"))
        return [(bound, one, getattr(one, answer)) for bound, one, answer in pairs]


def read_on_test(
    runs: Sequence[Path], rates: Sequence[float], confidence: float
) -> Iterator[OnTest]:
    """Yield each kept level of runs, calibrated on validation at every rate and read on test.

    Nothing is written.

    Raises:
        FileNotFoundError: no such run, or a level has no predictions.
        ValueError: a class is missing in a split.
    """
    for path in runs:
        run = read_run(path)
        for level in run.levels:
            splits = (run.predictions(level.level, split) for split in ("validation", "test"))
            validation, test = map(scores_of, splits)
            if len(set(test.fake)) < 2:
                raise ValueError(f"the test split of {path} holds one class only")
            for rate in rates:
                units = calibrate(validation, test, rate, confidence)
                for of, unit in (("pictures", units.frames), ("videos", units.videos)):
                    if unit is not None:
                        yield OnTest(
                            run.recipe.model, level.sparsity, run.recipe.seed, of, rate, unit
                        )


def lines(found: Sequence[OnTest]) -> Iterator[str]:
    """Yield a Markdown table of what came out, and how often it was more than the bound."""
    yield from markdown_table(HEADS, map(_row, found))
    yield ""
    for rate in sorted({one.rate for one in found}):
        own = [wrong for one in found if one.rate == rate for wrong in one.wrong]
        own = [(one, wrong) for bound, one, wrong in own if bound.value is not None]
        more = sum(wrong.count > rate * one.groups for one, wrong in own)
        surely = sum(wrong.low > rate for _, wrong in own)
        yield (
            f"Bounds of {rate:.0%}: {len(own)}; on test more than that in {more}, surely more (the "
            f"interval lies above) in {surely}."
        )


def _row(one: OnTest) -> tuple[str, ...]:
    unit, wrong = one.unit, one.wrong
    assert unit.test is not None
    remains = ", ".join(f"{each.cannot_tell.count / each.groups:.0%}" for _, each, _ in wrong)
    return (
        one.model, f"{one.sparsity:.0%}", str(one.seed), one.of, f"{one.rate:.0%}",
        f"{unit.temperature:.2f}", *map(_threshold, (unit.lower, unit.upper)), *map(_wrong, wrong),
        remains, *_errors(unit.test),
    )  # fmt: skip


def _threshold(bound: Threshold) -> str:
    if bound.value is None:
        return f"none: {bound.groups} groups, {bound.needed} needed"
    return f"{bound.value:.2f}"


def _wrong(of: tuple[Threshold, Outcome, Share]) -> str:
    _, one, wrong = of
    return (
        f"{wrong.count} of {one.groups}: {wrong.count / one.groups:.1%} "
        f"[{wrong.low:.1%}, {wrong.high:.1%}]"
    )


def _errors(reliability: Reliability) -> list[str]:
    return [_error(each) for each in (reliability.before, reliability.after)]


def _error(error: Error) -> str:
    return interval_text(error.value, error.low, error.high)
