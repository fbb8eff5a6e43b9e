"""What a video takes before any face is looked for: `python -m experiments.measuring.decoding`.

Arguments are the file, and 0 to decode it alone, or n to give every n-th frame as RGB too.
"""

import itertools
import sys
from pathlib import Path

from data_prep.limits import VIDEO_PIXELS
from data_prep.media.containers import opened
from data_prep.media.streaming import stream_frames


def decode(path: Path) -> int:
    """Decode a video; return its number of frames."""
    with opened(path, VIDEO_PIXELS) as (container, stream):
        return sum(1 for _ in container.decode(stream))


def show(path: Path, every: int) -> int:
    """Decode a video and convert every n-th frame; return how many these are."""
    return sum(1 for _ in stream_frames(path, itertools.count(0, every)))


if __name__ == "__main__":
    file, step = Path(sys.argv[1]), int(sys.argv[2])
    print(show(file, step) if step else decode(file))
