"""The pictures that go with a finding: faces with their answers around them, and a timeline."""

import cv2
import numpy as np
from msgspec.structs import replace

from experiments.detecting.findings import Finding
from experiments.detecting.overlays import overlay_of
from experiments.detecting.scoring import Scoring
from experiments.detecting.timeline import timeline
from experiments.detecting.views import Looked

_QUALITY = 92
"""Of JPEG."""


def drawn(
    looked: Looked, scoring: Scoring, prefix: str = "", largest: int | None = None
) -> tuple[Finding, dict[str, bytes]]:
    """Return a finding that names its pictures, and these, encoded, by their names.

    There are none of a file without a face. A face names the picture that shows its map.

    Args:
        looked: what was found, with views.
        scoring: how.
        prefix: of the pictures' names.
        largest: side beyond which pictures of faces are made smaller, pixels; None for none.
    """
    finding, views = looked
    pictures: dict[str, bytes] = {}
    shown: dict[int, str] = {}
    for view in views:
        if not view.crops:
            continue
        name = f"frame_{view.frame}" if finding.kind == "video" else "faces"
        marked = overlay_of(view, finding.faces, scoring.maps)
        pictures[f"{prefix}{name}.jpg"] = _jpeg(_within(marked, largest))
        shown |= dict.fromkeys(view.crops, f"{prefix}{name}.jpg")
    if finding.kind == "video" and finding.faces:
        units = [scoring.unit("video", len(face.looks)) for face in finding.faces]
        pictures[f"{prefix}timeline.png"] = timeline(finding, units)
    faces = [replace(face, picture=shown.get(face.number)) for face in finding.faces]
    return replace(finding, faces=faces, pictures=list(pictures)), pictures


def _within(picture: np.ndarray, largest: int | None) -> np.ndarray:
    factor = 1.0 if largest is None else largest / max(picture.shape)
    if factor >= 1:
        return picture
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def _jpeg(picture: np.ndarray) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    written, encoded = cv2.imencode(".jpg", picture[..., ::-1], options)
    if not written:
        raise ValueError(f"OpenCV cannot encode a picture of {picture.shape} as JPEG")
    return encoded.tobytes()
