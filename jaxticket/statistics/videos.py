"""From frames to videos: the scores of a video's frames are averaged before any metric."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Videos:
    """Examples of which each is a whole video.

    Attributes:
        names: [V], sorted.
        labels: int [V].
        groups: [V].
        scores: float [..., V], means over the video's frames.
        first: int [V], the row of one frame of each, to look up what else a video has.
    """

    names: np.ndarray
    labels: np.ndarray
    groups: np.ndarray
    scores: np.ndarray
    first: np.ndarray


def by_video(
    videos: np.ndarray, labels: np.ndarray, groups: np.ndarray, scores: np.ndarray
) -> Videos:
    """Average frame scores over videos.

    Args:
        videos: [N], the video of each frame.
        labels: int [N], one value in a video.
        groups: [N], one value in a video.
        scores: float [..., N]; logits are averaged as logits.

    Raises:
        ValueError: the lengths differ, or a video has two labels or two groups.
    """
    scores = np.asarray(scores)
    if not len(videos) == len(labels) == len(groups) == scores.shape[-1]:
        raise ValueError(
            f"{len(videos)} videos, {len(labels)} labels, {len(groups)} groups and "
            f"{scores.shape[-1]} scores: give one of each for every frame"
        )
    names, first, member, sizes = np.unique(
        videos, return_index=True, return_inverse=True, return_counts=True
    )
    for what, values in (("label", np.asarray(labels)), ("group", np.asarray(groups))):
        mixed = np.flatnonzero(values != values[first][member])
        if mixed.size:
            raise ValueError(
                f"video '{videos[mixed[0]]}' has frames of the {what}s "
                f"{values[first][member[mixed[0]]]} and {values[mixed[0]]}: name videos so that "
                f"each has one {what}, for instance by (method, name)"
            )
    flat = scores.reshape(-1, scores.shape[-1])
    sums = np.array([np.bincount(member, row, minlength=len(names)) for row in flat])
    return Videos(
        names=names,
        labels=np.asarray(labels)[first],
        groups=np.asarray(groups)[first],
        scores=(sums / sizes).reshape(*scores.shape[:-1], len(names)),
        first=first,
    )
