"""The embedded data sets: worlds with a name, rendered and prepared on first use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from data_prep.celebdf import open_celebdf
from data_prep.faceforensics import open_faceforensics
from data_prep.openforensics import prepare_openforensics
from data_prep.synthetic.group_world import GroupWorld
from data_prep.synthetic.releases.celebdf import (
    CELEBRITIES,
    add_celebdf_regions,
    render_celebdf_once,
)
from data_prep.synthetic.releases.faceforensics import add_tree_regions
from data_prep.synthetic.releases.old_trees import with_regions
from data_prep.synthetic.releases.openforensics import add_group_regions, render_groups_once
from data_prep.synthetic.releases.render_once import render_once
from data_prep.synthetic.world import World
from data_prep.videos import VideoOptions, prepare_videos
from data_prep.videos.long_tail import read_shares, with_long_tail

Progress = Callable[[str, int, int], None]
"""Called with what is counted (`pairs rendered`, `videos prepared`), how many are done, and all."""

SIZE = 96


@dataclass(frozen=True)
class Embedded:
    """A world, and how many pictures of each video go into the set.

    Attributes:
        world: what is rendered.
        frames: pictures of each forged video.
        real_frames: pictures of each original; as many as of its forgeries together.
        layout: of the videos.
        compression: of the videos, a key of `COMPRESSIONS`.
        version_of: the set's name where it is another one's at another compression: sets of one
            name share their groups.
        long_tail: methods with the share of their videos that training keeps, as in `VideoOptions`.
    """

    world: World
    frames: int
    real_frames: int
    layout: Literal["faceforensics", "celebdf"] = "faceforensics"
    compression: str = "c23"
    version_of: str = ""
    long_tail: str = ""


@dataclass(frozen=True)
class EmbeddedGroups:
    """A world of group pictures; every face of them goes into the set.

    Attributes:
        world: what is rendered.
    """

    world: GroupWorld


EMBEDDED: dict[str, Embedded | EmbeddedGroups] = {
    "synthetic_ff": Embedded(World(), frames=1, real_frames=5),
    "synthetic_ff_c40": Embedded(
        World(), frames=1, real_frames=5, compression="c40", version_of="synthetic_ff"
    ),
    # A name of its own: no report may take it for the set on which every method is as frequent.
    "synthetic_ff_rare": Embedded(
        World(), frames=1, real_frames=5, long_tail="Swap:0.1,SelfBlend:0.3"
    ),
    "synthetic_cd": Embedded(CELEBRITIES, frames=5, real_frames=5, layout="celebdf"),
    "synthetic_of": EmbeddedGroups(GroupWorld()),
    "synthetic_of_tiny": EmbeddedGroups(GroupWorld(train=8, validation=3, test=3, challenge=3)),
    "synthetic_ff_tiny": Embedded(World(train=3, validation=1, test=2), frames=1, real_frames=5),
}


def prepare_embedded(name: str, data_dir: Path | str, on_progress: Progress | None = None) -> Path:
    """Render and prepare an embedded set, or find it.

    To a world that was rendered before there were face regions these are added, without rendering
    its videos again, and to the prepared set with them.

    Args:
        name: a key of `EMBEDDED`.
        data_dir: where prepared sets are kept; the videos lie in `synthetic_videos` below it, the
            group pictures in `synthetic_pictures`.
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

    if isinstance(embedded, EmbeddedGroups):
        pictures = data_dir / "synthetic_pictures" / embedded.world.name()
        world = embedded.world
        render_groups_once(world, pictures, counting("pictures rendered"))
        outlined = counting("pictures outlined")
        with_regions(pictures, lambda root: add_group_regions(world, root, outlined))
        return prepare_openforensics(
            pictures, data_dir, name=name, size=SIZE, on_progress=counting("pictures prepared")
        )
    world, videos = embedded.world, data_dir / "synthetic_videos"
    rendered, outlined, prepared = (
        counting(what) for what in ("pairs rendered", "pairs outlined", "videos prepared")
    )
    options = VideoOptions(
        frames=embedded.frames,
        real_frames=embedded.real_frames,
        size=SIZE,
        name=embedded.version_of or name,
    )
    compression = embedded.compression
    if embedded.layout == "celebdf":
        tree = videos / embedded.world.name(compression, "celebdf")
        render_celebdf_once(world, tree, rendered)
        with_regions(tree, lambda root: add_celebdf_regions(world, root, outlined))
        source = open_celebdf(tree)
    else:
        tree = videos / embedded.world.name(compression)
        render_once(world, tree, (compression,), rendered)
        with_regions(tree, lambda root: add_tree_regions(world, root, outlined))
        source = open_faceforensics(tree, compression)
    # Divided as when the figures of the docs were measured.
    videos = with_long_tail(source.as_before(), read_shares(embedded.long_tail), salt="")
    return prepare_videos(videos, data_dir, options=options, on_progress=prepared)
