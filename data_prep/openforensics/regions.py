"""The face regions of a release, in its crops."""

from __future__ import annotations

from pathlib import Path

from data_prep.faces.carried_regions import Shares, in_crop
from data_prep.faces.crop import BoxOutsideError, Square, face_square
from data_prep.faces.regions import FaceRegions
from data_prep.media.pictures import BadPictureError, read_pixels
from data_prep.openforensics.annotations import AnnotatedFace, AnnotatedPicture, read_annotations
from data_prep.openforensics.release import Release, ReleaseSplit
from data_prep.running.in_order import in_order


def release_regions(release: Release, regions: FaceRegions) -> dict[str, Shares]:
    """Return the regions of every annotated face in which any are known, in its crop, by its key.

    The squares are found again from annotations and pictures, so this serves a set that was
    prepared before there were regions too. What cannot be cropped has no picture and no regions.

    Raises:
        AnnotationsError: the annotations have another form.
    """
    crops = {}
    for split in release.splits:
        pictures = [
            picture
            for picture in read_annotations(split.annotations).pictures
            if picture.name in split.files
            and any(_key(split, picture, face) in regions.faces for face in picture.faces)
        ]

        def squares(
            picture: AnnotatedPicture, split: ReleaseSplit = split
        ) -> list[tuple[AnnotatedFace, Square]]:
            return _squares(release.root / split.files[picture.name].name, picture)

        for picture, cropped in in_order(squares, pictures):
            for face, square in cropped:
                key = _key(split, picture, face)
                if key in regions.faces:
                    crops[key] = in_crop(regions.faces[key], square)
    return crops


def _squares(path: Path, picture: AnnotatedPicture) -> list[tuple[AnnotatedFace, Square]]:
    """Return what `data_prep.openforensics.crops.read_faces` crops of a picture."""
    try:
        pixels, _ = read_pixels(path, picture.size)
    except BadPictureError:
        return []
    height, width = pixels.shape[:2]
    squares = []
    for face in picture.faces:
        try:
            squares.append((face, face_square(face.box, width, height)))
        except BoxOutsideError:
            continue
    return squares


def _key(split: ReleaseSplit, picture: AnnotatedPicture, face: AnnotatedFace) -> str:
    """Return the key of the face's record, which is its name in the file of regions too."""
    return f"{split.release}/{picture.name}/{face.id}"
