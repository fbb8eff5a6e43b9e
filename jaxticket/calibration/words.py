"""What a calibration says, in words: a line of it all, and sentences for a person."""

from collections.abc import Iterator

from jaxticket.calibration.answer import NO_SIGN, SIGNS
from jaxticket.calibration.record import Calibration, Outcome, Share, Threshold, Unit
from jaxticket.statistics.temperature import LIMITS
from jaxticket.text import count_text

FALSE_ALARMS, MISSES = "false alarms", "misses"
WHOLE = ("pictures", "videos")
"""What the calibrations of all compressions together are of."""


def units_of(calibration: Calibration) -> Iterator[tuple[str, Unit]]:
    """Yield what a calibration holds, with what each is of, such as `videos at c23`."""
    for name, units in {"": calibration, **calibration.compressions}.items():
        at = f" at {name}" if name else ""
        yield f"pictures{at}", units.frames
        if units.videos is not None:
            yield f"videos{at}", units.videos


def line(calibration: Calibration) -> str:
    """Return a calibration on one line: thresholds, bounds, and what it was fitted to."""
    units = "; ".join(f"{name}: {_thresholds(unit)}" for name, unit in units_of(calibration))
    validation = calibration.frames.validation
    bound = f"each bounded at {_rate(calibration)}, over validation groups"
    return (
        f"{units}; {bound}; fitted to {count_text(validation.examples, 'picture')} of "
        f"{count_text(validation.groups, 'group')} of {calibration.data_name}"
    )


def bounds(calibration: Calibration, name: str, unit: Unit) -> list[str]:
    """Return what the thresholds of one of the calibrations are, and what is odd about them.

    Args:
        calibration: that it is of.
        name: what it is of, by `units_of`.
        unit: itself.
    """
    return [
        _bound(calibration, name, unit.upper, SIGNS, "real", "above"),
        _bound(calibration, name, unit.lower, NO_SIGN, "fake", "below"),
        *_said_of_all(unit),
        *_temperature(unit),
    ]


def on_test(calibration: Calibration, unit: Unit) -> list[str]:
    """Return what came out on test, a sentence a threshold; none without a test split."""
    if unit.upper.value is None and unit.lower.value is None:
        return ["Too few validation groups for any threshold: it cannot tell of any picture."]
    found, said = of_all(unit.test_outcomes), []
    for label, bound, kind, words in (
        ("real", unit.upper, FALSE_ALARMS, SIGNS),
        ("fake", unit.lower, MISSES, NO_SIGN),
    ):
        if label not in found or bound.value is None:
            continue
        one = found[label]
        wrong = one.signs if label == "real" else one.no_sign
        text = (
            f'On test {wrong.count} of {count_text(one.groups, f"{label} group")} got "{words}", '
            f"{kind} {share_text(wrong, one.groups)}, and for {one.cannot_tell.count} it cannot "
            "tell"
        )
        more = wrong.low > calibration.rate
        said.append(f"{text}: more than the bound, so test is unlike validation." if more
                    else f"{text}.")  # fmt: skip
    return said


def share_text(share: Share, total: int) -> str:
    """Return a share in percent with its exact 95% interval."""
    low, high = 100 * share.low, 100 * share.high
    return f"{100 * share.count / total:.1f}% [{low:.1f}%, {high:.1f}%]"


def of_all(outcomes: list[Outcome]) -> dict[str, Outcome]:
    """Return the outcomes of a whole split by class."""
    return {one.label: one for one in outcomes if one.by == "all"}


def _thresholds(unit: Unit) -> str:
    upper, lower = unit.upper, unit.lower
    said = [
        f"{words} {'never' if each.value is None else f'{side} {each.value:.3g}'}"
        for words, side, each in ((SIGNS, "above", upper), (NO_SIGN, "below", lower))
    ]
    return f"{', '.join(said)}, temperature {unit.temperature:.3g}"


def _rate(calibration: Calibration) -> str:
    return f"{100 * calibration.rate:g}% with {100 * calibration.confidence:g}% confidence"


def _bound(calibration, name: str, bound: Threshold, words: str, kind: str, side: str) -> str:
    if bound.value is None:
        return (
            f'No answer "{words}": a bound of {_rate(calibration)} takes {bound.needed} groups of '
            f"{kind} validation {name}, and there are {bound.groups}."
        )
    return (
        f'{side.capitalize()} {bound.value:.3g} the answer is "{words}": of the {kind} {name} at '
        f"most {_rate(calibration)}; beyond it: {bound.beyond} of {bound.groups} validation groups."
    )


def _said_of_all(unit: Unit) -> Iterator[str]:
    """Yield what is to be known of thresholds that meet, or that nothing passes."""
    if unit.upper.value is None or unit.lower.value is None:
        return
    found = of_all(unit.validation_outcomes).values()
    if all(one.cannot_tell.count == one.groups for one in found):
        yield "Nothing of validation lies beyond either: the network can tell nothing."
    elif unit.upper.value == unit.lower.value:
        yield "Both bounds hold at one threshold, so that nothing remains open."


def _temperature(unit: Unit) -> Iterator[str]:
    if unit.temperature > 0.99 * LIMITS[1]:
        yield (
            "The temperature is at its limit: on validation the scores say nothing of the class, "
            "or the reverse, so every probability is about one half."
        )
