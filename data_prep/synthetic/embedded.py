"""The embedded data sets: worlds with a name, rendered and prepared on first use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data_prep.faceforensics import prepare_faceforensics
from data_prep.synthetic.render_once import render_once
from data_prep.synthetic.world import World

Progress = Callable[[str, int, int], None]
"""Called with what is counted (`pairs rendered`, `videos prepared`), how many are done, and all."""

COMPRESSION = "c23"
SIZE = 96


@dataclass(frozen=True)
class Embedded:
    """A world, and how many pictures of each video go into the set.

    Attributes:
        world: what is rendered.
        frames: pictures of each forged video.
        real_frames: pictures of each original; as many as of its forgeries together.
    """

    world: World
    frames: int
    real_frames: int


EMBEDDED = {
    "synthetic_ff": Embedded(World(), frames=1, real_frames=5),
    "synthetic_ff_tiny": Embedded(World(train=3, validation=1, test=2), frames=1, real_frames=5),
}


def prepare_embedded(name: str, data_dir: Path | str, on_progress: Progress | None = None) -> Path:
    """Renders and prepares an embedded set, or finds it.

    Args:
        name: a key of `EMBEDDED`.
        data_dir: where prepared sets are kept; the videos lie in `synthetic_videos` below it.
        on_progress: see `Progress`.

    Returns:
        The TFDS version folder.

    Raises:
        KeyError: there is no such set.
        OSError: `data_dir` cannot be written to, or the disk is full.
    """
    embedded, data_dir = EMBEDDED[name], Path(data_dir).expanduser()

    def counting(what: str) -> Callable[[int, int], None]:
        return lambda done, total: on_progress(what, done, total) if on_progress else None

    tree = data_dir / "synthetic_videos" / embedded.world.name(COMPRESSION)
    render_once(embedded.world, tree, (COMPRESSION,), counting("pairs rendered"))
    return prepare_faceforensics(
        tree,
        data_dir,
        name=name,
        compression=COMPRESSION,
        frames=embedded.frames,
        real_frames=embedded.real_frames,
        size=SIZE,
        on_progress=counting("videos prepared"),
    )
