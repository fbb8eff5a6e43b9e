"""What can be chosen for every set of videos."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from data_prep.checks.complete import PreparationError
from data_prep.videos.long_tail import read_shares


@dataclass(frozen=True)
class VideoOptions:
    """What becomes of the videos of a set, whichever it is.

    Attributes:
        frames: pictures of each forged video, evenly spaced over all of it; all frames if it has
            fewer.
        real_frames: pictures of each original; by default as frames. With M methods, M * frames
            gives as many real as forged pictures where each original has M forgeries.
        size: the side of the pictures, pixels.
        boxes: a file of face boxes; by default face_boxes.json in the source. A forgery without
            boxes of its own takes those of its target, frame by frame, by the frames' numbers.
            Where there is neither file, and in extracted frames that the target has not, faces are
            detected, once: the boxes are kept in face_boxes below the folder of prepared sets.
        detector: what detects faces: `dlib` (the extra `faces`), or your own as `module:name`: a
            function of a picture (RGB, uint8, height x width x 3) that gives the boxes of its faces
            as x, y, width, height; or a class or function without arguments that makes one. It must
            be picklable.
        detect_every: only every n-th frame is looked at, of extracted frames those whose numbers
            are at least n apart; a frame between takes the nearest one's box. 1 is the protocol of
            FaceForensics++. dlib looks at some 9 frames of 854 x 480 pixels a second and core.
        long_tail: makes some methods rare in training: Swap:0.1,SelfBlend:0.3 keeps a tenth of the
            training videos of Swap and three tenths of SelfBlend's. Originals, other methods,
            validation and test stay whole, so real pictures come to outnumber forged ones.
        name: of the set; by default the folder's.
        skip_limit: how many bad videos are left out before it becomes an error.
        strict: make what given splits share between them an error and not a warning.
    """

    frames: int = 32
    real_frames: int | None = None
    size: Annotated[int, tyro.conf.arg(name="image_size")] = 256
    boxes: Path | None = None
    detector: str = "dlib"
    detect_every: int = 5
    long_tail: str = ""
    name: str | None = None
    skip_limit: int = 20
    strict: bool = False

    def __post_init__(self) -> None:
        """Check the numbers and shares.

        Raises:
            PreparationError: a video without frames, a picture without pixels, no frame to look
                at, or no share.
        """
        for option in ("frames", "real_frames", "size", "detect_every"):
            value = getattr(self, option)
            if value is not None and value < 1:
                raise PreparationError(f"{option} is {value}, but must be at least 1")
        read_shares(self.long_tail)

    @property
    def frames_of_originals(self) -> int:
        """Pictures of each original."""
        return self.frames if self.real_frames is None else self.real_frames

    @property
    def shares(self) -> dict[str, float]:
        """The share that training keeps, of the methods that do not keep all."""
        return read_shares(self.long_tail)


DEFAULTS = VideoOptions()
