"""Sets of videos: what every one of them goes through on its way into records.

A data set's own package says which videos there are (`Video`, `VideoSet`): their labels, methods,
splits and groups. What follows is the same for all: the files are listed without leaving the source
folder (`listing`), its face boxes are found (`source`), evenly spaced frames are read and cropped
(`crops`, `records`), and records and data card are written once (`prepare_videos`).
"""

from typing import TYPE_CHECKING, Any

from data_prep.schema import REAL_METHOD
from data_prep.videos.options import VideoOptions
from data_prep.videos.video_set import Video, VideoSet

if TYPE_CHECKING:
    from data_prep.videos.prepare import prepare_videos

__all__ = ["REAL_METHOD", "Video", "VideoOptions", "VideoSet", "prepare_videos"]


def __getattr__(name: str) -> Any:
    """Import preparation only when it is asked for: to follow faces needs none of it."""
    if name == "prepare_videos":
        from data_prep.videos.prepare import prepare_videos

        return prepare_videos
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
