"""Finished videos kept beside a preparation, so that one that was killed goes on where it was.

One zip file a video, stored and not compressed, holding its PNGs and `faces.json`. A file is
written whole or not at all. Its name holds everything that decided its content; one that cannot be
read is done again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data_prep.videos.faces import Face, Faces

_ABOUT = "faces.json"


@dataclass(frozen=True)
class KeptVideos:
    """A folder of finished videos.

    Attributes:
        folder: made when the first video is kept.
    """

    folder: Path

    def count(self, identities: Iterable[object]) -> int:
        """How many of these are there."""
        return sum(self._path(identity).is_file() for identity in identities)

    def get_or(self, identity: object, read: Callable[[], Faces]) -> Faces:
        """The faces of a video as they were kept, or as `read` gives them, which are kept then.

        Args:
            identity: everything that decides the faces, as JSON can hold it.
            read: reads them; what it raises is passed on, and nothing is kept.

        Raises:
            OSError: the faces cannot be written.
        """
        path = self._path(identity)
        faces = _load(path)
        if faces is not None:
            return faces
        faces = read()
        self.folder.mkdir(parents=True, exist_ok=True)
        _save(path, faces)
        return faces

    def remove(self) -> None:
        """Removes the folder and what is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, identity: object) -> Path:
        content = json.dumps(identity, sort_keys=True)
        return self.folder / f"{hashlib.sha256(content.encode()).hexdigest()[:32]}.zip"


def _save(path: Path, faces: Faces) -> None:
    about: dict[str, Any] = {"beyond_masks": faces.beyond_masks, "bad_masks": faces.bad_masks}
    about["faces"] = [
        asdict(face)
        | {
            "image": None,
            "mask": face.mask is not None,
            "perceptual_hash": face.perceptual_hash and face.perceptual_hash.hex(),
        }
        for face in faces.faces
    ]
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
            for face in faces.faces:
                archive.writestr(f"{face.frame}.png", face.image)
                if face.mask is not None:
                    archive.writestr(f"{face.frame}.mask.png", face.mask)
            archive.writestr(_ABOUT, json.dumps(about))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _load(path: Path) -> Faces | None:
    """The faces in the file; None where there is none, or it is damaged (it has checksums)."""
    with suppress(OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(_ABOUT))
            faces = tuple(_face(archive, entry) for entry in about["faces"])
        return Faces(faces, about["beyond_masks"], about["bad_masks"])
    return None


def _face(archive: zipfile.ZipFile, entry: dict[str, Any]) -> Face:
    frame, digest = entry["frame"], entry["perceptual_hash"]
    return Face(
        frame=frame,
        image=archive.read(f"{frame}.png"),
        mask=archive.read(f"{frame}.mask.png") if entry["mask"] else None,
        pixels_sha256=entry["pixels_sha256"],
        content_sha256=entry["content_sha256"],
        perceptual_hash=bytes.fromhex(digest) if digest else None,
    )
