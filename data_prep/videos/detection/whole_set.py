"""The face boxes of a set of videos: from a file, or detected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from data_prep.checks.complete import NO_FACE, PreparationError, check_classes_and_splits
from data_prep.faces.boxes import BOXES_FILE, VideoBoxes, first_with_boxes
from data_prep.faces.detectors import DetectorError, load_detector
from data_prep.faces.follow import Detector
from data_prep.prepared.write_once import file_name
from data_prep.running.preparation import OnProgress
from data_prep.schema import FAKE
from data_prep.videos.detection.detect import boxes_of_videos
from data_prep.videos.listing import find_versions
from data_prep.videos.video_set import Video, VideoSet


@dataclass(frozen=True)
class SetBoxes:
    """Where the faces are.

    Attributes:
        boxes: video -> face boxes by frame; those of a target serve its forgeries.
        lacking: video -> why there are none, where that is known already.
        notes: what the data card should say of it.
    """

    boxes: Mapping[str, VideoBoxes]
    lacking: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Detection:
    """How faces are detected.

    Attributes:
        detector: its name, see `data_prep.faces.detectors`.
        every: only every n-th frame is looked at.
    """

    detector: str
    every: int

    def store(self, data_dir: Path, root: Path) -> Path:
        """Return the file in which boxes of the videos below `root` are kept."""
        content = f"{root}\0{self.detector}"
        digest = hashlib.sha256(content.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        called = f"{file_name(root.name, 'videos')}-{digest}-{file_name(self.detector, 'own')}"
        return data_dir / "face_boxes" / f"{called}-every{self.every}.json"


def detect_in_set(
    videos: VideoSet, data_dir: Path, detection: Detection, on_progress: OnProgress | None = None
) -> SetBoxes:
    """Detect the faces of a set, or take them from the store of an earlier preparation.

    A forgery shows its target's frames, and is cropped by its target's boxes where that is in the
    set: nothing in the crop's place can tell the label then. Only where no face is found in the
    target is the forgery looked at.

    Args:
        videos: the set to be.
        data_dir: where prepared sets are kept, and with them the store.
        detection: how faces are detected.
        on_progress: called with (videos done, videos in all).

    Raises:
        DetectorError: there is no such detector; nothing was read then.
        PreparationError: a class or a split is empty without the videos that have no face.
        ValueError: the detector gives what is no box.
        OSError: the store cannot be written to.
    """
    search = _Search(
        {video.video: video for video in videos.videos},
        videos.root,
        detection.store(data_dir, videos.root),
        _load_detector(videos.root, detection.detector),
        detection.every,
        on_progress,
    )
    shown = {name: search.target(name) or name for name in search.videos}
    search.look(shown.values())
    alone = {
        name
        for name, other in shown.items()
        if other != name and not any(search.boxes.get(other, ()))
    }
    search.look(alone)
    boxes = {name: first_with_boxes(search.boxes, (other, name)) for name, other in shown.items()}
    lacking = {
        name: search.bad.get(name) or _no_face(detection, search.boxes[name])
        for name, in_video in boxes.items()
        if not in_video
    }
    _check_enough(videos, lacking)
    by_own = [
        name
        for name, other in shown.items()
        if search.videos[name].label == FAKE
        and name not in lacking
        and (other == name or name in alone)
    ]
    return SetBoxes(boxes, lacking, (_note(detection, len(by_own)),))


@dataclass
class _Search:
    """A search for faces in the videos of a set, with the boxes and bad videos so far."""

    videos: Mapping[str, Video]
    root: Path
    store: Path
    detector: Detector
    every: int
    on_progress: OnProgress | None
    boxes: dict[str, VideoBoxes] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    done: int = 0

    def target(self, name: str) -> str | None:
        """Return the video of the set whose frames the video `name` shows, or None."""
        targets = (other for other in self.videos[name].boxes_of if other != name)
        return next((other for other in targets if other in self.videos), None)

    def look(self, names: Iterable[str]) -> None:
        """Look at videos that were not looked at before."""
        wanted = {name: self._versions(self.videos[name]) for name in sorted(set(names))}
        detected = boxes_of_videos(
            wanted, self.store, self.detector, every=self.every, on_progress=self._tell
        )
        self.boxes |= {name: detected.boxes[name] for name in wanted if name in detected.boxes}
        self.bad |= detected.bad
        self.done += len(wanted)

    def _versions(self, video: Video) -> list[Path]:
        return [*find_versions(self.root, video.better), self.root / video.file.name]

    def _tell(self, done: int, total: int) -> None:
        if self.on_progress is not None:
            self.on_progress(self.done + done, self.done + total)


def _load_detector(root: Path, name: str) -> Detector:
    try:
        return load_detector(name)
    except DetectorError as error:
        raise DetectorError(f"{root} has no {BOXES_FILE}, and {error}") from error


def _no_face(detection: Detection, boxes: VideoBoxes) -> str:
    looks = len(range(0, len(boxes), detection.every))
    return f"{NO_FACE} by {detection.detector} in {looks} frames"


def _check_enough(videos: VideoSet, lacking: Mapping[str, str]) -> None:
    """Check, before any picture is cropped, that the videos with faces are a set."""
    try:
        check_classes_and_splits(
            (video for video in videos.videos if video.video not in lacking), videos.root
        )
    except PreparationError as error:
        name, reason = next(iter(lacking.items()))
        raise PreparationError(
            f"{error} ({len(lacking)} of {len(videos.videos)} videos cannot be cropped, for "
            f"example {name}: {reason})"
        ) from None


def _note(detection: Detection, by_own: int) -> str:
    every = f"one frame of {detection.every}" if detection.every > 1 else "every frame"
    note = f"faces found by {detection.detector} in {every}, in forgeries where their target's are"
    if by_own:
        note += f"; {by_own} forgeries, whose target has no face or is not there, by their own"
    return note
