"""The videos of a set on their way into records, and what the data card should say of them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data_prep.faces.boxes import first_with_boxes
from data_prep.faces.carried_regions import Shares, in_crop
from data_prep.faces.crop import Square
from data_prep.faces.regions import FaceRegions
from data_prep.media.video import BadVideoError
from data_prep.prepared.card import Seen
from data_prep.running.in_order import in_order
from data_prep.running.pieces import Pieces
from data_prep.running.preparation import OnProgress, Preparation, Sample
from data_prep.schema import FAKE, REAL_METHOD, SPLITS
from data_prep.videos.crops import Faces, read_faces, read_squares
from data_prep.videos.detection.whole_set import SetBoxes
from data_prep.videos.options import VideoOptions
from data_prep.videos.ready_crops import read_ready_crops, read_ready_squares
from data_prep.videos.video_set import Video, VideoSet

# A video's pictures wait in memory until it is their turn: some 4 MB at 32 pictures of 256 x 256.
_VIDEOS_AT_ONCE = 16
_NAMED = 5


@dataclass
class VideoCrops:
    """The face crops of a set of videos, and what became of their masks.

    Attributes:
        videos: the set to be.
        boxes: where the faces are.
        options: how many pictures of each, how large, and how many videos may be left out.
        bad_masks: (video, reason) of those whose mask video was left aside.
        beyond_masks: of each video with forged pictures beyond the end of its mask video, how many.
    """

    videos: VideoSet
    boxes: SetBoxes
    options: VideoOptions
    bad_masks: list[tuple[str, str]] = field(default_factory=list)
    beyond_masks: list[int] = field(default_factory=list)

    def preparation(
        self, pieces: Pieces[Faces], on_progress: OnProgress | None
    ) -> Preparation[Video, Faces]:
        """Return the preparation of the set: a video is an item."""
        by_split = {split: [] for split in SPLITS}
        for video in self.videos.videos:
            by_split[video.split].append(video)
        return Preparation(
            root=self.videos.root,
            sizes={split: len(videos) for split, videos in by_split.items()},
            items=by_split.__getitem__,
            name=lambda video: video.video,
            read=self._read,
            samples=self._samples,
            kind="videos",
            skip_limit=self.options.skip_limit,
            pieces=pieces,
            ahead=_VIDEOS_AT_ONCE,
            on_progress=on_progress,
        )

    def regions(self, regions: FaceRegions) -> dict[str, Shares]:
        """Return the face regions of every picture in which any are known, in its crop, by its key.

        The squares are found again from boxes and videos, so this serves a set that was prepared
        before there were regions too.
        """
        known = [
            video
            for video in self.videos.videos
            if any(other in regions.videos for other in video.boxes_of)
        ]
        return {
            _key(video, frame): in_crop(outlines, square)
            for video, squares in in_order(self._squares, known)
            for frame, square in squares
            if (outlines := regions.of_frame(video.boxes_of, frame)) is not None
        }

    def notes(self) -> list[str]:
        """Return what the data card should say of the masks."""
        notes = []
        without = [video for video in self.videos.videos if video.label == FAKE and not video.mask]
        if without:
            methods = ", ".join(sorted({video.method for video in without}))
            masks = "masks" if self.videos.ready else "mask video"
            notes.append(f"{len(without)} forged videos have no {masks} ({methods})")
        if self.beyond_masks:
            lacking = (
                "none has their names"
                if self.videos.ready
                else "their mask videos are shorter than they are"
            )
            notes.append(
                f"{sum(self.beyond_masks)} pictures of {len(self.beyond_masks)} forged videos have "
                f"no mask: {lacking}"
            )
        return notes

    def warnings(self) -> list[str]:
        """Return what should be looked at: mask videos that cannot be used."""
        if not self.bad_masks:
            return []
        named = "; ".join(f"{video}: {reason}" for video, reason in self.bad_masks[:_NAMED])
        return [f"{len(self.bad_masks)} mask videos cannot be used and were left aside ({named})"]

    def _read(self, video: Video) -> Faces:
        if video.video in self.boxes.lacking:
            raise BadVideoError(self.boxes.lacking[video.video])
        file = self.videos.root / video.file.name
        masks = self.videos.root / video.mask.name if video.mask else None
        taken = (self._frames(video), self.options.size, self._part(video))
        if self.videos.ready:
            return read_ready_crops(file, video.frames, masks, *taken)
        return read_faces(file, masks, first_with_boxes(self.boxes.boxes, video.boxes_of), *taken)

    def _samples(self, video: Video, faces: Faces) -> Iterator[Sample]:
        if faces.bad_masks is not None:
            self.bad_masks.append((video.video, faces.bad_masks))
        if faces.beyond_masks:
            self.beyond_masks.append(faces.beyond_masks)
        for frame, face in faces.faces.items():
            seen = Seen(
                key=_key(video, frame),
                split=video.split,
                label=video.label,
                group=video.group,
                file_sha256=face.content_sha256,
                pixels_sha256=face.pixels_sha256,
                perceptual_hash=face.perceptual_hash,
                method=video.method,
                compression=self.videos.compression,
            )
            yield Sample(seen, face.image, video.video, frame, face.mask)

    def _squares(self, video: Video) -> list[tuple[int, Square]]:
        """Return frame and square of every picture of a video; none of one that is left out."""
        if video.video in self.boxes.lacking:
            return []
        file = self.videos.root / video.file.name
        taken = (self._frames(video), self._part(video))
        try:
            if self.videos.ready:
                ready = read_ready_squares(file, video.frames, *taken)
                return [(frame, square) for frame, _, square in ready]
            return read_squares(file, first_with_boxes(self.boxes.boxes, video.boxes_of), *taken)
        except BadVideoError:
            return []

    def ready_squares(self, video: Video) -> list[tuple[str, Path, Square]]:
        """Return key, file and square of every picture of a video of ready crops."""
        folder = self.videos.root / video.file.name
        try:
            taken = read_ready_squares(folder, video.frames, self._frames(video), self._part(video))
        except BadVideoError:
            return []
        return [(_key(video, frame), path, square) for frame, path, square in taken]

    def _frames(self, video: Video) -> int:
        return self.options.frames if video.label == FAKE else self.options.frames_of_originals

    def _part(self, video: Video) -> tuple[int, int]:
        """Return which frames are taken: the forgeries of a target share its frames."""
        if video.label != FAKE:
            return 0, 1
        forging = [method for method in self.videos.methods if method != REAL_METHOD]
        turn = forging.index(video.method) + zlib.crc32(video.target.encode())
        return turn % len(forging), len(forging)


def _key(video: Video, frame: int) -> str:
    return f"{video.video}/{frame:04d}"
