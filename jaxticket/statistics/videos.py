"""From frames to videos: the scores of a video's frames are averaged before any metric."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Videos:
    """Examples of which each is a whole video.

    Attributes:
        names: [V], sorted; a name with two labels stands twice, the lower label first.
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

    A video is (name, label): what was forged and what was not in one picture or video, such as the
    faces of a group picture, are averaged apart.

    Args:
        videos: [N], the name of each frame's video.
        labels: int [N].
        groups: [N], one value in a video.
        scores: float [..., N]; logits are averaged as logits.

    Raises:
        ValueError: the lengths differ, or a video has two groups.
    """
    scores = np.asarray(scores)
    if not len(videos) == len(labels) == len(groups) == scores.shape[-1]:
        raise ValueError(
            f"{len(videos)} videos, {len(labels)} labels, {len(groups)} groups and "
            f"{scores.shape[-1]} scores: give one of each for every frame"
        )
    videos, labels, groups = np.asarray(videos), np.asarray(labels), np.asarray(groups)
    _, of_name = np.unique(videos, return_inverse=True)
    _, of_label = np.unique(labels, return_inverse=True)
    _, first, member, sizes = np.unique(
        of_name * (of_label.max(initial=0) + 1) + of_label,
        return_index=True, return_inverse=True, return_counts=True,
    )  # fmt: skip
    mixed = np.flatnonzero(groups != groups[first][member])
    if mixed.size:
        raise ValueError(
            f"video '{videos[mixed[0]]}' has frames of the groups "
            f"{groups[first][member[mixed[0]]]} and {groups[mixed[0]]}: name videos so that each "
            "has one group"
        )
    flat = scores.reshape(-1, scores.shape[-1])
    sums = np.array([np.bincount(member, row, minlength=len(sizes)) for row in flat])
    return Videos(
        names=videos[first],
        labels=labels[first],
        groups=groups[first],
        scores=(sums / sizes).reshape(*scores.shape[:-1], len(sizes)),
        first=first,
    )
