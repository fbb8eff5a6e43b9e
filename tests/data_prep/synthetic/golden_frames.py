"""Writes `golden.py`: what the frozen generators draw, seen through grids of 8 x 8 places.

    python -m tests.data_prep.synthetic.golden_frames

To be run only when a generator's version changes, or a method is added.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

import numpy as np

from data_prep.synthetic import group_world, world
from data_prep.synthetic.drawing.clip import make_clip
from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.drawing.region import face_box
from data_prep.synthetic.drawing.weather import corrupt
from data_prep.synthetic.forgeries import METHODS, UNSEEN, forge
from data_prep.synthetic.group_picture import make_group_picture
from data_prep.synthetic.releases import celebdf
from data_prep.synthetic.world import World

Grid = tuple[tuple[int, ...], ...]
Box = tuple[float, float, float, float]

GROUPS = (3, 8)
"""Pictures of seed 0 in which every method of group pictures is seen."""

_HEAD = '"""What the generators draw; written by `golden_frames`. Grey levels of single pixels."""'


def golden_frames() -> dict[str, Grid]:
    """Original and forgeries of person 0 of seed 0: grey levels at 8 x 8 places of the face."""
    target, source = make_clip(0, 0, 1), make_clip(0, 1, 1)
    frames = {"original": target.frames[0]}
    frames |= {method: forge(method, target, source, 0).frames[0] for method in METHODS | UNSEEN}
    box = face_box(target.shots[0].pose)
    return {name: grid_of(frame, box) for name, frame in frames.items()}


def golden_groups() -> dict[str, Grid]:
    """Two group pictures of seed 0: `3 2 GanUpsampling`, the third face of picture 3.

    `3` is the whole picture, and `3 challenge` as it stands in the corrupted test.
    """
    grids = {}
    for number in GROUPS:
        group = make_group_picture(0, number)
        corrupted, _ = corrupt(group.forged, Draws(0, "delivery", number))
        grids[f"{number}"] = grid_of(group.forged)
        grids[f"{number} challenge"] = grid_of(corrupted)
        for place, face in enumerate(group.faces):
            grids[f"{number} {place} {face.method or 'real'}"] = grid_of(group.forged, face.box)
    return grids


def golden_celebrities() -> dict[str, Grid]:
    """Videos of the layout of Celeb-DF, at the face of its first person; before the encoder."""
    celebrities = celebdf.CELEBRITIES.seed
    frames = {}

    def keep(clip, files):
        [(_, file)] = files
        frames[f"{file.parent.name}/{file.stem}"] = clip[0]

    few = World(seed=celebrities, train=1, validation=1, test=1, frames=1)
    with tempfile.TemporaryDirectory() as folder, patch.object(celebdf, "encode", keep):
        celebdf.write_celebdf(few, Path(folder))
    box = face_box(make_clip(celebrities, 0, 1).shots[0].pose)
    names = ("Celeb-real/id0_0000", "Celeb-synthesis/id0_id1_0000", "YouTube-real/00007")
    return {name: grid_of(frames[name], box) for name in names}


def grid_of(frame: np.ndarray, box: Box | None = None) -> Grid:
    """Grey levels of `frame` at 8 x 8 places of a box, by default all of it."""
    x, y, width, height = box or (0, 0, frame.shape[1], frame.shape[0])
    places = (np.arange(8) + 0.5) / 8
    rows, columns = (y + height * places).astype(int), (x + width * places).astype(int)
    levels = np.round(frame.mean(axis=-1)[np.ix_(rows, columns)])
    return tuple(tuple(int(level) for level in row) for row in levels)


def _lines(name: str, grids: Mapping[str, Grid]) -> list[str]:
    lines = ["", f"{name} = {{"]
    for called, grid in grids.items():
        lines += [f'    "{called}": (', *(f"        {row}," for row in grid), "    ),"]
    return [*lines, "}"]


def main() -> None:
    """Writes the file beside this one."""
    lines = [_HEAD, "", f"VERSION = {world.VERSION}", f"GROUP_VERSION = {group_world.VERSION}"]
    lines += _lines("FRAMES", golden_frames())
    lines += _lines("GROUPS", golden_groups())
    lines += _lines("CELEBRITIES", golden_celebrities())
    Path(__file__).with_name("golden.py").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
