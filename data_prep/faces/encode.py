"""A cropped face and its mask, encoded without loss, with what tells it from others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from data_prep.media.perceptual_hash import perceptual_hash
from data_prep.running.pieces import Packed, Read


@dataclass(frozen=True)
class FacePicture:
    """A cropped face, encoded.

    Attributes:
        image: PNG, 8-bit RGB. Lossless: a second JPEG would lay its own blocks over the traces of
            the first encoder, and over those of the forgery. A face of 256 x 256 takes about 100
            kB: the 334,136 of OpenForensics about 35 GB, less than the release itself.
        mask: PNG of one channel, 0 or 255, or None.
        pixels_sha256: of the crop's pixels.
        content_sha256: of the pixels of crop and mask.
        perceptual_hash: of what the crop shows (`data_prep.media.perceptual_hash`), or None.
    """

    image: bytes
    mask: bytes | None
    pixels_sha256: str
    content_sha256: str
    perceptual_hash: bytes | None


def face_picture(crop: np.ndarray, mask: np.ndarray | None) -> FacePicture:
    """Encode a crop, RGB uint8 [H, W, 3], and its mask, uint8 [H, W] or None."""
    pixels = hashlib.sha256(f"{crop.shape[0]}x{crop.shape[1]}:".encode() + crop.tobytes())
    content = pixels.copy()
    if mask is not None:
        content.update(b"mask:" + mask.tobytes())
    return FacePicture(
        image=_png(crop[..., ::-1]),
        mask=None if mask is None else _png(mask),
        pixels_sha256=pixels.hexdigest(),
        content_sha256=content.hexdigest(),
        perceptual_hash=perceptual_hash(crop),
    )


def _png(pixels: np.ndarray) -> bytes:
    """Encode a grey or BGR picture as PNG, at the fastest level that still compresses."""
    import cv2

    written, encoded = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not written:
        raise ValueError(f"OpenCV cannot encode a picture of {pixels.shape} as PNG")
    return encoded.tobytes()


def pack_faces(faces: Mapping[int, FacePicture], about: Mapping[str, Any]) -> Packed:
    """Make faces, and what else JSON holds about them, ready for an archive.

    Args:
        faces: number -> face.
        about: without an entry `faces`.
    """
    files = {}
    entries = []
    for number, face in faces.items():
        files[f"{number}.png"] = face.image
        if face.mask is not None:
            files[f"{number}.mask.png"] = face.mask
        entries.append(
            {
                "number": number,
                "mask": face.mask is not None,
                "pixels_sha256": face.pixels_sha256,
                "content_sha256": face.content_sha256,
                "perceptual_hash": face.perceptual_hash and face.perceptual_hash.hex(),
            }
        )
    return Packed({**about, "faces": entries}, files)


def unpack_faces(about: Mapping[str, Any], read: Read) -> dict[int, FacePicture]:
    """Return the faces that `pack_faces` packed, by their numbers."""
    return {
        entry["number"]: FacePicture(
            image=read(f"{entry['number']}.png"),
            mask=read(f"{entry['number']}.mask.png") if entry["mask"] else None,
            pixels_sha256=entry["pixels_sha256"],
            content_sha256=entry["content_sha256"],
            perceptual_hash=entry["perceptual_hash"] and bytes.fromhex(entry["perceptual_hash"]),
        )
        for entry in about["faces"]
    }
