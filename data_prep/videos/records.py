"""The videos of a set on their way into records, and what was found on the way."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from data_prep.checks.complete import PreparationError, check_skipped
from data_prep.faces.boxes import first_with_boxes
from data_prep.faces.carried_regions import Shares, in_crop
from data_prep.faces.crop import Square
from data_prep.faces.regions import FaceRegions
from data_prep.media.video import BadVideoError
from data_prep.prepared.card import Seen
from data_prep.running.in_order import in_order
from data_prep.running.unfinished import Kept
from data_prep.schema import FAKE, REAL_METHOD, record
from data_prep.videos.crops import Face, Faces, read_faces, read_squares
from data_prep.videos.detection.whole_set import SetBoxes
from data_prep.videos.options import VideoOptions
from data_prep.videos.video_set import Video, VideoSet

# A video's pictures wait in memory until it is their turn: some 4 MB at 32 pictures of 256 x 256.
_VIDEOS_AT_ONCE = 16
_NAMED = 5


@dataclass
class Reading:
    """Reads the videos of a set, split by split.

    Attributes:
        videos: the set to be.
        boxes: where the faces are.
        options: how many pictures of each, how large, and how many videos may be left out.
        kept: the videos that an interrupted preparation of this very set has done.
        on_progress: called with (videos done, videos in all).
        seen: what was written.
        skipped: (video, reason) of those left out.
        bad_masks: (video, reason) of those whose mask video was left aside.
        beyond_masks: forged pictures beyond the end of their mask video.
        videos_beyond_masks: the videos these are of.
        done: videos done.
    """

    videos: VideoSet
    boxes: SetBoxes
    options: VideoOptions
    kept: Kept[Faces]
    on_progress: Callable[[int, int], None] | None = None
    seen: list[Seen] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    bad_masks: list[tuple[str, str]] = field(default_factory=list)
    beyond_masks: int = 0
    videos_beyond_masks: int = 0
    done: int = 0

    def records(self, split: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yields (key, record) of one split; a bad video is left out, up to the limit.

        Raises:
            PreparationError: more videos than the limit cannot be used, or none of the split can.
        """
        videos = [video for video in self.videos.videos if video.split == split]
        before = len(self.seen)
        for video, faces in _in_order_by_parts(self._read, videos):
            if isinstance(faces, BadVideoError):
                self.skipped.append((video.video, str(faces)))
                check_skipped(self.skipped, self.options.skip_limit, "videos")
            else:
                self._note_masks(video, faces)
                for face in faces.faces:
                    key = _key(video, face.frame)
                    self.seen.append(_seen(key, video, face, self.videos.compression))
                    yield key, self._record(key, video, face)
            self.done += 1
            if self.on_progress is not None:
                self.on_progress(self.done, len(self.videos.videos))
        if len(self.seen) == before:
            name, reason = self.skipped[-1]
            raise PreparationError(
                f"the split {split} of {self.videos.root} is empty: none of its {len(videos)} "
                f"videos can be used, for example {name}: {reason}"
            )

    def regions(self, regions: FaceRegions) -> dict[str, Shares]:
        """The face regions of every picture in which any are known, in its crop, by its key.

        The squares are found again from boxes and videos, so this serves a set that was prepared
        before there were regions too.
        """
        known = [
            video
            for video in self.videos.videos
            if any(other in regions.videos for other in video.boxes_of)
        ]
        found = {}
        for video, squares in in_order(self._squares, known):
            for frame, square in squares:
                of = regions.of_frame(video.boxes_of, frame)
                if of is not None:
                    found[_key(video, frame)] = in_crop(of, square)
        return found

    def notes(self) -> list[str]:
        """What the data card should say of the masks."""
        notes = []
        without = [video for video in self.videos.videos if video.label == FAKE and not video.mask]
        if without:
            methods = ", ".join(sorted({video.method for video in without}))
            notes.append(f"{len(without)} forged videos have no mask video ({methods})")
        if self.beyond_masks:
            notes.append(
                f"{self.beyond_masks} pictures of {self.videos_beyond_masks} forged videos have no "
                "mask: their mask videos are shorter than they are"
            )
        return notes

    def warnings(self) -> list[str]:
        """What should be looked at: mask videos that cannot be used."""
        if not self.bad_masks:
            return []
        named = "; ".join(f"{video}: {reason}" for video, reason in self.bad_masks[:_NAMED])
        return [f"{len(self.bad_masks)} mask videos cannot be used and were left aside ({named})"]

    def _read(self, video: Video) -> Faces | BadVideoError:
        if video.video in self.boxes.lacking:
            return BadVideoError(self.boxes.lacking[video.video])
        try:
            return self.kept.get_or(video.video, lambda: self._faces(video))
        except BadVideoError as error:
            return error

    def _faces(self, video: Video) -> Faces:
        return read_faces(
            self.videos.root / video.file.name,
            self.videos.root / video.mask.name if video.mask else None,
            first_with_boxes(self.boxes.boxes, video.boxes_of),
            self._frames(video),
            self.options.size,
            self._part(video),
        )

    def _squares(self, video: Video) -> list[tuple[int, Square]]:
        """Frame and square of every picture of a video; none of one that is left out."""
        if video.video in self.boxes.lacking:
            return []
        boxes = first_with_boxes(self.boxes.boxes, video.boxes_of)
        file = self.videos.root / video.file.name
        try:
            return read_squares(file, boxes, self._frames(video), self._part(video))
        except BadVideoError:
            return []

    def _frames(self, video: Video) -> int:
        return self.options.frames if video.label == FAKE else self.options.frames_of_originals

    def _part(self, video: Video) -> tuple[int, int]:
        """Which frames are taken: the forgeries of a target share its frames between them."""
        if video.label != FAKE:
            return 0, 1
        forging = [method for method in self.videos.methods if method != REAL_METHOD]
        turn = forging.index(video.method) + zlib.crc32(video.target.encode())
        return turn % len(forging), len(forging)

    def _note_masks(self, video: Video, faces: Faces) -> None:
        if faces.bad_masks is not None:
            self.bad_masks.append((video.video, faces.bad_masks))
        self.beyond_masks += faces.beyond_masks
        self.videos_beyond_masks += faces.beyond_masks > 0

    def _record(self, key: str, video: Video, face: Face) -> dict[str, Any]:
        return record(
            key=key,
            image=face.image,
            label=video.label,
            method=video.method,
            group=video.group,
            video=video.video,
            frame=face.frame,
            compression=self.videos.compression,
            mask=face.mask,
        )


def _key(video: Video, frame: int) -> str:
    return f"{video.video}/{frame:04d}"


def _in_order_by_parts(
    work: Callable[[Video], Faces | BadVideoError], videos: Sequence[Video]
) -> Iterator[tuple[Video, Faces | BadVideoError]]:
    """`in_order` on a few videos at a time, which bounds the pictures that wait in memory."""
    waiting = iter(videos)
    while part := list(islice(waiting, _VIDEOS_AT_ONCE)):
        yield from in_order(work, part)


def _seen(key: str, video: Video, face: Face, compression: str) -> Seen:
    return Seen(
        key=key,
        split=video.split,
        label=video.label,
        group=video.group,
        file_sha256=face.content_sha256,
        pixels_sha256=face.pixels_sha256,
        perceptual_hash=face.perceptual_hash,
        method=video.method,
        compression=compression,
    )
