"""A list of test videos as CSV, `,filename,label`, in which 0 stands for real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data_prep.celebdf.names import FOLDERS, read_bare_name, read_path
from data_prep.celebdf.text_list import ListedVideo
from data_prep.checks.complete import PreparationError
from data_prep.videos.label_rows import read_label_rows


def read_csv_list(path: Path) -> Iterator[ListedVideo]:
    """Yield the rows of the list, where a column names splits those of the test.

    Raises:
        PreparationError: it is no such CSV, or a row names no video in an official folder.
    """
    for row in read_label_rows(path):
        if row.split not in ("", "test"):
            continue
        named = read_path(row.name) or read_bare_name(row.name)
        if named is None:
            raise PreparationError(
                f"{path}, line {row.line}: {row.name!r} is no video of {', '.join(FOLDERS)}, such "
                "as YouTube-real/00170.mp4"
            )
        yield ListedVideo(row.line, str(row.label), row.label, *named)
