"""A file of detected face boxes that says in which file each video's were found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_prep.faces.boxes import FOUND_IN, FaceBoxesError, Faces, read_faces, write_face_boxes
from data_prep.media.containers import BadVideoError
from data_prep.media.headers import TURNED, header_remarks
from data_prep.prepared.files import cannot_write, locked
from data_prep.source.json_objects import is_text, read_json
from data_prep.videos.listing import listed

_BY_NUMBER, _UPRIGHT = "by number", "upright"


@dataclass
class BoxStore:
    """Boxes on their way into a file of the form of `data_prep.faces.boxes`.

    Attributes:
        path: the file.
        faces: video -> the boxes of its faces.
        found_in: video -> path, size and time of the file that they were found in. Videos of which
            this is not known are those that a person put there; they are kept as they are.
    """

    path: Path
    faces: dict[str, Faces]
    found_in: dict[str, list[Any]]

    def add(self, video: str, file: Path, faces: Faces) -> None:
        """Take up the faces of `video`, found in `file`."""
        self.faces[video] = faces
        self.found_in[video] = _identity(file)

    def write(self) -> None:
        """Replace the file in one step, so that it is whole at any time.

        Raises:
            OSError: it cannot be written; the one before is left as it was.
        """
        with _says_what(self.path):
            first = {video: faces[0] for video, faces in self.faces.items()}
            others = {video: faces[1:] for video, faces in self.faces.items()}
            write_face_boxes(self.path, first, self.found_in, others)


@contextmanager
def opened_store(path: Path) -> Iterator[BoxStore]:
    """Open a store for one process at a time, without the boxes of files that are others now.

    Raises:
        FaceBoxesError: the file has another form.
        OSError: its folder cannot be written to.
    """
    with _says_what(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(f".{path.name}.lock")
        with locked(lock):
            pass
    with locked(lock):
        faces = read_faces(path) if path.is_file() else {}
        found_in = _read_found_in(path) if faces else {}
        current = {
            video: _identity(Path(entry[0]))
            for video, entry in found_in.items()
            if _is_current(entry)
        }
        fresh = {
            video: entry
            for video, entry in faces.items()
            if video in current or video not in found_in
        }
        yield BoxStore(path, fresh, current)


def _read_found_in(path: Path) -> dict[str, list[Any]]:
    content = read_json(path).get(FOUND_IN, {})
    if not isinstance(content, dict) or not all(map(_is_identity, content.values())):
        raise FaceBoxesError(
            f"{path}: `{FOUND_IN}` is no object of [path, size, time] by video: remove the file, "
            "and the faces are looked for again"
        )
    return content


def _is_identity(entry: Any) -> bool:
    return isinstance(entry, list) and bool(entry) and is_text(entry[0]) and "\0" not in entry[0]


def _identity(file: Path) -> list[Any]:
    """Return path, size and time of a video or folder of frames; None where it is gone.

    Also how it was looked at: older stores hold boxes of every n-th picture of a folder, whatever
    the numbers of the frames, and of videos as they are stored, whatever turn their header asks.
    """
    try:
        of_file = listed(file, str(file))
    except OSError:
        return [str(file), None, None]
    way = _BY_NUMBER if file.is_dir() else _UPRIGHT
    return [of_file.name, of_file.size, of_file.mtime_ns, way]


def _is_current(entry: list[Any]) -> bool:
    """Return whether a file is still what boxes were found in, and they hold for it as it is read.

    Those that an older store holds of a video do, where its header asks for no turn.
    """
    file = Path(entry[0])
    identity = _identity(file)
    if entry == identity:
        return True
    if len(identity) < 4 or entry != identity[:3] or identity[3] != _UPRIGHT:
        return False
    try:
        return TURNED not in header_remarks(file)
    except BadVideoError:
        return False


@contextmanager
def _says_what(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        left = "those written before are kept" if path.is_file() else "none are kept"
        raise cannot_write(error, path.parent, "the face boxes", left) from error
