"""The rows of all files joined: their columns as codes, and which are of one example."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import numpy as np

from data_prep.source.folder_names import SPLIT_FOLDERS
from experiments.auditing.codes import contradicting, joint, repeated, turn, with_both_labels
from experiments.auditing.reading import Table, shorten
from jaxticket.text import count_text

OF_AN_EXAMPLE = ("compression", "method", "video", "path", "frame")
"""Columns that together name an example, as far as all files have them."""

TEST, VALIDATION = "test", "validation"


class Rows:
    """The rows of all files, one array a column.

    Attributes:
        tables: of the files.
        remarks: what the reader has to know of how they were joined.
        file: int [N], the table of each row.
        rows: int [N], its number in the file.
        labels: int [N], real 0, fake 1.
        scores: float [N], as they stand in the file.
        codes: int [N] of every column, into `names`.
        names: the texts of every column.
        test: bool [N], whether it is audited.
        cell: int [N], its model, checkpoint and seed.
        base: int [N], the picture or video it is of.
        key: int [N], the example it is of.
    """

    def __init__(self, tables: Sequence[Table], files: str, video_folders: bool):
        self.tables = tables
        self.remarks: list[str] = []
        self.file = np.repeat(np.arange(len(tables)), [len(table.rows) for table in tables])
        self.rows = np.concatenate([table.rows for table in tables])
        self.labels = np.concatenate([table.labels for table in tables])
        self.scores = np.concatenate([table.scores for table in tables])
        self.codes: dict[str, np.ndarray] = {}
        self.names: dict[str, list[str]] = {}
        stems = dict.fromkeys(table.path.stem for table in tables)
        named = [t.path.stem if len(stems) == len(tables) else str(t.path) for t in tables]
        of_file = files.removesuffix("s")
        for role in dict.fromkeys([of_file, *(role for table in tables for role in table.codes)]):
            self._join(role, named if role == of_file else [""] * len(tables))
        for role in ("model", "seed", "checkpoint"):
            if role not in self.codes:
                text = "model" if role == "model" else ""
                self._set(role, np.zeros(len(self.file), int), [text])
        if video_folders:
            self._videos_of_folders()
        self.test = self._leave_out_other_splits()
        self.cell = joint([self.codes[role] for role in ("model", "checkpoint", "seed")])
        shared = [role for role in OF_AN_EXAMPLE if all(role in t.codes for t in tables)]
        if video_folders and "path" in shared:
            shared.append("video")
        parts = [self.codes[role] for role in dict.fromkeys(shared)]
        if not {"path", "video"} & {*shared}:
            first, other = (", ".join(t.columns.values()) for t in (tables[0], tables[-1]))
            raise ValueError(
                f"{tables[0].path} and {tables[-1].path} name their examples by other columns "
                f"({first}; {other}): both need path, or both video"
            )
        self.base = joint(parts)
        if not {"path", "frame"} & {*shared}:  # rows of a video are its frames, in their order
            order = turn(joint([self.cell, *parts, self.labels]))
            parts = [*parts, self.labels, order]
            if order.any() and self.cell.any():
                self.remarks.append(
                    "Frames of a video meet by their order, since no column path or frame tells "
                    "them apart."
                )
        self.key = joint(parts)

    def refuse_repeats(self) -> None:
        """Refuse an example that stands twice, or with two labels, groups or splits.

        Raises:
            ValueError: naming two rows.
        """
        if (pair := repeated(joint([self.cell, self.key]))) is not None:
            raise ValueError(
                f"{self.two(pair)} are of one example, {self.example(pair[0])}: leave one out, "
                "or say what they are by a column seed, model or checkpoint; if they are frames of "
                "one video, call that column video in place of path"
            )
        one_label = ~with_both_labels(self.cell, self.base, self.labels)
        for what, values, known in (("labels", self.labels, one_label), *self._attributes()):
            names = self.base if what == "labels" else self.key
            if (pair := contradicting(names, values, known)) is not None:
                one, two = (self.value(what, row) for row in pair)
                raise ValueError(
                    f"{self.two(pair)} give one example, {self.example(pair[0])}, two {what} "
                    f"({one} and {two}): mend one of them"
                )

    def _attributes(self) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Yield what an example has one of, its codes, and where it is known."""
        for role in ("video", "group", "split"):
            if role in self.codes:
                yield f"{role}s", self.codes[role], ~self.empty(role)

    def refuse_no_video(self, first: np.ndarray) -> None:
        """Refuse pictures without a video where others have one: they would all be of one.

        Raises:
            ValueError: naming the first of them.
        """
        empty = self.empty("video")[first]
        if empty.any():
            row = int(first[empty].min())
            raise ValueError(
                f"{count_text(int(empty.sum()), 'example')} of no video, such as row "
                f"{self.rows[row]} of {self.tables[self.file[row]].path}: name the video of each, "
                "or leave that column out"
            )

    def example(self, row: int) -> str:
        """Return the texts that name the example of a row."""
        roles = [role for role in ("method", "video", "path", "frame") if role in self.codes]
        return shorten(" ".join(self.names[role][self.codes[role][row]] for role in roles).strip())

    def value(self, what: str, row: int) -> str:
        """Return what a row says: its label, or the text of a column in the plural."""
        if what == "labels":
            return ("real", "fake")[self.labels[row]]
        role = what.removesuffix("s")
        return self.names[role][self.codes[role][row]] or "(empty)"

    def two(self, pair: tuple[int, int]) -> str:
        """Return where two rows stand."""
        places = [self.tables[self.file[row]].path for row in pair]
        if places[0] == places[1]:
            return f"{places[0]}: rows {self.rows[pair[0]]} and {self.rows[pair[1]]}"
        return (
            f"row {self.rows[pair[0]]} of {places[0]} and row {self.rows[pair[1]]} of {places[1]}"
        )

    def many_from_a_folder(self) -> str:
        """Return that folders hold several numbered pictures; nothing below three of them."""
        folders: dict[str, int] = {}
        for text in self.names["path"]:
            if re.search(r"\d", PurePosixPath(text).name) and (folder := folder_of(text)):
                folders[folder] = folders.get(folder, 0) + 1
        shared = [folder for folder, count in folders.items() if count > 1]
        if len(shared) < 3:
            return ""
        return f"{count_text(len(shared), 'folder')}, such as {shorten(shared[0])}, hold several"

    def empty(self, role: str) -> np.ndarray:
        """Return which rows have no text in a column; bool [N]."""
        return np.array([not name for name in self.names[role]])[self.codes[role]]

    def _join(self, role: str, otherwise: Sequence[str]) -> None:
        """Join a column of all files; `otherwise` is what it says in one that lacks it."""
        known: dict[str, int] = {}
        parts = []
        for table, text in zip(self.tables, otherwise, strict=True):
            texts = table.names.get(role, [text])
            new = np.array([known.setdefault(text, len(known)) for text in texts])
            parts.append(new[table.codes.get(role, np.zeros(len(table.rows), int))])
        self._set(role, np.concatenate(parts), list(known))

    def _set(self, role: str, codes: np.ndarray, names: Sequence[str]) -> None:
        self.codes[role], self.names[role] = codes, list(names)

    def _videos_of_folders(self) -> None:
        if "path" not in self.codes or "video" in self.codes:
            raise ValueError(
                "--video_folders is for files with a column path and none of videos; these have "
                f"{', '.join(self.codes)}"
            )
        known: dict[str, int] = {}
        folders = [known.setdefault(folder_of(text), len(known)) for text in self.names["path"]]
        self._set("video", np.array(folders)[self.codes["path"]], list(known))

    def _leave_out_other_splits(self) -> np.ndarray:
        """Return which rows are audited, once those for neither testing nor choosing are gone."""
        having = sum("split" in table.codes for table in self.tables)
        if having < len(self.tables):
            if having:
                self.remarks.append("Not every file has a column split, so none is looked at.")
                del self.codes["split"]
            return np.ones(len(self.rows), bool)
        words = [SPLIT_FOLDERS.get(name.lower(), name) for name in self.names["split"]]
        split = np.array(words)[self.codes["split"]]
        counts = {word: int(np.sum(split == word)) for word in dict.fromkeys(words)}
        known = TEST in counts
        use = {TEST: "audited", VALIDATION: "used to choose"} if known else {}
        said = ", ".join(
            f"{shorten(word) or '(empty)'}: {count_text(n, 'row')}"
            f" {use.get(word, 'left out' if known else 'audited')}"
            for word, n in counts.items()
        )
        self.remarks.append(f"Splits: {said}." if known else f"No split is called test: {said}.")
        if not known:
            return np.ones(len(self.rows), bool)
        keep = np.isin(split, [TEST, VALIDATION])
        for name in ("file", "rows", "labels", "scores"):
            setattr(self, name, getattr(self, name)[keep])
        self.codes = {role: codes[keep] for role, codes in self.codes.items()}
        return split[keep] == TEST


def folder_of(path: str) -> str:
    """Return the folder of a path with either slash; empty where it has none."""
    return path.replace("\\", "/").rpartition("/")[0]
