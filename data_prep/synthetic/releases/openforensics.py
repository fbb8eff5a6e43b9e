"""Group pictures written to disk as a miniature OpenForensics release (2107.14480)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from data_prep.faces.regions import REGIONS_FILE, FaceRegions, Regions, write_face_regions
from data_prep.running.in_order import in_order
from data_prep.schema import FAKE, REAL
from data_prep.source.synthetic_mark import DESCRIPTION_FILE
from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.drawing.outlines import outlines
from data_prep.synthetic.drawing.weather import corrupt
from data_prep.synthetic.face_parts import NAMES
from data_prep.synthetic.group_picture import GroupFace, GroupPicture, make_group_picture
from data_prep.synthetic.group_world import VERSION, GroupWorld
from data_prep.synthetic.releases.render_once import write_once_as

CHALLENGE = "Test-Challenge"

_CATEGORIES = [{"id": REAL, "name": "Real"}, {"id": FAKE, "name": "Fake"}]
_MANY = 16  # pictures from which on processes pay for their start


@dataclass(frozen=True)
class _Written:
    """What the annotations, and the regions of each face, say of a written picture."""

    width: int
    height: int
    faces: tuple[dict[str, Any], ...]
    parts: tuple[Regions, ...]


def render_groups_once(
    world: GroupWorld, root: Path, on_progress: Callable[[int, int], None] | None = None
) -> None:
    """Write a world's group pictures to `root` unless they are there.

    Args:
        world: what is rendered.
        root: the folder; new, empty, or holding this very world.
        on_progress: called with (pictures done, pictures in all).

    Raises:
        FileExistsError: `root` holds something else.
        OSError: the pictures cannot be written; nothing is kept then.
    """
    write_once_as(describe(world), root, lambda new: write_groups(world, new, on_progress))


def write_groups(
    world: GroupWorld, root: Path, on_progress: Callable[[int, int], None] | None = None
) -> None:
    """Write pictures, annotations, regions and `synthetic.json` below `root`.

    Args:
        world: what is rendered.
        root: a new folder.
        on_progress: called with (pictures done, pictures in all).

    Raises:
        OSError: `root` cannot be written to.
    """
    for split in world.splits():
        (root / split).mkdir(parents=True)
    written = _by_split(world, partial(_write_picture, world.seed, root), on_progress)
    for split, pictures in written.items():
        annotations = json.dumps(_annotations(world.seed, split, pictures))
        (root / f"{split}_poly.json").write_text(annotations + "\n")
    _write_regions(world, root, written)
    (root / DESCRIPTION_FILE).write_text(json.dumps(describe(world)) + "\n")


def add_group_regions(
    world: GroupWorld, root: Path, on_progress: Callable[[int, int], None] | None = None
) -> None:
    """Write the face regions of pictures that are there already.

    Who stands before whom is found by drawing them again; no picture is written.

    Args:
        world: what was rendered.
        root: its folder.
        on_progress: called with (pictures done, pictures in all).

    Raises:
        OSError: the file cannot be written.
    """
    _write_regions(world, root, _by_split(world, partial(_draw_picture, world.seed), on_progress))


def describe(world: GroupWorld) -> dict[str, Any]:
    """Return what `synthetic.json` says: the generator, its version, and the world it rendered."""
    generator = {"generator": "jaxticket synthetic group pictures", "version": VERSION}
    return generator | asdict(world)


def picture_name(seed: int, number: int) -> str:
    """Return the file of a picture: ten hexadecimal digits, as the release has them."""
    return hashlib.sha256(f"group {seed} {number}".encode()).hexdigest()[:10] + ".jpg"


def _by_split(
    world: GroupWorld,
    work: Callable[[tuple[str, int]], _Written],
    on_progress: Callable[[int, int], None] | None,
) -> dict[str, list[tuple[int, _Written]]]:
    """Do `work` on every (split, number), in processes where there are many."""
    jobs = [(split, number) for split, numbers in world.splits().items() for number in numbers]
    written: dict[str, list[tuple[int, _Written]]] = {split: [] for split in world.splits()}
    for done, (job, picture) in enumerate(in_order(work, jobs, processes=len(jobs) >= _MANY), 1):
        split, number = job
        written[split].append((number, picture))
        if on_progress is not None:
            on_progress(done, len(jobs))
    return written


def _draw_picture(seed: int, job: tuple[str, int]) -> _Written:
    return _written(make_group_picture(seed, job[1]))


def _write_picture(seed: int, root: Path, job: tuple[str, int]) -> _Written:
    split, number = job
    group = make_group_picture(seed, number)
    draw = Draws(seed, "delivery", number)
    picture = group.forged
    if split == CHALLENGE:
        picture, _ = corrupt(picture, draw)
    levels = np.clip(np.round(picture), 0, 255).astype(np.uint8)
    # Real and forged faces of a picture go through one encoder together.
    quality = round(draw.uniform(80, 96))
    written, encoded = cv2.imencode(
        ".jpg", np.ascontiguousarray(levels[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    if not written:
        raise OSError(f"OpenCV cannot encode a picture of {levels.shape} as JPEG")
    (root / split / picture_name(seed, number)).write_bytes(encoded.tobytes())
    return _written(group)


def _written(group: GroupPicture) -> _Written:
    height, width = group.forged.shape[:2]
    faces = tuple(_face(face) for face in group.faces)
    return _Written(width, height, faces, group.parts)


def _face(face: GroupFace) -> dict[str, Any]:
    """Return what an annotation says of a face beside its ids."""
    return {
        "iscrowd": 0,
        "area": int(face.region.sum()),
        "category_id": REAL if face.method is None else FAKE,
        "bbox": [round(side, 2) for side in face.box],
        "segmentation": outlines(face.region),
    }


def _annotations(
    seed: int, split: str, pictures: list[tuple[int, _Written]]
) -> dict[str, list[dict[str, Any]]]:
    """Return COCO's three lists, with ids from 0 in every split, as in the release."""
    images, faces = [], []
    for image, (number, picture) in enumerate(pictures):
        name = f"Images/{split}/{picture_name(seed, number)}"
        size = {"width": picture.width, "height": picture.height}
        images.append({"id": image, "file_name": name} | size)
        for face in picture.faces:
            faces.append({"id": len(faces), "image_id": image} | face)
    return {"categories": _CATEGORIES, "images": images, "annotations": faces}


def _write_regions(
    world: GroupWorld, root: Path, written: Mapping[str, list[tuple[int, _Written]]]
) -> None:
    """Write `face_regions.json`: a face is named by split, picture and annotation."""
    faces = {}
    for split, pictures in written.items():
        names = (
            (picture_name(world.seed, number), parts)
            for number, picture in pictures
            for parts in picture.parts
        )
        # Annotations are counted through the pictures of a split, as in `_annotations`.
        faces |= {f"{split}/{name}/{which}": parts for which, (name, parts) in enumerate(names)}
    write_face_regions(root / REGIONS_FILE, FaceRegions(NAMES, faces=faces))
