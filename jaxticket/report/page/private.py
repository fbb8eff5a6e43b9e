"""What a page that is passed on must not say: paths, names of files, and so names of users."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from markupsafe import Markup, escape

from jaxticket.recipe import values
from jaxticket.report.page.parts import RunPart, StudyPart
from jaxticket.runs import RunRecord
from jaxticket.runs.notes import read_notes

PATH = re.compile(
    r"""(?<![\w/.)\]])(?:~|\.{1,2})?/[^\s"'<>,;:()]+"""  # /a/b, ~/a, ../a
    r"""|(?<!\w)[A-Za-z]:\\[^\s"'<>,;:()]+|\\\\[^\s"'<>,;:()]+"""  # C:\a, \\host\a
)
FILE = re.compile(
    r"""[^\s"'<>,;()]+\.(?:jpe?g|png|bmp|webp|tiff?|gif|mp4|avi|mkv|mov|webm|m4v|flv|ts)\b""",
    re.IGNORECASE,
)
INSTEAD = "[path]"


def without_paths(text: object) -> object:
    """Return a text without absolute paths and names of pictures and videos; others as they are."""
    if not isinstance(text, str) or isinstance(text, Markup):
        return text
    text = FILE.sub("[file]", PATH.sub(INSTEAD, text))
    return text.replace(f", from {INSTEAD}", "")


def without(page: str, private: Iterable[str]) -> str:
    """Return a page's HTML without these texts."""
    for text in sorted(private, key=len, reverse=True):
        page = page.replace(str(escape(text)), INSTEAD)
    return page


def private_of(runs: Sequence[RunPart], studies: Sequence[StudyPart]) -> set[str]:
    """Return the paths that are known of runs and studies, with spaces in them too.

    Raises:
        Damaged: the notes of a run cannot be read.
    """
    records = [part.run for part in runs]
    records += [run for study in studies for same in study.tickets.values() for run in same]
    paths = {str(Path.home()), *(str(study.path.resolve()) for study in studies)}
    for run in records:
        paths |= {str(run.path.resolve()), *_named(run)}
    return {path for path in paths if re.search(r"[^/\\][/\\]|[/\\][^/\\]", path)}


def _named(run: RunRecord) -> Iterable[str]:
    yield from (data.source for data in read_notes(run.path).data)
    yield from (value for value in values(run.recipe).values() if isinstance(value, str))
