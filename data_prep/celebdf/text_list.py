"""The official list of test videos: `1 YouTube-real/00170.mp4`, in which 1 stands for real."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from data_prep.celebdf.names import FOLDERS, read_path
from data_prep.checks.complete import PreparationError
from data_prep.schema import FAKE, REAL
from data_prep.source.text_files import read_text

_LABELS: Mapping[str, int] = {"1": REAL, "0": FAKE}


class ListedVideo(NamedTuple):
    """A line of a list.

    Attributes:
        line: from 1.
        number: the label as it stands there.
        label: what it means: real 0, fake 1.
        folder: the official folder.
        video: `YouTube-real/00170`.
    """

    line: int
    number: str
    label: int
    folder: str
    video: str


def read_text_list(path: Path) -> Iterator[ListedVideo]:
    """Yield the lines of the list.

    Raises:
        PreparationError: it is not UTF-8, or a line has another form.
    """
    for line, text in enumerate(read_text(path).splitlines(), start=1):
        if not text.strip():
            continue
        number, _, name = text.strip().partition(" ")
        named = read_path(name.strip())
        if named is None or number not in _LABELS:
            raise PreparationError(
                f"{path}, line {line}: {text.strip()!r} is not 1 (real) or 0 (fake) and a video of "
                f"{', '.join(FOLDERS)}, such as `1 YouTube-real/00170.mp4`"
            )
        yield ListedVideo(line, number, _LABELS[number], *named)
