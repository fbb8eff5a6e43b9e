"""A set of videos on disk with its face boxes, opened but not yet read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_prep.faces.boxes import BOXES_FILE, BOXES_HELP, Faces, read_faces
from data_prep.faces.regions import REGIONS_FILE
from data_prep.source.listing import ListedFile, fingerprint
from data_prep.source.synthetic_mark import DESCRIPTION_FILE, read_description
from data_prep.videos.detection.whole_set import Detection
from data_prep.videos.listing import find_file
from data_prep.videos.video_set import VideoSet


@dataclass(frozen=True)
class VideoSource:
    """The videos, and the files that go into a set of them.

    Attributes:
        videos: the set to be.
        boxes: the file of the face boxes, None where they are detected.
        regions: the file of the face regions, None where there is none. It is no part of the
            fingerprint: the records are the same with and without it.
        synthetic: what `synthetic.json` says; None for real videos.
        fingerprint: changes with the name, size or time of any file that is used.
    """

    videos: VideoSet
    boxes: Path | None
    regions: Path | None
    synthetic: Mapping[str, Any] | None
    fingerprint: str

    def read_faces(self) -> dict[str, Faces]:
        """Return the faces of every video; none where they are detected.

        Raises:
            FaceBoxesError: the file has another form.
        """
        return {} if self.boxes is None else read_faces(self.boxes)


def find_sources(
    videos: VideoSet, boxes: Path | None = None, detection: Detection | None = None
) -> VideoSource:
    """Find what belongs to the videos; of themselves only names, sizes and times are looked at.

    Args:
        videos: the set to be.
        boxes: the file of the face boxes; None for the source's own.
        detection: how faces are detected where the source has none; None if they are not.

    Raises:
        FileNotFoundError: there is no file of boxes, and they are not to be detected.
        PreparationError: `synthetic.json` has another form.
    """
    root = videos.root
    file_of_boxes = None if videos.ready else _find_boxes(root, boxes, detection is None)
    synthetic = find_file(root, DESCRIPTION_FILE)
    files = [*videos.files, *([synthetic] if synthetic else [])]
    for video in videos.videos:
        files += [video.file, *([video.mask] if video.mask else [])]
    digest = hashlib.sha256()
    digest.update(fingerprint(root, files).encode())
    if file_of_boxes is None:
        # Not the store, which grows: what is detected is a function of the videos.
        digest.update(repr("ready" if videos.ready else detection).encode())
        path = None
    else:
        path, listed_boxes = file_of_boxes
        digest.update(fingerprint(path.parent, [listed_boxes]).encode())
    description = read_description(root) if synthetic else None
    regions = root / REGIONS_FILE if find_file(root, REGIONS_FILE) else None
    return VideoSource(videos, path, regions, description, digest.hexdigest())


def _find_boxes(root: Path, given: Path | None, needed: bool) -> tuple[Path, ListedFile] | None:
    """Return the file of the boxes, and how its folder lists it; None where none is needed."""
    path = root / BOXES_FILE if given is None else given.expanduser().resolve()
    listed = find_file(path.parent, path.name)
    if listed is None:
        if given is None and not needed:
            return None
        missing = f"{root} has no {BOXES_FILE}" if given is None else f"there is no file {given}"
        raise FileNotFoundError(
            f"{missing}: faces are cropped by the boxes of such a file, put it there or give one "
            f"(--boxes). Its form is {BOXES_HELP}"
        )
    return path, listed
