"""The videos of a set on their way into records, and what the data card should say of them."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data_prep.checks.complete import warn_not_forged
from data_prep.faces.carried_regions import Shares, in_crop
from data_prep.faces.crop import Square
from data_prep.faces.regions import FaceRegions
from data_prep.media.video import BadVideoError
from data_prep.prepared.card import Seen
from data_prep.running.in_order import in_order
from data_prep.running.pieces import Pieces
from data_prep.running.preparation import OnProgress, Preparation, Sample
from data_prep.schema import FAKE, REAL_METHOD, SPLITS
from data_prep.source.frame_names import Frame, record_numbers
from data_prep.videos.crops import Faces, read_faces, read_squares
from data_prep.videos.detection.set_boxes import SetBoxes
from data_prep.videos.evidence import by_frame
from data_prep.videos.frames import frame_numbers, numbers_in
from data_prep.videos.header_remarks import HeaderRemarks
from data_prep.videos.options import VideoOptions
from data_prep.videos.ready_crops import read_ready_crops, read_ready_squares
from data_prep.videos.video_set import Video, VideoSet

# A video's pictures wait in memory until it is their turn: some 4 MB at 32 pictures of 256 x 256.
_VIDEOS_AT_ONCE = 16
_NAMED = 5

_LOG = logging.getLogger(__name__)


@dataclass
class VideoCrops:
    """The face crops of a set of videos, and what became of their masks.

    Attributes:
        videos: the set to be.
        boxes: where the faces are.
        options: how many pictures of each, how large, and how many videos may be left out.
        bad_masks: (video, reason) of those whose mask video was left aside.
        beyond_masks: of each video with forged pictures that have no mask, how many.
        not_forged: keys of the pictures whose mask has no pixel in their crop.
        recounted: (video, step) of those whose masks are counted from another number.
        without_box: (video, number) of those with frames that were left out.
        headers: what the headers of the videos say, counted.
    """

    videos: VideoSet
    boxes: SetBoxes
    options: VideoOptions
    bad_masks: list[tuple[str, str]] = field(default_factory=list)
    beyond_masks: list[int] = field(default_factory=list)
    not_forged: list[str] = field(default_factory=list)
    recounted: list[tuple[str, int]] = field(default_factory=list)
    without_box: list[tuple[str, int]] = field(default_factory=list)
    headers: HeaderRemarks = field(default_factory=HeaderRemarks)

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

        def crops(video: Video) -> dict[str, Shares]:
            return self._regions(video, regions)

        return {
            key: crop for _, of_video in in_order(crops, known) for key, crop in of_video.items()
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
                else "their masks are shorter than they are, or lack these frames"
            )
            notes.append(
                f"{sum(self.beyond_masks)} pictures of {len(self.beyond_masks)} forged videos have "
                f"no mask: {lacking}"
            )
        if self.recounted:
            named = ", ".join(f"{step:+} in {video}" for video, step in self.recounted[:_NAMED])
            notes.append(
                f"the masks of {len(self.recounted)} videos are as many as their frames, but "
                f"counted from another number ({named}): the first mask was taken for that of the "
                "first frame, and so on"
            )
        return notes + self.headers.notes()

    def warnings(self) -> list[str]:
        """Return what should be looked at: masks that cannot be used, and frames without a face."""
        warnings = []
        if self.bad_masks:
            named = "; ".join(f"{video}: {reason}" for video, reason in self.bad_masks[:_NAMED])
            warnings.append(
                f"{len(self.bad_masks)} mask videos cannot be used and were left aside ({named})"
            )
        warnings += warn_not_forged(self.not_forged)
        if self.without_box:
            frames = sum(number for _, number in self.without_box)
            named = ", ".join(f"{number} of {video}" for video, number in self.without_box[:_NAMED])
            warnings.append(
                f"{frames} frames of {len(self.without_box)} videos were left out, for no face box "
                f"is known at their number ({named}): add their boxes, or have a face detector, "
                "remove this prepared set and prepare it anew"
            )
        return warnings + self.headers.warnings()

    def _read(self, video: Video) -> Faces:
        if video.video in self.boxes.lacking:
            raise BadVideoError(self.boxes.lacking[video.video])
        file = self.boxes.files[video.video]
        masks = self.videos.root / video.mask.name if video.mask else None
        taken = (self._frames(video), self.options.size, self._part(video))
        if self.videos.ready:
            return read_ready_crops(file, video.frames, masks, *taken)
        return read_faces(file, masks, self.boxes.of_frames(video), *taken, self._like(video))

    def _samples(self, video: Video, faces: Faces) -> Iterator[Sample]:
        self.headers.add(video.label, faces.remarks)
        if faces.bad_masks is not None:
            self.bad_masks.append((video.video, faces.bad_masks))
        if faces.mask_step:
            self.recounted.append((video.video, faces.mask_step))
        if faces.beyond_masks:
            self.beyond_masks.append(faces.beyond_masks)
        if faces.without_box:
            self.without_box.append((video.video, faces.without_box))
        if video.label == FAKE:
            self.not_forged += [_key(video, frame) for frame in faces.not_forged]
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

    def _regions(self, video: Video, regions: FaceRegions) -> dict[str, Shares]:
        """Return the face regions of a video's pictures; none of one that is left out."""
        if video.video in self.boxes.lacking:
            return {}
        files = self.boxes.files
        file = files[video.video]
        name = next(name for name in video.boxes_of if name in regions.videos)
        taken = (self._frames(video), self._part(video))
        try:
            if self.videos.ready:
                ready = read_ready_squares(file, video.frames, *taken)
                squares = [(frame, frame, square) for frame, _, square in ready]
            else:
                numbers = numbers_in(file, files.get(name))
                frames = record_numbers(frame_numbers(file))
                boxes, like = self.boxes.of_frames(video), self._like(video)
                squares = [
                    (frames[position], numbers[position], square)
                    for position, square in read_squares(file, boxes, *taken, like)
                ]
        except BadVideoError:
            return {}
        try:
            known = by_frame(regions.videos[name], files.get(name))
        except BadVideoError as error:
            _LOG.warning("the face regions of %s are left aside: %s", name, error)
            return {}
        return {
            _key(video, frame): in_crop(known[number], square)
            for frame, number, square in squares
            if number in known
        }

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

    def _like(self, video: Video) -> Sequence[Frame]:
        """Return the numbers of the target's frames, where both are extracted frames."""
        files = self.boxes.files
        target = next((files[name] for name in video.boxes_of[1:] if name in files), None)
        if target is None or not (target.is_dir() and files[video.video].is_dir()):
            return ()
        return frame_numbers(target)

    def _part(self, video: Video) -> tuple[int, int]:
        """Return which frames are taken: the forgeries of a target share its frames."""
        if video.label != FAKE:
            return 0, 1
        forging = [method for method in self.videos.methods if method != REAL_METHOD]
        turn = forging.index(video.method) + zlib.crc32(video.target.encode())
        return turn % len(forging), len(forging)


def _key(video: Video, frame: int) -> str:
    return f"{video.video}/{frame:04d}"
