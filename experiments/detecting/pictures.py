"""A picture: its faces, or the whole of it as a crop."""

from pathlib import Path

from data_prep.faces.crop import BoxOutsideError
from data_prep.faces.follow import Detector
from data_prep.media.pictures import BadPictureError, read_picture, read_pixels
from experiments.detecting.crops import face_crop
from experiments.detecting.findings import Finding, Look
from experiments.detecting.judging import answer_of_file, judge
from experiments.detecting.network import Network
from jaxticket.calibration import Seen, Unit, measure, unlike
from jaxticket.decoding import decode_square


def look_at_crop(path: Path, network: Network, unit: Unit | None, seen: Seen | None) -> Finding:
    """Score a picture that is a crop of a face, as preparation of such folders takes it."""
    try:
        encoded = read_picture(path).encoded
        pixels, _ = read_pixels(path)
    except BadPictureError as error:
        return Finding(path=str(path), kind="crop", error=str(error))
    square = decode_square(encoded, network.image_size)
    height, width = pixels.shape[:2]
    box = (0.0, 0.0, float(width), float(height))
    score = float(network.scores(square[None])[0])
    look = Look(frame=0, seconds=0.0, box=box, square=None, score=score)
    measured = measure(min(width, height), square)
    remarks = unlike(measured, seen.measures) if seen else []
    face = judge([look], 1, unit, remarks)
    return Finding(path=str(path), kind="crop", width=width, height=height, faces=[face],
                   answer=answer_of_file([face]))  # fmt: skip


def look_at_picture(
    path: Path,
    network: Network,
    detector: Detector,
    side: int,
    unit: Unit | None,
    seen: Seen | None,
) -> Finding:
    """Find and score every face in a picture."""
    try:
        pixels, _ = read_pixels(path)
    except BadPictureError as error:
        return Finding(path=str(path), kind="picture", error=str(error))
    faces = []
    for box in sorted(detector(pixels), key=lambda box: (box.x, box.y)):
        try:
            square, crop = face_crop(pixels, box, network.image_size, side)
        except BoxOutsideError:
            continue
        score = float(network.scores(crop[None])[0])
        look = Look(frame=0, seconds=0.0, box=box, square=square, score=score)
        remarks = unlike(measure(square.side, crop), seen.measures) if seen else []
        faces.append(judge([look], len(faces) + 1, unit, remarks))
    height, width = pixels.shape[:2]
    return Finding(path=str(path), kind="picture", width=width, height=height, faces=faces,
                   answer=answer_of_file(faces))  # fmt: skip
