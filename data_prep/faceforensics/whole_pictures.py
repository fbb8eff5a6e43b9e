"""Are extracted frames whole pictures of the video, or face crops that were cut before?"""

from __future__ import annotations

from dataclasses import replace

from data_prep.checks.complete import PreparationError
from data_prep.faces.boxes import BOXES_FILE
from data_prep.media.video import BadVideoError
from data_prep.videos.frames import read_frames
from data_prep.videos.landmarks import find_landmarks
from data_prep.videos.listing import find_file
from data_prep.videos.video_set import VideoSet

OPTION = "--whole_pictures"


def check_whole_pictures(videos: VideoSet) -> VideoSet:
    """Check that frames in folders are whole pictures, in which faces can be looked for.

    Landmarks beside a folder of frames show that they are face crops. Where only their square form
    could mean so, and no boxes say where faces are, the set gets a note of how they are read.

    Raises:
        PreparationError: they are face crops.
    """
    folders = [video for video in videos.videos if (videos.root / video.file.name).is_dir()]
    for video in folders:
        landmarks = find_landmarks(videos.root, video.file.name)
        if landmarks is not None:
            raise PreparationError(
                f"{videos.root}: the frames of {video.video} are face crops already, since "
                f"landmarks lie beside them ({landmarks.name}): prepare them with python -m "
                "data_prep.deepfakebench, which looks for no faces, or say by "
                f"{OPTION} that they are whole pictures"
            )
    if not folders or find_file(videos.root, BOXES_FILE):
        return videos
    try:
        height, width = next(read_frames(videos.root / folders[0].file.name, [0])).shape[:2]
    except BadVideoError:
        return videos
    if height != width:
        return videos
    note = (
        f"extracted frames are taken for whole pictures, in which faces are looked for, though "
        f"they are square ({width} x {height}): if they are face crops, prepare them with "
        f"data_prep.deepfakebench; {OPTION} leaves this note out"
    )
    return replace(videos, notes=(*videos.notes, note))
