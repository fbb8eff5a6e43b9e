"""What else to know of a face or a file: how it is unlike what the ticket was calibrated on.

A remark begins with its topic and a colon, by which those of many files are counted.
"""

from collections.abc import Mapping, Sequence

from data_prep.media.headers import TURNED, VideoHeader
from experiments.detecting.findings import Face, Kind
from experiments.detecting.scoring import Scoring
from jaxticket.calibration import SIGNS, unlike
from jaxticket.text import count_text

LITTLE = 0.01
"""Bits a pixel of a video, below which traces of a forgery are likely lost; FaceForensics++ has
some 0.1 at c23 and 0.01 at c40."""


def face_remarks(measured: Mapping[str, float], scoring: Scoring, kind: Kind) -> list[str]:
    """Return how a face is unlike the pictures of validation.

    Args:
        measured: of its crop, or means over the looks at it, see `jaxticket.calibration.measure`.
        scoring: with what validation held.
        kind: of the file.
    """
    found = []
    side, size = measured["side"], scoring.network.image_size
    if side < size:
        found.append(
            f"small: face of {side:.0f} pixels, enlarged to the {size} that the network sees"
        )
    if scoring.seen is None:
        return found
    held = dict(scoring.seen.measures)
    # Of one side for all they were made by preparation, which tells nothing of the faces.
    if kind != "crop" and "side" in held and held["side"].low == held["side"].high:
        del held["side"]
    return found + unlike(measured, held)


def file_remarks(faces: Sequence[Face], *, outside: int = 0) -> list[str]:
    """Return what to know of a file: of its faces together, and of boxes outside its picture."""
    found = []
    if len(faces) > 1 and any(face.answer == SIGNS for face in faces):
        found.append(
            f"several faces: the bound on false alarms is that of each of the {len(faces)} alone"
        )
    if outside:
        found.append(
            f"boxes: {count_text(outside, 'face box', 'face boxes')} outside of the picture"
        )
    return found


def picture_remarks(conversion: str | None) -> list[str]:
    """Return what to know of how a picture was read, see `data_prep.media.pictures.read_pixels`."""
    if conversion == "grey":
        return ["grey: the picture has no colours"]
    return ["animated: only its first picture"] if conversion == "animated" else []


def video_remarks(header: VideoHeader) -> list[str]:
    """Return what a video's header says that may mislead a detector."""
    found = [f"frames: they {text}" for text in header.remarks if text != TURNED]
    bits = header.bits_per_pixel
    if bits is not None and bits < LITTLE:
        found.append(
            f"little data: {header.codec} with {bits:.1g} bits a pixel, by strong compression or "
            "where little moves"
        )
    return found
