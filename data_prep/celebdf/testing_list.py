"""The official list of test videos, in which 1 stands for real."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from data_prep.celebdf.names import FOLDERS
from data_prep.checks.complete import PreparationError
from data_prep.schema import FAKE, LABELS, REAL
from data_prep.source.listing import ListedFile
from data_prep.videos.listing import VIDEO_SUFFIX, find_file

LIST_FILE = "List_of_testing_videos.txt"
_LABELS: Mapping[str, int] = {"1": REAL, "0": FAKE}


class TestingList(NamedTuple):
    """The videos of the test.

    Attributes:
        videos: `YouTube-real/00170` -> its line in the list, from 1.
        file: the list.
    """

    videos: Mapping[str, int]
    file: ListedFile


def read_testing_list(root: Path) -> TestingList:
    """Read the list of the resolved folder `root`.

    Raises:
        PreparationError: it is missing or empty, or a line has another form, contradicts its
            folder, or names a video twice; the text names the line.
    """
    file = find_file(root, LIST_FILE)
    if file is None:
        raise PreparationError(
            f"{root} has no {LIST_FILE}: the official list of test videos, lines such as "
            "`1 YouTube-real/00170.mp4` (1 is real), belongs beside its folders"
        )
    path = root / LIST_FILE
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise PreparationError(f"{path} is not UTF-8 text: save it as UTF-8 ({error})") from None
    videos: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        video = _video(line, where)
        if video in videos:
            raise PreparationError(f"{where}: {video} stands in line {videos[video]} already")
        videos[video] = number
    if not videos:
        raise PreparationError(f"{path} lists no videos: get it again")
    return TestingList(videos, file)


def _video(line: str, where: str) -> str:
    """Return the video that a line names, without suffix."""
    number, _, path = line.strip().partition(" ")
    folder, _, name = path.strip().partition("/")
    label = _LABELS.get(number)
    stem = name.removesuffix(VIDEO_SUFFIX)
    if label is None or folder not in FOLDERS or not stem or stem == name or "/" in name:
        raise PreparationError(
            f"{where}: {line.strip()!r} is not 1 (real) or 0 (fake) and a video of "
            f"{', '.join(FOLDERS)}, such as `1 YouTube-real/00170.mp4`"
        )
    if label != FOLDERS[folder]:
        raise PreparationError(
            f"{where}: {path.strip()} is said to be {LABELS[label]} ({number}), but {folder} holds "
            f"{LABELS[FOLDERS[folder]]} videos; in this list 1 is real and 0 is fake"
        )
    return f"{folder}/{stem}"
