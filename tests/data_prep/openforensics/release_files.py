"""A small release, written literally: what its files hold is known by their names."""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

CATEGORIES = [{"id": 0, "name": "Real"}, {"id": 1, "name": "Fake"}]
SPLITS = ("Train", "Val", "Test-Dev", "Test-Challenge")
WIDTH, HEIGHT = 61, 47  # odd
REAL_BOX, FAKE_BOX = [5, 8, 10, 16], [34, 10, 14, 20]
# A square round (41, 20) of side int(20 * 1.3) begins at (28, 7).
FAKE_CORNER, FAKE_SIDE = (28, 7), 26
# Columns 36 to 43 and rows 12 to 27 of the picture.
FAKE_POLYGON = [36, 12, 44, 12, 44, 28, 36, 28]


def noise(name: str, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """RGB, uint8 [H, W, 3], by the name alone."""
    draw = np.random.default_rng(zlib.crc32(name.encode()))
    return draw.integers(0, 256, (height, width, 3), dtype=np.uint8)


def image(number: int, name: str, **other: Any) -> dict[str, Any]:
    return {"id": number, "file_name": name, "width": WIDTH, "height": HEIGHT} | other


def face(number: int, of: int, category: int, **other: Any) -> dict[str, Any]:
    box = FAKE_BOX if category else REAL_BOX
    polygon = FAKE_POLYGON if category else [5, 8, 15, 8, 15, 24]
    return {
        "id": number,
        "image_id": of,
        "iscrowd": 0,
        "area": 100,
        "category_id": category,
        "bbox": box,
        "segmentation": [polygon],
    } | other


def coco(
    images: Sequence[Mapping[str, Any]],
    annotations: Sequence[Mapping[str, Any]],
    categories: Sequence[Mapping[str, Any]] = CATEGORIES,
) -> dict[str, Any]:
    return {"categories": categories, "images": images, "annotations": annotations}


def write_picture(path: Path, pixels: np.ndarray | None = None, **options: Any) -> None:
    """Lossless, whatever the suffix: PNG data, which readers tell by its content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = noise(f"{path.parent.name}/{path.name}") if pixels is None else pixels
    Image.fromarray(shown).save(path, format="PNG", **options)


def write_release(root: Path, splits: Sequence[str] = SPLITS) -> Path:
    """Two pictures a split, a real and a forged face in each; ids are the same in every split."""
    for split in splits:
        names = [f"{split[0].lower()}a.jpg", f"{split[0].lower()}b.jpg"]
        for name in names:
            write_picture(root / split / name)
        images = [image(number, f"Images/{split}/{name}") for number, name in enumerate(names)]
        faces = [face(2 * of + category, of, category) for of in range(2) for category in range(2)]
        write_json(root, split, coco(images, faces))
    return root


def write_json(root: Path, split: str, content: Any) -> None:
    root.mkdir(parents=True, exist_ok=True)
    (root / f"{split}_poly.json").write_text(json.dumps(content))


def change(root: Path, split: str, edit: Callable[[Any], Any]) -> None:
    """Edits the annotations of a split."""
    path = root / f"{split}_poly.json"
    content = json.loads(path.read_text())
    edit(content)
    path.write_text(json.dumps(content))
