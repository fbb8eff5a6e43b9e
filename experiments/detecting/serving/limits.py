"""What is taken of a browser at most."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of uploads.

    Attributes:
        uploads: at once, those that wait for their turn too.
        file_bytes: of one.
        pixels: of a picture or of a frame, width times height.
        video_seconds: of playing.
        upload_seconds: that one may take to arrive.
        silent_seconds: that the process which looks at files may go without progress.
    """

    uploads: int = 4
    file_bytes: int = 200_000_000
    pixels: int = 40_000_000
    video_seconds: float = 120.0
    upload_seconds: float = 120.0
    silent_seconds: float = 120.0
