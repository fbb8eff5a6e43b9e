"""What the page says before it answers: where the ticket comes from, and what it may claim."""

from collections.abc import Iterator

from experiments.detecting.notes import VIDEOS_AS_PICTURES, cut_otherwise, no_proof, uncalibrated
from experiments.detecting.scoring import Scoring
from experiments.detecting.serving.messages import About, Marks
from jaxticket.calibration import NO_SIGN, SIGNS, Calibration, Threshold, Unit, probability
from jaxticket.calibration.words import of_all, share_text
from jaxticket.text import count_text
from jaxticket.tickets import Manifest

SYNTHETIC = "It was trained on pictures drawn by a program: of real faces it knows nothing."


def about(name: str, scoring: Scoring) -> About:
    """Return what is said of what answers.

    Args:
        name: of the file that holds the network.
        scoring: how files are looked at.
    """
    facts, notices = [("file", name)], [no_proof(scoring)]
    if scoring.manifest is not None:
        facts += _network(scoring.manifest)
        if scoring.manifest.origin is None and scoring.manifest.data.synthetic:
            notices.append(SYNTHETIC)
    facts.append(("scores by", scoring.network.engine))
    unit = scoring.unit("picture")
    if scoring.calibration is None or unit is None:
        notices.append(sentence(uncalibrated(scoring)))
    else:
        facts += _claims(scoring.calibration, unit, scoring.compression)
        facts += [] if scoring.of_videos else [("videos", VIDEOS_AS_PICTURES)]
    notices += map(sentence, [*cut_otherwise(scoring), *scoring.notes])
    return About(facts, notices, scoring.maps is not None)


def sentence(text: str) -> str:
    """Return a text with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def marks(unit: Unit | None) -> Marks:
    """Return where the answers of a calibration change."""
    if unit is None:
        return Marks(None, None)
    return Marks(_end(unit, unit.lower), _end(unit, unit.upper))


def _network(manifest: Manifest) -> Iterator[tuple[str, str]]:
    left = count_text(manifest.weights_left, "weight")
    if (origin := manifest.origin) is not None:
        yield "network", f"{manifest.model}, {left}"
        yield "trained on", f"not known: these are the weights of {origin.file}"
        yield from (("assumed", note) for note in origin.notes)
        return
    yield "network", f"{manifest.model}, {100 * manifest.sparsity:.1f}% pruned, {left} left"
    yield "trained on", _data(manifest.data.name, manifest.data.synthetic)


def _claims(
    calibration: Calibration, unit: Unit, compression: str | None
) -> Iterator[tuple[str, str]]:
    part = "" if compression is None else f", {compression} alone"
    data = _data(calibration.data_name, calibration.synthetic)
    yield "calibrated on", f"validation groups of {data}{part}"
    for words, bound, side, kind in (
        (SIGNS, unit.upper, "above", "real"),
        (NO_SIGN, unit.lower, "below", "forged"),
    ):
        yield words, _bound(calibration, unit, bound, side, kind)
    for label, one in of_all(unit.test_outcomes).items():
        name = "false alarms on test" if label == "real" else "found on test"
        count = f"{one.signs.count:,} of {count_text(one.groups, 'group')}"
        kind = "real" if label == "real" else "forged"
        yield name, f"{count} of {kind} faces, {share_text(one.signs, one.groups)}"


def _bound(calibration: Calibration, unit: Unit, bound: Threshold, side: str, kind: str) -> str:
    end = _end(unit, bound)
    groups = f"{count_text(bound.groups, 'group')} of {kind} faces"
    if end is None:
        return f"never answered: the bound takes {bound.needed:,} groups, there were {groups}"
    return (
        f"{side} a probability of {end:.2f}: at most {100 * calibration.rate:g}% of {kind} faces, "
        f"with {100 * calibration.confidence:g}% confidence ({groups})"
    )


def _end(unit: Unit, bound: Threshold) -> float | None:
    return None if bound.value is None else probability(bound.value, unit)


def _data(name: str, synthetic: bool) -> str:
    return f"{name}, drawn by a program" if synthetic else name
