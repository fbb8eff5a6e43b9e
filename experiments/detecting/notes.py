"""What is said of all answers: whose they are, what bounds them, and that nothing is proved."""

from experiments.detecting.findings import Asked
from experiments.detecting.scoring import Scoring
from experiments.options.detect import Config
from jaxticket.calibration import NO_SIGN, SIGNS, Unit

NO_PROOF = (
    "An answer is no proof. It is a statistical sign, bounded for faces like those of validation, "
    "each alone; on others there may be any number of false alarms and misses."
)
NOTHING_BOUNDED = (
    "A probability is no proof, and without a calibration nothing bounds how often it misleads."
)
UNCALIBRATED = (
    "not calibrated: no thresholds, hence no answers, and probabilities are the plain logits'; run "
    "experiments.calibrate, then pack the ticket again"
)
UNCALIBRATED_WEIGHTS = (
    "not calibrated: no thresholds, hence no answers, and probabilities are the plain logits'; "
    "calibrate them on validation pictures of your own: experiments.calibrate --init_from"
)

VIDEOS_AS_PICTURES = (
    "read by the thresholds of single pictures, since validation held no videos: its bounds need "
    "not hold"
)
READY_CROPS = (
    "validation held ready crops, JPEGs that somebody else cut: faces that are found here are cut "
    "otherwise, and its bounds need not hold; --crops takes crops like them"
)
FRAMED = (
    "validation held ready crops, JPEGs that somebody else cut: faces are cut here as those lie "
    "around the faces in them, which is near but not the same, and its bounds need not hold; "
    "--crops takes crops like them"
)


def asked(config: Config, scoring: Scoring) -> Asked:
    """Return what was asked, as results.json has it."""
    said, calibration = scoring.manifest, scoring.calibration
    assert said is not None
    return Asked(
        ticket=config.source.name,
        model=said.model,
        weights=said.hashes.weights if said.hashes else None,
        trained_on=said.data.name,
        fingerprint=said.data.fingerprint,
        synthetic=said.data.synthetic,
        calibrated_on=calibration.data_name if calibration else None,
        rate=calibration.rate if calibration else None,
        confidence=calibration.confidence if calibration else None,
        compression=scoring.compression,
        engine=scoring.network.engine,
        faces="crops" if scoring.crops else "boxes" if scoring.boxes else config.detector,
        detect_every=scoring.every,
        fewest_looks=scoring.fewest_looks,
    )


def notes(said: Asked, scoring: Scoring, videos: bool) -> list[str]:
    """Return what to know of all answers.

    Args:
        said: what was asked.
        scoring: the same, loaded.
        videos: whether there are any.
    """
    found = [*_trained(said, scoring), *_calibrated(scoring), *cut_otherwise(scoring)]
    if videos and scoring.calibration is not None and not scoring.of_videos:
        found.append(f"videos are {VIDEOS_AS_PICTURES}")
    return [*found, f"scores by {said.engine}", *scoring.notes, no_proof(scoring)]


def _trained(said: Asked, scoring: Scoring) -> list[str]:
    if scoring.manifest is not None and (origin := scoring.manifest.origin) is not None:
        unknown = f"{said.model}, weights of {origin.file}: what they were trained on is not known"
        return [unknown, *origin.notes]
    drawn = ", pictures drawn by a program: of real ones it knows nothing" if said.synthetic else ""
    return [f"{said.model}, trained on {said.trained_on}{drawn}"]


def cut_otherwise(scoring: Scoring) -> list[str]:
    """Return what to know where validation's faces were not cut as those here are."""
    # Preparation cuts faces without loss, as PNG.
    ready = scoring.seen is not None and "JPEG" in scoring.seen.formats
    if not ready or scoring.crops:
        return []
    return [READY_CROPS if scoring.framing is None else FRAMED]


def no_proof(scoring: Scoring) -> str:
    """Return that nothing is proved, and what is bounded."""
    return NOTHING_BOUNDED if scoring.calibration is None else NO_PROOF


def uncalibrated(scoring: Scoring) -> str:
    """Return what to know and to do without a calibration."""
    elsewhere = scoring.manifest is not None and scoring.manifest.origin is not None
    return UNCALIBRATED_WEIGHTS if elsewhere else UNCALIBRATED


def _calibrated(scoring: Scoring) -> list[str]:
    calibration, unit = scoring.calibration, scoring.unit("picture")
    if calibration is None or unit is None:
        return [uncalibrated(scoring)]
    rate, confidence = f"{100 * calibration.rate:g}%", f"{100 * calibration.confidence:g}%"
    at = f" at {scoring.compression}" if scoring.compression else ""
    drawn = " (drawn by a program)" if calibration.synthetic else ""
    return [
        f"calibrated on validation of {calibration.data_name}{drawn}{at}: at most {rate} of real "
        f'faces get "{SIGNS}", at most {rate} of forged ones "{NO_SIGN}", with {confidence} '
        "confidence each",
        *_missing(unit),
    ]


def _missing(unit: Unit) -> list[str]:
    return [
        f'there is no answer "{words}": its bound takes {bound.needed} validation groups of {kind} '
        f"faces, and there were {bound.groups}"
        for bound, words, kind in ((unit.upper, SIGNS, "real"), (unit.lower, NO_SIGN, "forged"))
        if bound.value is None
    ]
