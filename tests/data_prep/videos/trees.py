"""Small videos in any layout, with a box for each frame."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from data_prep.faces.boxes import write_face_boxes
from data_prep.media.video import write_video
from tests.data_prep.videos.pixels import FRAMES, frames_of

BOX = (8, 10, 20, 16)


def write_videos(
    root: Path, videos: Sequence[str], *, boxes_of: Sequence[str], frames: Mapping[str, int]
) -> Path:
    """Writes the videos, lossless, and `face_boxes.json` for some of them.

    Args:
        root: a folder.
        videos: `folder/name`, the file's path without suffix.
        boxes_of: those that get boxes.
        frames: video -> number of frames, where it is not `FRAMES`.
    """
    for video in videos:
        path = root / f"{video}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_video(path, frames_of(video, frames.get(video, FRAMES)), crf=0)
    boxes = {video: [BOX] * frames.get(video, FRAMES) for video in boxes_of}
    write_face_boxes(root / "face_boxes.json", boxes)
    return root
