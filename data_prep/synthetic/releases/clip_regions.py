"""The regions of faces in the videos of a world; they follow from its seed, without rendering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from data_prep.faces.regions import REGIONS_FILE, FaceRegions, Regions, write_face_regions
from data_prep.synthetic.drawing.clip import Clip
from data_prep.synthetic.drawing.coverage import Coverage, cover
from data_prep.synthetic.drawing.features import Polygons
from data_prep.synthetic.drawing.scene import CANVAS
from data_prep.synthetic.face_parts import (
    MOVED,
    NAMES,
    features_of,
    forged_features,
    scaled,
    seen_regions,
)
from data_prep.synthetic.releases.delivery import FRAME

VideoRegions = dict[str, list[Regions]]
"""Video -> the regions in every frame, in its pixels."""


def clip_regions(
    clips: Sequence[Clip],
    originals: Sequence[str],
    forgeries: Mapping[str, Sequence[str]],
    seed: int,
) -> VideoRegions:
    """Return the regions in originals of one or two people, and in forgeries that move features.

    Args:
        clips: of the people, who are forged with each other; they need no frames.
        originals: the video of each clip.
        forgeries: method -> the forgery of each clip. Those that leave the features where they
            are get no regions of their own.
        seed: of the world.
    """
    regions: VideoRegions = {}
    for place, target in enumerate(clips):
        layers = [cover(target.actor, shot.pose) for shot in target.shots]
        regions[originals[place]] = _frames(layers, features_of(target))
        for method in (method for method in MOVED if method in forgeries and len(clips) == 2):
            features = forged_features(method, target, clips[1 - place], seed)
            regions[forgeries[method][place]] = _frames(layers, features)
    return regions


def write_video_regions(root: Path, regions: Iterable[VideoRegions]) -> None:
    """Write `face_regions.json` of a tree of videos.

    Raises:
        OSError: it cannot be written.
    """
    videos = {video: frames for named in regions for video, frames in named.items()}
    write_face_regions(root / REGIONS_FILE, FaceRegions(NAMES, videos=videos))


def _frames(
    layers: Sequence[Coverage], features: Sequence[Mapping[str, Polygons]]
) -> list[Regions]:
    seen = map(seen_regions, layers, features)
    return [scaled(regions, FRAME / CANVAS) for regions in seen]
