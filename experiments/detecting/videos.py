"""A video: its faces, followed and scored look by look, in memory that its length hardly changes.

Of each look are kept its numbers, some half a kB, and of the frames those to draw on.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from data_prep.faces.boxes import Box, Faces
from data_prep.faces.crop import BoxOutsideError, Square
from data_prep.faces.follow import Detector
from data_prep.media.containers import VIDEO_SUFFIXES, BadVideoError
from data_prep.media.headers import read_header
from data_prep.media.streaming import stream_frames
from data_prep.videos.streaming import FollowedFace, stream_faces, stream_given_faces
from data_prep.videos.streaming import Look as Frame
from experiments.detecting.crops import face_crop
from experiments.detecting.findings import Face, Finding, Look
from experiments.detecting.judging import judge, remarks_on_length, with_faces
from experiments.detecting.network import BATCH
from experiments.detecting.remarks import face_remarks, file_remarks, video_remarks
from experiments.detecting.scoring import Scoring
from experiments.detecting.views import KEPT_BYTES, Looked, View
from jaxticket.calibration import measure
from jaxticket.decoding import resize
from jaxticket.text import count_text

OnLook = Callable[[float], None]
"""Told the seconds of the video up to the look that is done; it may raise `Stopped`."""


class Stopped(Exception):
    """The user wants no more looks; what was seen so far is answered."""


@dataclass(frozen=True, eq=False)
class _Cut:
    """A face in a frame, not yet scored."""

    track: int
    frame: Frame
    box: Box
    square: Square | None
    crop: np.ndarray


@dataclass(eq=False)
class _Track:
    """A face as far as it was followed."""

    looks: list[Look] = field(default_factory=list)
    measured: dict[str, float] = field(default_factory=dict)
    """Sums over the looks."""
    best: float = -math.inf
    """The highest score."""
    highest: _Cut | None = None
    """The look that has it, while there is room for its frame."""


def look_at_video(
    path: Path,
    name: str,
    faces: Detector | Faces | None,
    scoring: Scoring,
    on_look: OnLook = lambda seconds: None,
) -> Looked:
    """Follow and score every face in a video.

    Args:
        path: the file.
        name: what it is called.
        faces: what finds them, or where they are; None where frames are crops.
        scoring: how they are scored.
        on_look: called after each look.
    """
    looking = _Looking(scoring)
    error, seconds = None, 0.0
    header, remarks = None, []
    try:
        header = read_header(path, max_pixels=scoring.limits.pixels)
        remarks = video_remarks(header)
        for frame in _frames(path, faces, scoring):
            looking.take(frame)
            seconds = frame.seconds
            on_look(seconds)
    except BadVideoError as reason:
        known = header is not None or path.suffix.lower() in VIDEO_SUFFIXES
        error = str(reason) if known else f"neither a picture nor a video: {reason}"
    except Stopped:
        error = f"stopped at {seconds:.1f} seconds"
    looking.score()
    # Boxes that are given are nobody's false alarms.
    fewest = scoring.fewest_looks if callable(faces) else 1
    return looking.looked(name, fewest, remarks, error)


def _frames(path: Path, faces: Detector | Faces | None, scoring: Scoring) -> Iterator[Frame]:
    if faces is None:
        for frame in stream_frames(path, itertools.count(0, scoring.every), scoring.limits):
            height, width = frame.pixels.shape[:2]
            yield Frame(*frame, (FollowedFace(0, Box(0.0, 0.0, float(width), float(height))),))
    elif callable(faces):
        yield from stream_faces(path, faces, every=scoring.every, limits=scoring.limits)
    else:
        yield from stream_given_faces(path, faces, every=scoring.every, limits=scoring.limits)


class _Looking:
    """A video as far as it was looked at."""

    def __init__(self, scoring: Scoring):
        self._scoring = scoring
        self._tracks: dict[int, _Track] = {}
        self._waiting: list[_Cut] = []
        self._looks = self._outside = 0
        self._size = (0, 0)

    def take(self, frame: Frame) -> None:
        """Cut out the faces of a frame, and score those that wait where they fill a batch."""
        self._looks += 1
        self._size = frame.picture.shape[:2]
        for track, box in frame.faces:
            try:
                square, crop = self._cut(frame.picture, box)
            except BoxOutsideError:
                self._outside += 1
                continue
            self._waiting.append(_Cut(track, frame, box, square, crop))
        held = {cut.frame.frame: cut.frame.picture.nbytes for cut in self._waiting}
        if len(self._waiting) >= BATCH or sum(held.values()) > KEPT_BYTES:
            self.score()

    def _cut(self, picture: np.ndarray, box: Box) -> tuple[Square | None, np.ndarray]:
        scoring, size = self._scoring, self._scoring.network.image_size
        if scoring.crops:
            return None, resize(picture, size)
        return face_crop(picture, box, size, scoring.side, scoring.framing)

    def score(self) -> None:
        """Score the faces that wait."""
        if not self._waiting:
            return
        crops = np.array([cut.crop for cut in self._waiting])
        scores = self._scoring.network.scores(crops)
        for cut, score in zip(self._waiting, scores.tolist(), strict=True):
            self._add(cut, score)
        self._waiting = []
        self._let_frames_go()

    def _add(self, cut: _Cut, score: float) -> None:
        track = self._tracks.setdefault(cut.track, _Track())
        track.looks.append(
            Look(frame=cut.frame.frame, seconds=cut.frame.seconds, box=cut.box,
                 square=cut.square, score=score)
        )  # fmt: skip
        side = cut.square.side if cut.square else min(cut.frame.picture.shape[:2])
        for measured, value in measure(side, cut.crop).items():
            track.measured[measured] = track.measured.get(measured, 0.0) + value
        if score > track.best:
            track.best = score
            track.highest = cut if self._scoring.views else None

    def _let_frames_go(self) -> None:
        """Keep the frames of the faces with the most looks, as many as there is room for."""
        kept: dict[int, int] = {}  # frame -> bytes
        for track in sorted(self._tracks.values(), key=lambda track: -len(track.looks)):
            if track.highest is None:
                continue
            frame = track.highest.frame
            more = kept | {frame.frame: frame.picture.nbytes}
            if kept and sum(more.values()) > KEPT_BYTES:
                track.highest = None
            else:
                kept = more

    def looked(self, name: str, fewest: int, remarks: list[str], error: str | None) -> Looked:
        """Return what was found: faces of too few looks are counted only."""
        fewest = max(1, min(fewest, self._looks))
        kept = [track for track in self._tracks.values() if len(track.looks) >= fewest]
        kept.sort(key=lambda track: (track.looks[0].frame, track.looks[0].box[0]))
        faces = [self._judge(track, number) for number, track in enumerate(kept, 1)]
        if passing := len(self._tracks) - len(kept):
            remarks.append(
                f"passing by: {count_text(passing, 'face')} seen in fewer than {fewest} of "
                f"{count_text(self._looks, 'look')}, or no face at all, not answered"
            )
        height, width = self._size
        finding = Finding(
            path=name,
            kind="video",
            width=width,
            height=height,
            remarks=remarks + file_remarks(faces, outside=self._outside),
            error=error,
        )
        return Looked(with_faces(finding, faces) if self._looks else finding, _views(kept))

    def _judge(self, track: _Track, number: int) -> Face:
        measured = {name: value / len(track.looks) for name, value in track.measured.items()}
        remarks = face_remarks(measured, self._scoring, "crop" if self._scoring.crops else "video")
        unit = self._scoring.unit("video", len(track.looks))
        if self._scoring.of_videos:  # else it is said of all answers
            remarks += remarks_on_length(len(track.looks), unit)
        return judge(track.looks, number, unit, remarks)


def _views(tracks: list[_Track]) -> tuple[View, ...]:
    frames: dict[int, View] = {}
    for number, track in enumerate(tracks, 1):
        if track.highest is not None:
            frame = track.highest.frame
            crops = dict(frames[frame.frame].crops) if frame.frame in frames else {}
            view = View(frame.frame, frame.picture, crops | {number: track.highest.crop})
            frames[frame.frame] = view
    return tuple(frames[number] for number in sorted(frames))
