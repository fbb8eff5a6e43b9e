"""Writes `golden.py`: what the frozen generator draws, seen through an 8 x 8 grid.

    python -m tests.data_prep.synthetic.golden_frames

To be run only when the generator's version changes, or a method is added.
"""

from pathlib import Path

import numpy as np

from data_prep.synthetic.clip import make_clip
from data_prep.synthetic.forgeries import METHODS, UNSEEN, forge
from data_prep.synthetic.region import face_box
from data_prep.synthetic.world import VERSION

Grid = tuple[tuple[int, ...], ...]

_HEAD = '"""What the generator draws; written by `golden_frames`. Grey levels of single pixels."""'


def golden_frames() -> dict[str, Grid]:
    """Original and forgeries of person 0 of seed 0: grey levels at 8 x 8 places of the face."""
    target, source = make_clip(0, 0, 1), make_clip(0, 1, 1)
    frames = {"original": target.frames[0]}
    frames |= {method: forge(method, target, source, 0).frames[0] for method in METHODS | UNSEEN}
    x, y, width, height = face_box(target.shots[0].pose)
    places = (np.arange(8) + 0.5) / 8
    rows, columns = (y + height * places).astype(int), (x + width * places).astype(int)
    return {
        name: tuple(
            tuple(int(level) for level in row)
            for row in np.round(frame.mean(axis=-1)[np.ix_(rows, columns)])
        )
        for name, frame in frames.items()
    }


def main() -> None:
    """Writes the file beside this one."""
    lines = [_HEAD, "", f"VERSION = {VERSION}", "", "FRAMES = {"]
    for name, grid in golden_frames().items():
        lines += [f'    "{name}": (', *(f"        {row}," for row in grid), "    ),"]
    text = "\n".join([*lines, "}"]) + "\n"
    Path(__file__).with_name("golden.py").write_text(text)


if __name__ == "__main__":
    main()
