"""Where the faces of a set of videos are, and which boxes serve which video."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from data_prep.faces.boxes import Box, Faces, has_box
from data_prep.media.video import BadVideoError
from data_prep.videos.evidence import REACH, boxes_of_frames
from data_prep.videos.video_set import Video, VideoSet


@dataclass(frozen=True)
class SetBoxes:
    """Where the faces are.

    Attributes:
        files: the file or folder of each video of the set.
        masks: video -> the masks that show which of its faces is forged: its own, or those of a
            forgery of the same target.
        given: video -> the faces in it by a file; those of a target serve its forgeries.
        detected: likewise those that were detected.
        lacking: video -> why there are none, where that is known already.
        notes: what the data card should say of it.
        warnings: what it should warn of.
        reach: see `data_prep.faces.boxes.FaceTrack`.
    """

    files: Mapping[str, Path]
    masks: Mapping[str, Path] = field(default_factory=dict)
    given: Mapping[str, Faces] = field(default_factory=dict)
    detected: Mapping[str, Faces] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    reach: int = REACH

    def of_frames(self, video: Video) -> list[Box | None]:
        """Return the box of each frame of a video, None where none is known.

        Boxes of a file come first, the video's own before its target's. Of detected ones the
        target's come first: nothing in the crop's place can tell the label then.

        Raises:
            BadVideoError: see `data_prep.videos.evidence.boxes_of_frames`.
        """
        own, *targets = video.boxes_of
        named = [(self.given, name) for name in (own, *targets)]
        named += [(self.detected, name) for name in (*targets, own)]
        sources = [(boxes[name], self.files.get(name)) for boxes, name in named if name in boxes]
        masks = self.masks.get(video.video)
        return boxes_of_frames(self.files[video.video], sources, self.reach, masks)

    def lacks_frames(self, video: Video) -> bool:
        """Return whether a frame of a video has no box, as one that cannot be read."""
        named = [name for name in video.boxes_of if name in self.given or name in self.detected]
        if not any(self.files[name].is_dir() for name in {video.video, *named} & self.files.keys()):
            return not any(has_face(faces, named) for faces in (self.given, self.detected))
        try:
            return None in self.of_frames(video)
        except BadVideoError:
            return True


def boxes_of_set(videos: VideoSet, given: Mapping[str, Faces] | None = None) -> SetBoxes:
    """Return the boxes of a set that a file gives; those of none by default."""
    masks: dict[str, Path] = {}
    for video in videos.videos:
        if video.mask is not None:
            for name in video.boxes_of[1:]:
                masks.setdefault(name, videos.root / video.mask.name)
    shown = {
        video.video: videos.root / video.mask.name
        if video.mask is not None
        else next((masks[name] for name in video.boxes_of if name in masks), None)
        for video in videos.videos
    }
    return SetBoxes(
        {video.video: videos.root / video.file.name for video in videos.videos},
        {name: path for name, path in shown.items() if path is not None},
        given or {},
    )


def has_face(faces: Mapping[str, Faces], videos: Iterable[str]) -> bool:
    """Return whether a face is known in one of the videos."""
    return any(has_box(faces[video][0]) for video in videos if video in faces)
