"""The folder of a look at a run's maps, or of figures over several runs, while it is written.

What each file is: `jaxticket.runs.attention`. Every file is replaced whole, and a gallery by the
file that names it: cut off at any moment, what was there before is still there.
"""

import csv
import io
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from jaxticket.runs import files
from jaxticket.runs.attention import AGAIN, FIGURE_COLUMNS, read_gallery, read_made_from
from jaxticket.runs.damage import Damaged
from jaxticket.runs.events import Events
from jaxticket.runs.opening import lock
from jaxticket.text import from_csv_cell, lines_of_csv
from jaxticket.writing import make_folder, require_plain, sync_all, write_whole

LONGEST_NAME = 200
"""Characters of a picture's name in TensorBoard."""

PICTURES = "pictures.csv"


class LookFolder:
    """Where a look is written; locked for one process. Use it in a `with`."""

    def __init__(self, path: Path):
        """Make the folder, or go on with the one that is there.

        Raises:
            BlockingIOError: another process writes there.
            OSError: it cannot be written.
            ValueError: a link in it leads out of it.
        """
        self.path = path
        require_plain(path)
        make_folder(path)
        self._lock = lock(path / "lock", "wait for it and give the same command again")

    def __enter__(self) -> "LookFolder":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    def pictures(self) -> list[dict[str, str]]:
        """Return the rows of pictures.csv; none where they cannot be read, or were changed."""
        digest = read_made_from(self.path).get(PICTURES)
        try:
            text = files.read_whole(self.path / PICTURES, AGAIN, digest).decode()
        except (FileNotFoundError, ValueError):
            return []
        rows = []
        try:
            for row in csv.DictReader(lines_of_csv(text)):
                if None in row or None in row.values():  # other cells than columns
                    return []
                rows.append({name: from_csv_cell(cell) for name, cell in row.items()})
        except (csv.Error, ValueError):
            return []
        return rows

    def write_pictures(self, rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> None:
        """Write pictures.csv."""
        made_from = read_made_from(self.path)
        if made_from.pop(PICTURES, None):  # others than these
            files.write_json(self.path / "made_from.json", made_from)
        files.write_csv(self.path / PICTURES, rows, columns)

    def gallery_of(self) -> dict[str, Any]:
        """Return what the gallery was made from; nothing where it is not whole."""
        try:
            read_gallery(self.path / "gallery.json")
        except (Damaged, FileNotFoundError):
            return {}
        return read_made_from(self.path).get("gallery") or {}

    def write_picture(self, gallery: str, name: str, pixels: np.ndarray) -> str:
        """Write pixels, uint8 [H, W, 3], for a gallery, and return the path that it names."""
        from PIL import Image

        path = self.path / gallery / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        encoded = io.BytesIO()
        Image.fromarray(pixels).save(encoded, "png", optimize=True)
        write_whole(path, encoded.getvalue())
        return f"{gallery}/{path.name}"

    def write_gallery(self, folder: str, gallery: Mapping[str, Any]) -> None:
        """Write gallery.json, see `Gallery`, when its pictures are in `folder`, and drop others."""
        drawn = {f"{folder}/{file.name}": files.sha256(file.read_bytes())
                 for file in sorted((self.path / folder).glob("*"))}  # fmt: skip
        whole = {**msgspec.to_builtins(gallery), "files": drawn}
        sync_all(self.path / folder)
        files.write_json(self.path / "gallery.json", whole)
        for other in self.path.glob("gallery*/"):
            if other.name != folder:
                shutil.rmtree(other)

    def write_made_from(self, made_from: Mapping[str, Any]) -> None:
        """Write down which maps and pictures are kept, and what the gallery was made from."""
        table = self.path / PICTURES
        digest = {PICTURES: files.sha256(table.read_bytes())} if table.is_file() else {}
        files.write_json(self.path / "made_from.json", {**made_from, **digest})

    def write_figures(self, header: Mapping[str, Any], rows: list[dict[str, Any]]) -> Path:
        """Write figures.json, and its rows as figures.csv; return the latter's path."""
        files.write_json(self.path / "figures.json", {**header, "rows": rows})
        files.write_csv(self.path / "figures.csv", rows, FIGURE_COLUMNS)
        return self.path / "figures.csv"


def show_in_tensorboard(run: Path, pictures: Iterable[tuple[str, int, np.ndarray]]) -> None:
    """Write pictures into a run's TensorBoard folder, in place of those written before.

    Args:
        run: the run folder.
        pictures: (name, step, uint8 [H, W, 3]); the steps of a name become a slider.
    """
    folder = run / "tensorboard" / "saliency"
    for file in folder.glob("*.tfevents.*"):
        file.unlink()
    events = Events(folder)
    for name, step, pixels in pictures:
        events.add_picture(re.sub(r"[^\w./-]+", "_", name)[:LONGEST_NAME], pixels, step)
    events.close()
