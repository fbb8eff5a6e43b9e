"""The faces of a set of videos, detected: all of them, or those that a file does not have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from data_prep.checks.complete import NO_FACE, PreparationError, check_classes_and_splits
from data_prep.checks.excerpts import count_text
from data_prep.faces.boxes import BOXES_FILE, Faces
from data_prep.faces.detectors import DetectorError, load_detector
from data_prep.faces.follow import Detector
from data_prep.prepared.write_once import file_name
from data_prep.running.preparation import OnProgress
from data_prep.schema import FAKE
from data_prep.source.frame_names import record_numbers
from data_prep.videos.detection.detect import boxes_of_videos, looked_at
from data_prep.videos.detection.set_boxes import SetBoxes, boxes_of_set, has_face
from data_prep.videos.detection.sizes import size_warnings
from data_prep.videos.evidence import REACH
from data_prep.videos.frames import frame_numbers
from data_prep.videos.listing import find_versions
from data_prep.videos.video_set import Video, VideoSet


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
    target, or the target lacks a frame of that number, is the forgery looked at.

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
        videos, boxes_of_set(videos), detection, _load_detector(videos, detection),
        data_dir, on_progress,
    )  # fmt: skip
    shown = {name: search.target(name) or name for name in search.videos}
    search.look(shown.values())
    alone = {name for name, other in shown.items() if other != name and search.lacks_frames(name)}
    search.look(alone)
    lacking = {
        name: search.bad.get(name) or _no_face(detection, search.boxes.files[name])
        for name, other in shown.items()
        if not has_face(search.boxes.detected, (other, name))
    }
    _check_enough(videos, lacking)
    by_own = [
        name
        for name, other in shown.items()
        if search.videos[name].label == FAKE
        and name not in lacking
        and (other == name or name in alone)
    ]
    return replace(search.boxes, lacking=lacking, notes=(_note(detection, len(by_own)),))


def detect_missing(
    videos: VideoSet,
    given: Mapping[str, Faces],
    data_dir: Path,
    detection: Detection,
    on_progress: OnProgress | None = None,
) -> SetBoxes:
    """Return the boxes of a file, and detected ones for forged frames that these do not serve.

    Of a forgery whose extracted frames have other numbers than its target's the boxes of the
    target are none. Where there is no detector either, such frames stay without a box.

    Args:
        videos: the set to be.
        given: the faces by the file.
        data_dir: see `detect_in_set`, as for the others.
        detection: likewise.
        on_progress: likewise.

    Raises:
        ValueError: the detector gives what is no box.
        OSError: the store cannot be written to.
    """
    boxes = boxes_of_set(videos, given)
    others = [
        video
        for video in videos.videos
        if video.label == FAKE and has_face(given, video.boxes_of) and boxes.lacks_frames(video)
    ]
    if not others:
        return boxes
    lacked = f"{len(others)} forgeries have frames for which {BOXES_FILE} has no face box"
    try:
        detector = load_detector(detection.detector)
    except DetectorError as error:
        return replace(boxes, notes=(f"{lacked}, and {str(error).partition(':')[0]}",))
    search = _Search(videos, boxes, detection, detector, data_dir, on_progress)
    search.look(video.video for video in others)
    detected = search.boxes.detected
    return replace(
        search.boxes,
        notes=(f"{lacked}: {detection.detector} looked for faces in them",),
        warnings=size_warnings(
            [
                ([given[name] for name in video.boxes_of if name in given], detected[video.video])
                for video in others
                if video.video in detected
            ],
            detection.detector,
        ),
    )


class _Search:
    """A search for faces in the videos of a set, with the boxes and bad videos so far."""

    def __init__(
        self,
        videos: VideoSet,
        boxes: SetBoxes,
        detection: Detection,
        detector: Detector,
        data_dir: Path,
        on_progress: OnProgress | None,
    ):
        self.videos = {video.video: video for video in videos.videos}
        self.root = videos.root
        self.boxes = replace(boxes, reach=max(REACH, detection.every))
        self.every = detection.every
        self.detector = detector
        self.store = detection.store(data_dir, videos.root)
        self.on_progress = on_progress
        self.bad: dict[str, str] = {}
        self.done = 0

    def lacks_frames(self, name: str) -> bool:
        """Return whether a frame of a video has no box so far."""
        return self.boxes.lacks_frames(self.videos[name])

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
        faces = {name: detected.faces[name] for name in wanted if name in detected.faces}
        self.boxes = replace(self.boxes, detected={**self.boxes.detected, **faces})
        self.bad |= detected.bad
        self.done += len(wanted)

    def _versions(self, video: Video) -> list[Path]:
        return [*find_versions(self.root, video.better), self.root / video.file.name]

    def _tell(self, done: int, total: int) -> None:
        if self.on_progress is not None:
            self.on_progress(self.done + done, self.done + total)


def _load_detector(videos: VideoSet, detection: Detection) -> Detector:
    try:
        return load_detector(detection.detector)
    except DetectorError as error:
        root = videos.root
        extracted = any((root / video.file.name).is_dir() for video in videos.videos)
        crops = (
            "; if its frames are face crops already, prepare them with python -m "
            "data_prep.deepfakebench, which looks for no faces"
        )
        raise DetectorError(
            f"{root} has no {BOXES_FILE}, and {error}{crops if extracted else ''}"
        ) from error


def _no_face(detection: Detection, video: Path) -> str:
    looks = looked_at(record_numbers(frame_numbers(video)), detection.every)
    return f"{NO_FACE} by {detection.detector} in {count_text(len(looks), 'frame')}"


def _check_enough(videos: VideoSet, lacking: Mapping[str, str]) -> None:
    """Check, before any picture is cropped, that the videos with faces are a set."""
    try:
        check_classes_and_splits(
            (video for video in videos.videos if video.video not in lacking),
            videos.root,
            trained=any(video.split == "train" for video in videos.videos),
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
        note += f"; {by_own} forgeries by their own, for no target serves them"
    return note
