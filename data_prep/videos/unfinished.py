"""How the faces of a video are kept (`data_prep.running.unfinished`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_prep.faces.encode import pack_picture, unpack_picture
from data_prep.running.unfinished import Kept, Packed, Read
from data_prep.videos.crops import Face, Faces


def kept_videos(folder: Path) -> Kept[Faces]:
    """The finished videos in a folder."""
    return Kept(folder, _pack, _unpack)


def _pack(faces: Faces) -> Packed:
    packed = [(face.frame, pack_picture(str(face.frame), face)) for face in faces.faces]
    about = {
        "beyond_masks": faces.beyond_masks,
        "bad_masks": faces.bad_masks,
        "faces": [{"frame": frame, **one.about} for frame, one in packed],
    }
    return Packed(about, {name: data for _, one in packed for name, data in one.files.items()})


def _unpack(about: Mapping[str, Any], read: Read) -> Faces:
    faces = tuple(
        Face(entry["frame"], **vars(unpack_picture(str(entry["frame"]), entry, read)))
        for entry in about["faces"]
    )
    return Faces(faces, about["beyond_masks"], about["bad_masks"])
