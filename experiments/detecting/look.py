"""One file, or many: what each shows."""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from data_prep.faces.boxes import Faces
from data_prep.faces.follow import Detector
from data_prep.media.pictures import BadPictureError
from data_prep.running.in_order import in_order
from experiments.detecting.findings import Finding, Kind
from experiments.detecting.given_boxes import NoBoxesError, faces_of, in_picture
from experiments.detecting.inputs import Input, is_video
from experiments.detecting.network import BATCH
from experiments.detecting.pictures import CutPicture, cut_picture, judge_picture
from experiments.detecting.scoring import Scoring
from experiments.detecting.videos import OnLook, look_at_video
from experiments.detecting.views import KEPT_BYTES, Looked

_AHEAD = 16
"""Pictures that are read while others are scored."""


def look_at(
    path: Path, scoring: Scoring, name: str | None = None, on_look: OnLook = lambda seconds: None
) -> Looked:
    """Find, score and judge every face in a file; what is wrong with the file is said in that.

    Args:
        path: a picture or a video.
        scoring: how its faces are found and scored.
        name: what the file is called; by default its path.
        on_look: called after each look at a video with its seconds so far.

    Raises:
        ValueError: the detector gives what is no box.
    """
    return next(look_at_all([Input(path, name or str(path))], scoring, on_look))


def look_at_all(
    inputs: Iterable[Input], scoring: Scoring, on_look: OnLook = lambda seconds: None
) -> Iterator[Looked]:
    """Yield what is found in each file, in order; pictures are read ahead and scored in batches.

    Arguments and errors are those of `look_at`.
    """
    for video, group in groupby(inputs, lambda each: is_video(each.path)):
        if video:
            yield from (_video(each, scoring, on_look) for each in group)
        else:
            yield from _pictures(group, scoring)


def _video(file: Input, scoring: Scoring, on_look: OnLook) -> Looked:
    try:
        faces = scoring.detector if scoring.boxes is None else faces_of(file.path, scoring.boxes)
    except NoBoxesError as error:
        return Looked(Finding(path=file.name, kind="video", error=str(error)))
    return look_at_video(file.path, file.name, faces, scoring, on_look)


def _pictures(files: Iterable[Input], scoring: Scoring) -> Iterator[Looked]:
    """Yield what is found in pictures."""
    cut = partial(
        _cut,
        detector=scoring.detector,
        boxes=scoring.boxes,
        image_size=scoring.network.image_size,
        side=scoring.side,
        framing=scoring.framing,
        max_pixels=scoring.max_pixels,
    )
    processes = scoring.detector is not None and not getattr(scoring.detector, "in_threads", False)
    ahead = min(_AHEAD, 2 * (os.cpu_count() or 1))
    waiting: list[tuple[str, CutPicture | str]] = []
    faces = held = 0
    for file, found in in_order(cut, files, processes=processes, ahead=ahead):
        waiting.append((file.name, found))
        if isinstance(found, CutPicture):
            faces += len(found.faces)
            held += found.pixels.nbytes
        if faces >= BATCH or held > KEPT_BYTES or len(waiting) >= BATCH:
            yield from _judge(waiting, scoring)
            waiting, faces, held = [], 0, 0
    yield from _judge(waiting, scoring)


def _cut(
    file: Input, *, detector: Detector | None, boxes: Mapping[str, Faces] | None, **how: Any
) -> CutPicture | str:
    """Return a picture with its faces cut out, or why it cannot be read."""
    try:
        if boxes is not None:
            detector = in_picture(faces_of(file.path, boxes))
        return cut_picture(file.path, detector, **how)
    except (BadPictureError, NoBoxesError) as error:
        return str(error)


def _judge(pictures: list[tuple[str, CutPicture | str]], scoring: Scoring) -> Iterator[Looked]:
    """Score the faces of pictures together and yield what is found in each."""
    size = scoring.network.image_size
    cuts = [cut for _, cut in pictures if isinstance(cut, CutPicture)]
    crops = [face.crop for cut in cuts for face in cut.faces]
    scores = np.zeros(0)
    if crops:
        scores = scoring.network.scores(np.array(crops, np.uint8).reshape(-1, size, size, 3))
    for name, cut in pictures:
        if isinstance(cut, CutPicture):
            yield judge_picture(name, cut, scores[: len(cut.faces)], scoring)
            scores = scores[len(cut.faces) :]
        else:
            kind: Kind = "crop" if scoring.crops else "picture"
            yield Looked(Finding(path=name, kind=kind, error=cut))
