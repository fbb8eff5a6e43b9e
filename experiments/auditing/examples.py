"""From rows to examples: which rows are one picture, video, group, seed, checkpoint and model."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from data_prep.source.folder_names import SPLIT_FOLDERS
from experiments.auditing.reading import Table, shorten
from jaxticket.text import count_text

OF_AN_EXAMPLE = ("compression", "method", "video", "path", "frame")
"""Columns that together name an example, as far as all files have them."""

TEST, VALIDATION, TRAIN = "test", "validation", "train"


@dataclass(frozen=True)
class Facts:
    """What is known of the examples of all models; int [K] each.

    Attributes:
        labels: real 0, fake 1.
        videos: number of the video; without videos, the example's own.
        groups: number of the group.
        methods: into `names["method"]`.
        compressions: into `names["compression"]`.
        test: bool, whether it is audited; the others are of validation.
        names: the texts of methods and compressions.
        with_videos: whether some column says which video a picture is of.
        grouped_by: what groups are, in words.
    """

    labels: np.ndarray
    videos: np.ndarray
    groups: np.ndarray
    methods: np.ndarray
    compressions: np.ndarray
    test: np.ndarray
    names: Mapping[str, Sequence[str]]
    with_videos: bool
    grouped_by: str


@dataclass(frozen=True)
class Model:
    """The scores of one model.

    Attributes:
        name: as the column `model` or the file says.
        seeds: their names, in order.
        checkpoints: their names, in order; one without a name where there are none.
        keys: int [N], the examples that all its seeds and checkpoints have.
        scores: float [C, S, N], as they stand in the file.
        left_out: examples that only some of its seeds or checkpoints have.
        high_for_real: whether the name of the column says so.
    """

    name: str
    seeds: Sequence[str]
    checkpoints: Sequence[str]
    keys: np.ndarray
    scores: np.ndarray
    left_out: int
    high_for_real: bool


def gather(
    tables: Sequence[Table], files: str, video_folders: bool
) -> tuple[Facts, list[Model], list[str]]:
    """Return what is known of the examples, the models, and remarks for the reader.

    Args:
        tables: of the files.
        files: what several files are: models, seeds or checkpoints.
        video_folders: whether the folder of a path is its video.

    Raises:
        ValueError: rows contradict or repeat each other, or models share nothing; says which.
    """
    pool = _Pool(tables, files, video_folders)
    pool.refuse_repeats()
    return pool.facts(), pool.models(), pool.remarks


class _Pool:
    """The rows of all files, one array a column."""

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
        self.cell = _joint([self.codes[role] for role in ("model", "checkpoint", "seed")])
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
        self.base = _joint(parts)
        if not {"path", "frame"} & {*shared}:  # rows of a video are its frames, in their order
            turn = _turn(_joint([self.cell, *parts, self.labels]))
            parts = [*parts, self.labels, turn]
            if turn.any() and self.cell.any():
                self.remarks.append(
                    "Frames of a video meet by their order, since no column path or frame tells "
                    "them apart."
                )
        self.key = _joint(parts)

    def refuse_repeats(self) -> None:
        """Refuse an example that stands twice, or with two labels, groups or splits.

        Raises:
            ValueError: naming two rows.
        """
        if (pair := _repeated(_joint([self.cell, self.key]))) is not None:
            raise ValueError(
                f"{self._two(pair)} are of one example, {self._example(pair[0])}: leave one out, "
                "or say what they are by a column seed, model or checkpoint; if they are frames of "
                "one video, call that column video in place of path"
            )
        one_label = ~_with_both_labels(self.cell, self.base, self.labels)
        for what, values, known in (("labels", self.labels, one_label), *self._attributes()):
            names = self.base if what == "labels" else self.key
            if (pair := _contradicting(names, values, known)) is not None:
                one, two = (self._value(what, row) for row in pair)
                raise ValueError(
                    f"{self._two(pair)} give one example, {self._example(pair[0])}, two {what} "
                    f"({one} and {two}): mend one of them"
                )

    def facts(self) -> Facts:
        """Return what is known of every example, in the order of the keys.

        Raises:
            ValueError: a video has two groups, or of some pictures no file says the video.
        """
        first = self._fullest_rows()
        none = np.zeros(len(first), int)
        with_videos = "video" in self.codes
        if with_videos:
            self._refuse_no_video(first)
            parts = [r for r in ("compression", "method", "video") if r in self.codes]
            videos = _joint([self.codes[role] for role in parts])[first]
            if both := _count_of_both(videos, self.labels[first]):
                self.remarks.append(
                    f"{count_text(both, 'video has', 'videos have')} rows of both labels: the "
                    "reals and the fakes of one count as two videos of one group."
                )
        else:
            videos = np.arange(len(first))
        known = next((role for role in ("group", "video") if role in self.codes), "path")
        groups = self._groups()[first]
        if (
            with_videos
            and (mixed := _contradicting(videos, groups, np.ones(len(first), bool))) is not None
        ):
            rows = (int(first[mixed[0]]), int(first[mixed[1]]))
            raise ValueError(
                f"{self._two(rows)} are of one video, {self._example(rows[0])}, and of two groups "
                f"({self._value('groups', rows[0])} and {self._value('groups', rows[1])}): name "
                "videos so that each has one group"
            )
        if known == "path" and (crowd := self._many_from_a_folder()):
            self.remarks.append(
                f"Pictures count as independent, for no column says which video each is of; {crowd}"
                ". If they are frames of videos, these intervals are far too narrow: add a column "
                "video, or --video_folders where a folder is a video."
            )
        return Facts(
            labels=self.labels[first], videos=videos, groups=groups,
            methods=self.codes["method"][first] if "method" in self.codes else none,
            compressions=self.codes["compression"][first] if "compression" in self.codes else none,
            test=self.test[first],
            names={role: self.names.get(role, [""]) for role in ("method", "compression")},
            with_videos=with_videos,
            grouped_by={"group": "groups", "video": "videos", "path": "pictures"}[known],
        )  # fmt: skip

    def models(self) -> list[Model]:
        """Return the models in the order of the files.

        Raises:
            ValueError: its seeds or checkpoints share no example.
        """
        model, seed, check = (self.codes[role] for role in ("model", "seed", "checkpoint"))
        made = []
        for number in dict.fromkeys(model.tolist()):
            mine = np.flatnonzero(model == number)
            checks = _in_order(self.names["checkpoint"], check[mine])
            cells = {at: set(seed[mine[check[mine] == at]].tolist()) for at in checks}
            whole = set.intersection(*cells.values())
            if not whole:
                raise ValueError(
                    f"the checkpoints of {self.names['model'][number]} have no seed in common"
                )
            if lacking := sorted(set.union(*cells.values()) - whole):
                names = ", ".join(self.names["seed"][at] or "(no name)" for at in lacking)
                self.remarks.append(
                    f"Seeds that not every checkpoint of {self.names['model'][number]} has are "
                    f"left out: {names}."
                )
            seeds = [at for at in _in_order(self.names["seed"], seed[mine]) if at in whole]
            made.append(self._model(number, mine, checks, seeds))
        return made

    def _model(
        self, number: int, mine: np.ndarray, checks: Sequence[int], seeds: Sequence[int]
    ) -> Model:
        cells = []
        for at in checks:
            of_check = mine[self.codes["checkpoint"][mine] == at]
            for one in seeds:
                rows = of_check[self.codes["seed"][of_check] == one]
                cells.append(rows[np.argsort(self.key[rows])])
        times = np.zeros(int(self.key.max()) + 1, int)
        for rows in cells:
            times[self.key[rows]] += 1
        keys = np.flatnonzero(times == len(cells))
        name = self.names["model"][number] or "(no name)"
        if not keys.size:
            raise ValueError(
                f"the seeds or checkpoints of {name} share no example: "
                f"{self._example(cells[0][0])} is only in some of them"
            )
        scores = [self.scores[rows[np.isin(self.key[rows], keys)]] for rows in cells]
        return Model(
            name=name,
            seeds=[self.names["seed"][at] for at in seeds],
            checkpoints=[self.names["checkpoint"][at] for at in checks],
            keys=keys,
            scores=np.array(scores).reshape(len(checks), len(seeds), len(keys)),
            left_out=int(np.count_nonzero(times) - len(keys)),
            high_for_real=self.tables[int(self.file[mine[0]])].high_for_real,
        )

    def _groups(self) -> np.ndarray:
        """Return the group of each row: the column's, the video, or else the picture."""
        alone = self.codes["video"] if "video" in self.codes else self.codes["path"]
        if "group" not in self.codes:
            return alone
        own = self.codes["group"]
        empty = np.array([not name for name in self.names["group"]])[own]
        return _joint([own, np.where(empty, alone + 1, 0)])

    def _fullest_rows(self) -> np.ndarray:
        """Return a row of each key, the one in which the fewest of what is known of it is empty."""
        empty = np.zeros(len(self.key), int)
        for role in ("video", "group", "method", "compression"):
            if role in self.codes:
                empty += np.array([not name for name in self.names[role]])[self.codes[role]]
        order = np.lexsort((empty, self.key))
        key = self.key[order]
        return order[np.r_[True, key[1:] != key[:-1]]]

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
        folders = [
            known.setdefault(folder_of(text), len(known)) for text in self.names["path"]
        ]  # fmt: skip
        self._set("video", np.array(folders)[self.codes["path"]], list(known))

    def _refuse_no_video(self, first: np.ndarray) -> None:
        """Refuse pictures without a video where others have one: they would all be of one.

        Raises:
            ValueError: naming the first of them.
        """
        empty = np.array([not name for name in self.names["video"]])[self.codes["video"]][first]
        if empty.any():
            row = int(first[empty].min())
            raise ValueError(
                f"{count_text(int(empty.sum()), 'example')} of no video, such as row "
                f"{self.rows[row]} of {self.tables[self.file[row]].path}: name the video of each, "
                "or leave that column out"
            )

    def _attributes(self) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Yield what an example has one of, its codes, and where it is known."""
        for role in ("video", "group", "split"):
            if role in self.codes:
                known = np.array([bool(name) for name in self.names[role]])[self.codes[role]]
                yield f"{role}s", self.codes[role], known

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

    def _many_from_a_folder(self) -> str:
        folders: dict[str, int] = {}
        for text in self.names["path"]:
            if re.search(r"\d", PurePosixPath(text).name) and (folder := folder_of(text)):
                folders[folder] = folders.get(folder, 0) + 1
        shared = [folder for folder, count in folders.items() if count > 1]
        if len(shared) < 3:
            return ""
        return f"{count_text(len(shared), 'folder')}, such as {shorten(shared[0])}, hold several"

    def _two(self, pair: tuple[int, int]) -> str:
        places = [self.tables[self.file[row]].path for row in pair]
        if places[0] == places[1]:
            return f"{places[0]}: rows {self.rows[pair[0]]} and {self.rows[pair[1]]}"
        return (
            f"row {self.rows[pair[0]]} of {places[0]} and row {self.rows[pair[1]]} of {places[1]}"
        )

    def _example(self, row: int) -> str:
        roles = [role for role in ("method", "video", "path", "frame") if role in self.codes]
        return shorten(" ".join(self.names[role][self.codes[role][row]] for role in roles).strip())

    def _value(self, what: str, row: int) -> str:
        if what == "labels":
            return ("real", "fake")[self.labels[row]]
        role = what.removesuffix("s")
        return self.names[role][self.codes[role][row]] or "(empty)"


def folder_of(path: str) -> str:
    """Return the folder of a path with either slash; empty where it has none."""
    return path.replace("\\", "/").rpartition("/")[0]


def _in_order(names: Sequence[str], codes: np.ndarray) -> list[int]:
    """Return the codes there are, by their names: numbers in them by value."""

    def order(code: int) -> list[tuple[int, float, str]]:
        with suppress(ValueError):  # such as 1e4 beside 900.0
            return [(0, float(names[code]), "")]
        parts = re.split(r"([0-9]+)", names[code])
        return [(0, float(p), "") if p[0] in "0123456789" else (1, 0.0, p) for p in parts if p]

    return sorted(np.unique(codes).tolist(), key=order)


def _joint(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Return a number for every combination of codes, 0..K-1."""
    whole = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        _, whole = np.unique(whole * (int(part.max()) + 1) + part, return_inverse=True)
    return whole


def _turn(codes: np.ndarray) -> np.ndarray:
    """Return how many equal codes stand before each."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    turn = np.empty(len(codes), int)
    turn[order] = np.arange(len(codes)) - np.repeat(starts, np.diff(np.r_[starts, len(codes)]))
    return turn


def _repeated(codes: np.ndarray) -> tuple[int, int] | None:
    """Return the places of two equal codes."""
    order = np.argsort(codes, kind="stable")
    same = np.flatnonzero(codes[order][1:] == codes[order][:-1])
    return (int(order[same[0]]), int(order[same[0] + 1])) if same.size else None


def _with_both_labels(cell: np.ndarray, base: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return which rows are of a picture or video with both labels in one model and seed."""
    own = _joint([cell, base])
    fakes, rows = np.bincount(own, labels), np.bincount(own)
    mixed = ((fakes > 0) & (fakes < rows))[own]
    return np.isin(base, base[mixed])


def _count_of_both(videos: np.ndarray, labels: np.ndarray) -> int:
    """Return how many videos have examples of both labels."""
    fakes, rows = np.bincount(videos, labels), np.bincount(videos)
    return int(np.sum((fakes > 0) & (fakes < rows)))


def _contradicting(
    codes: np.ndarray, values: np.ndarray, known: np.ndarray
) -> tuple[int, int] | None:
    """Return the places of two equal codes with unequal values, both known."""
    order = np.argsort(codes, kind="stable")
    order = order[known[order]]
    codes, values = codes[order], values[order]
    bad = np.flatnonzero((codes[1:] == codes[:-1]) & (values[1:] != values[:-1]))
    return (int(order[bad[0]]), int(order[bad[0] + 1])) if bad.size else None
