"""What the pictures of validation were like, so that others that are unlike them can be told."""

import io
from collections import Counter

from PIL import Image
from rich.console import Console

from experiments.calibrating.framing import MOST, framing_of
from experiments.calibrating.progress import counting
from experiments.one_run.data import Data
from jaxticket.calibration import Seen, measure, ranges
from jaxticket.decoding import decode_square


def look_at(data: Data, image_size: int, detector: str, console: Console) -> Seen:
    """Measure every validation picture of a run's data, as its network sees them.

    Args:
        data: of the run.
        image_size: what the network sees, pixels.
        detector: that finds the faces in ready crops, see `framing_of`.
        console: shows the progress.

    Raises:
        DetectorError: the detector cannot be had.
        UndecodableError: a picture cannot be decoded.
    """
    measured, formats, compressions = [], Counter(), Counter()
    ready: list[bytes] = []
    total = data.count("validation")
    with counting(console) as bars:
        pictures = data.records("validation")
        for record in bars.track(pictures, total=total, description="pictures measured"):
            encoded = record["image"]
            with Image.open(io.BytesIO(encoded), formats=("JPEG", "PNG")) as header:
                kind, (width, height) = str(header.format), header.size
            jpeg = len(encoded) / (width * height) if kind == "JPEG" else None
            square = decode_square(encoded, image_size)
            measured.append(measure(min(width, height), square, jpeg))
            formats[kind] += 1
            # Preparation cuts without loss. Not all are held: there may be a hundred thousand.
            if kind == "JPEG" and (len(measured) - 1) % max(1, total // MOST) == 0:
                ready.append(encoded)
            name = record["compression"].decode()
            compressions.update([name] if name else [])
    return Seen(
        examples=len(measured),
        measures=ranges(measured),
        formats=dict(formats),
        compressions=dict(compressions),
        framing=framing_of(ready, detector, console) if ready else None,
    )
