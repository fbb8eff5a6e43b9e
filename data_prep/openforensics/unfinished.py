"""How the faces of a group picture are kept (`data_prep.running.unfinished`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_prep.faces.encode import pack_picture, unpack_picture
from data_prep.openforensics.crops import Face, PictureFaces
from data_prep.running.unfinished import Kept, Packed, Read


def kept_pictures(folder: Path) -> Kept[PictureFaces]:
    """The finished group pictures in a folder."""
    return Kept(folder, _pack, _unpack)


def _pack(found: PictureFaces) -> Packed:
    packed = [(face, pack_picture(str(face.id), face.picture)) for face in found.faces]
    about = {
        "faces": [{"id": face.id, "label": face.label, **one.about} for face, one in packed],
        "outside": found.outside,
        "conversion": found.conversion,
    }
    return Packed(about, {name: data for _, one in packed for name, data in one.files.items()})


def _unpack(about: Mapping[str, Any], read: Read) -> PictureFaces:
    faces = tuple(
        Face(entry["id"], entry["label"], unpack_picture(str(entry["id"]), entry, read))
        for entry in about["faces"]
    )
    outside = tuple((number, reason) for number, reason in about["outside"])
    return PictureFaces(faces, outside, about["conversion"])
