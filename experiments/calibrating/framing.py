"""How ready crops lie around the faces in them, so that detect cuts faces alike."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image
from rich.console import Console

from data_prep.faces.detectors import DLIB, DetectorError, load_detector
from experiments.calibrating.progress import counting
from jaxticket.calibration import Framing

MOST, FEWEST = 200, 10
"""Crops that are looked at, evenly spaced, and in which a face must be found."""


def framing_of(crops: Sequence[bytes], detector: str, console: Console) -> Framing | None:
    """Return how square crops lie around the largest face in each; None, said so, if not known.

    Args:
        crops: encoded pictures, decoded before.
        detector: its name; dlib may be missing.
        console: shows the progress.

    Raises:
        DetectorError: another detector cannot be had.
    """
    try:
        find = load_detector(detector)
    except DetectorError as error:
        if detector != DLIB:
            raise
        console.print(f"how its ready crops lie around faces is not kept: {error}")
        return None
    places = np.unique(np.linspace(0, len(crops) - 1, min(MOST, len(crops))).astype(int))
    found = []
    with counting(console) as bars:
        for place in bars.track(places, description="faces looked for in crops"):
            with Image.open(io.BytesIO(crops[place]), formats=("JPEG", "PNG")) as opened:
                pixels = np.asarray(opened.convert("RGB"))
            height, width = pixels.shape[:2]
            if height != width or not (boxes := list(find(pixels))):
                continue
            x, y, w, h = max(boxes, key=lambda box: box[2] * box[3])
            longer = max(w, h)
            found.append(
                (width / longer, (width / 2 - x - w / 2) / longer,
                 (height / 2 - y - h / 2) / longer)
            )  # fmt: skip
    if len(found) < FEWEST:
        console.print(
            f"how its ready crops lie around faces is not known: {detector} found one in "
            f"{len(found)} of {len(places)}"
        )
        return None
    scale, right, down = np.median(np.array(found), axis=0).tolist()
    return Framing(detector=detector, scale=scale, right=right, down=down, pictures=len(found))
