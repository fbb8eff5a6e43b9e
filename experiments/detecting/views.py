"""Pictures of what was found, kept to be drawn on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from experiments.detecting.findings import Finding

KEPT_BYTES = 64 << 20
"""Of the frames of a video that are kept at once; one is kept whatever it takes."""


@dataclass(frozen=True, eq=False)
class View:
    """A picture, or a frame, with the crops of faces in it.

    Attributes:
        frame: its number, from 0; 0 of a picture.
        picture: RGB, uint8 [H, W, 3].
        crops: number of a face -> the crop that was scored, RGB, uint8 [S, S, 3]. The look of that
            face at this frame says where it is.
    """

    frame: int
    picture: np.ndarray
    crops: Mapping[int, np.ndarray]


class Looked(NamedTuple):
    """What was found in a file, and pictures of it.

    Attributes:
        finding: what was found.
        views: of a picture one; of a video the frames in which its faces score highest, the
            earliest first, as many as `KEPT_BYTES` hold. None where they are not kept.
    """

    finding: Finding
    views: tuple[View, ...] = ()
