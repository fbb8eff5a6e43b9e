"""Boxes that the user gives: whose they are, and where faces are by them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from data_prep.checks.excerpts import first_names
from data_prep.faces.boxes import Box, Faces, VideoBoxes
from data_prep.source.folders_below import says_nothing

_TRIED = 4


class NoBoxesError(ValueError):
    """A file that has no boxes; the text is the reason alone."""


@dataclass(frozen=True)
class GivenDetector:
    """Finds the faces where they are given."""

    in_threads: ClassVar[bool] = True
    boxes: tuple[Box, ...]

    def __call__(self, picture: np.ndarray) -> Sequence[Box]:
        """Return the boxes, whatever the picture."""
        return self.boxes


def faces_of(path: Path, boxes: Mapping[str, Faces]) -> Faces:
    """Return the faces of a file.

    Its name is as much of its path, from the end, as names an entry, with or without its suffix:
    `youtube/000` of `videos/youtube/000.mp4`. Folders of a compression or called such as `videos`
    are passed over, as in `youtube/c23/videos/000.mp4`.

    Args:
        path: of the file.
        boxes: by names, as `data_prep.faces.boxes.read_faces` gives them.

    Raises:
        NoBoxesError: none of its names has any; says which were looked for.
    """
    names = list(_names(path.absolute()))
    for name in names:
        if name in boxes:
            return boxes[name]
    raise NoBoxesError(f"has no face boxes, neither as {' nor '.join(names[-_TRIED:])}")


def check_boxes(
    files: Iterable[Path], boxes: Mapping[str, Faces] | None, given: Path | None
) -> None:
    """Check that boxes that are given are those of any of the files.

    Raises:
        ValueError: they are of none; says what both are called.
    """
    if boxes is None:
        return
    missing = ""
    for file in files:
        try:
            faces_of(file, boxes)
            return
        except NoBoxesError as error:
            missing = missing or f"{file} {error}"
    raise ValueError(
        f"--boxes={given} has boxes of none of the files: {missing}; it names "
        f"{first_names(sorted(boxes), _TRIED) or 'nothing'}"
    )


def in_picture(faces: Faces) -> GivenDetector:
    """Return what finds the faces of a picture: the first box of each that has one."""
    return GivenDetector(tuple(box for face in faces if (box := _first(face)) is not None))


def _names(path: Path) -> Iterator[str]:
    """Yield what a file may be called, the longest first."""
    folders = [name for name in path.parts[1:-1] if not says_nothing(name)]
    for start in range(len(folders) + 1):
        for name in (path.stem, path.name):
            yield "/".join([*folders[start:], name])


def _first(face: VideoBoxes) -> Box | None:
    boxes = face.values() if isinstance(face, Mapping) else face
    return next((box for box in boxes if box is not None), None)
