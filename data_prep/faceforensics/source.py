"""A FaceForensics++ tree on disk, listed but not yet read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_prep.checks import PreparationError
from data_prep.face_boxes import BOXES_FILE, BOXES_HELP, VideoBoxes, read_face_boxes
from data_prep.faceforensics.files import find_file
from data_prep.faceforensics.layout import Tree, lay_out
from data_prep.faceforensics.splits import read_splits
from data_prep.listing import ListedFile, fingerprint

SYNTHETIC_FILE = "synthetic.json"


@dataclass(frozen=True)
class Source:
    """The tree, and the files that go into a set of it.

    Attributes:
        root: the folder, resolved.
        tree: its videos.
        boxes: the file of the face boxes.
        synthetic: what `synthetic.json` says; None for real videos.
        fingerprint: changes with the name, size or time of any file that is used.
    """

    root: Path
    tree: Tree
    boxes: Path
    synthetic: Mapping[str, Any] | None
    fingerprint: str

    def read_boxes(self) -> dict[str, VideoBoxes]:
        """The face boxes of every video.

        Raises:
            FaceBoxesError: the file has another form.
        """
        return read_face_boxes(self.boxes)


def open_source(
    folder: Path, compression: str, methods: Sequence[str] | None, boxes: Path | None
) -> Source:
    """Lists the tree at `folder`; of the videos only names, sizes and times are looked at.

    Args:
        folder: with original_sequences and manipulated_sequences.
        compression: `raw`, `c23` or `c40`.
        methods: those wanted; None for all.
        boxes: the file of the face boxes; None for the source's own.

    Raises:
        FileNotFoundError: there is no such folder, or no file of boxes.
        NotADirectoryError: it is not a folder.
        PreparationError: split files or videos are missing or wrong.
    """
    if not folder.exists():
        raise FileNotFoundError(f"there is no folder {folder}: check the path of the videos")
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder: give the folder of the videos")
    root = folder.resolve()
    splits = read_splits(root)
    tree = lay_out(root, splits, compression, methods)
    boxes_path, listed_boxes = _find_boxes(root, boxes)
    synthetic = find_file(root, SYNTHETIC_FILE)
    files = [*splits.files, *([synthetic] if synthetic else [])]
    for video in tree.videos:
        files += [video.file, *([video.mask] if video.mask else [])]
    digest = hashlib.sha256()
    digest.update(fingerprint(root, files).encode())
    digest.update(fingerprint(boxes_path.parent, [listed_boxes]).encode())
    description = _read_synthetic(root / SYNTHETIC_FILE) if synthetic else None
    return Source(root, tree, boxes_path, description, digest.hexdigest())


def _find_boxes(root: Path, given: Path | None) -> tuple[Path, ListedFile]:
    """The file of the boxes, and how it is listed in its folder."""
    path = root / BOXES_FILE if given is None else given.resolve()
    listed = find_file(path.parent, path.name)
    if listed is None:
        missing = f"{root} has no {BOXES_FILE}" if given is None else f"there is no file {given}"
        raise FileNotFoundError(
            f"{missing}: faces are cropped by the boxes of such a file, put it there or give one. "
            f"Its form is {BOXES_HELP}"
        )
    return path, listed


def _read_synthetic(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise PreparationError(f"{path} is not a JSON file: {error}") from error
    if not isinstance(content, dict):
        raise PreparationError(f"{path} is not a JSON object of generator, version and seed")
    return content
