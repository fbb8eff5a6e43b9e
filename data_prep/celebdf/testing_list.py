"""The list of test videos: found, read in either form, and checked against the folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from data_prep.celebdf.csv_list import read_csv_list
from data_prep.celebdf.names import FOLDERS
from data_prep.celebdf.text_list import read_text_list
from data_prep.checks.complete import PreparationError
from data_prep.schema import LABELS
from data_prep.source.listing import ListedFile
from data_prep.videos.label_rows import refuse_contradictions
from data_prep.videos.listing import find_file

LIST_FILE = "List_of_testing_videos.txt"


class TestingList(NamedTuple):
    """The videos of the test.

    Attributes:
        videos: `YouTube-real/00170` -> its line in the list, from 1.
        file: the list.
    """

    videos: Mapping[str, int]
    file: ListedFile


def read_testing_list(root: Path) -> TestingList:
    """Read the list of the resolved folder `root`: the official one, or the one CSV there.

    Raises:
        PreparationError: it is missing or empty, or a line has another form, contradicts its
            folder, or names a video twice; the text names the line.
    """
    file = find_file(root, LIST_FILE) or _find_csv(root)
    path = root / file.name
    is_text = file.name == LIST_FILE
    rows = read_text_list(path) if is_text else read_csv_list(path)
    videos: dict[str, int] = {}
    contradictions = []
    for row in rows:
        if row.video in videos:
            raise PreparationError(
                f"{path}, line {row.line}: {row.video} stands in line {videos[row.video]} already"
            )
        videos[row.video] = row.line
        if row.label != FOLDERS[row.folder]:
            contradictions.append(
                f"line {row.line}: {row.video} is said to be {LABELS[row.label]} ({row.number}), "
                f"but {row.folder} holds {LABELS[FOLDERS[row.folder]]} videos"
            )
    refuse_contradictions(
        path, contradictions, "1 is real and 0 is fake" if is_text else "0 is real and 1 is fake"
    )
    if not videos:
        raise PreparationError(f"{path} lists no videos: get it again")
    return TestingList(videos, file)


def _find_csv(root: Path) -> ListedFile:
    names = sorted(path.name for path in root.glob("*.csv") if not path.name.startswith("."))
    files = [file for name in names if (file := find_file(root, name))]
    if len(files) != 1:
        raise PreparationError(
            f"{root} has no {LIST_FILE}: the official list of test videos, lines such as "
            "`1 YouTube-real/00170.mp4` (1 is real), belongs beside its folders, or in its place "
            f"one CSV with the columns filename,label (0 is real); there are {len(files)} CSV files"
        )
    return files[0]
