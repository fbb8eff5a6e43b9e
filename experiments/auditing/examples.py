"""From rows to examples: what is known of each, and what each model scores them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.auditing.codes import contradicting, count_of_both, in_order, joint
from experiments.auditing.reading import Table
from experiments.auditing.rows import Rows
from jaxticket.text import count_text


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
    rows = Rows(tables, files, video_folders)
    rows.refuse_repeats()
    return _facts(rows), _models(rows), rows.remarks


def _facts(rows: Rows) -> Facts:
    """Return what is known of every example, in the order of the keys.

    Raises:
        ValueError: a video has two groups, or of some pictures no file says the video.
    """
    first = _fullest_rows(rows)
    none = np.zeros(len(first), int)
    with_videos = "video" in rows.codes
    if with_videos:
        rows.refuse_no_video(first)
        parts = [r for r in ("compression", "method", "video") if r in rows.codes]
        videos = joint([rows.codes[role] for role in parts])[first]
        if both := count_of_both(videos, rows.labels[first]):
            rows.remarks.append(
                f"{count_text(both, 'video has', 'videos have')} rows of both labels: the "
                "reals and the fakes of one count as two videos of one group."
            )
    else:
        videos = np.arange(len(first))
    known = next((role for role in ("group", "video") if role in rows.codes), "path")
    groups = _groups(rows)[first]
    if (
        with_videos
        and (mixed := contradicting(videos, groups, np.ones(len(first), bool))) is not None
    ):
        pair = (int(first[mixed[0]]), int(first[mixed[1]]))
        raise ValueError(
            f"{rows.two(pair)} are of one video, {rows.example(pair[0])}, and of two groups "
            f"({rows.value('groups', pair[0])} and {rows.value('groups', pair[1])}): name "
            "videos so that each has one group"
        )
    if known == "path" and (crowd := rows.many_from_a_folder()):
        rows.remarks.append(
            f"Pictures count as independent, for no column says which video each is of; {crowd}"
            ". If they are frames of videos, these intervals are far too narrow: add a column "
            "video, or --video_folders where a folder is a video."
        )
    return Facts(
        labels=rows.labels[first], videos=videos, groups=groups,
        methods=rows.codes["method"][first] if "method" in rows.codes else none,
        compressions=rows.codes["compression"][first] if "compression" in rows.codes else none,
        test=rows.test[first],
        names={role: rows.names.get(role, [""]) for role in ("method", "compression")},
        with_videos=with_videos,
        grouped_by={"group": "groups", "video": "videos", "path": "pictures"}[known],
    )  # fmt: skip


def _models(rows: Rows) -> list[Model]:
    """Return the models in the order of the files.

    Raises:
        ValueError: its seeds or checkpoints share no example.
    """
    model, seed, check = (rows.codes[role] for role in ("model", "seed", "checkpoint"))
    made = []
    for number in dict.fromkeys(model.tolist()):
        mine = np.flatnonzero(model == number)
        checks = in_order(rows.names["checkpoint"], check[mine])
        cells = {at: set(seed[mine[check[mine] == at]].tolist()) for at in checks}
        whole = set.intersection(*cells.values())
        if not whole:
            raise ValueError(
                f"the checkpoints of {rows.names['model'][number]} have no seed in common"
            )
        if lacking := sorted(set.union(*cells.values()) - whole):
            names = ", ".join(rows.names["seed"][at] or "(no name)" for at in lacking)
            rows.remarks.append(
                f"Seeds that not every checkpoint of {rows.names['model'][number]} has are "
                f"left out: {names}."
            )
        seeds = [at for at in in_order(rows.names["seed"], seed[mine]) if at in whole]
        made.append(_model(rows, number, mine, checks, seeds))
    return made


def _model(
    joined: Rows, number: int, mine: np.ndarray, checks: Sequence[int], seeds: Sequence[int]
) -> Model:
    cells = []
    for at in checks:
        of_check = mine[joined.codes["checkpoint"][mine] == at]
        for one in seeds:
            rows = of_check[joined.codes["seed"][of_check] == one]
            cells.append(rows[np.argsort(joined.key[rows])])
    times = np.zeros(int(joined.key.max()) + 1, int)
    for rows in cells:
        times[joined.key[rows]] += 1
    keys = np.flatnonzero(times == len(cells))
    name = joined.names["model"][number] or "(no name)"
    if not keys.size:
        raise ValueError(
            f"the seeds or checkpoints of {name} share no example: "
            f"{joined.example(cells[0][0])} is only in some of them"
        )
    scores = [joined.scores[rows[np.isin(joined.key[rows], keys)]] for rows in cells]
    return Model(
        name=name,
        seeds=[joined.names["seed"][at] for at in seeds],
        checkpoints=[joined.names["checkpoint"][at] for at in checks],
        keys=keys,
        scores=np.array(scores).reshape(len(checks), len(seeds), len(keys)),
        left_out=int(np.count_nonzero(times) - len(keys)),
        high_for_real=joined.tables[int(joined.file[mine[0]])].high_for_real,
    )


def _groups(rows: Rows) -> np.ndarray:
    """Return the group of each row: the column's, the video, or else the picture."""
    alone = rows.codes["video"] if "video" in rows.codes else rows.codes["path"]
    if "group" not in rows.codes:
        return alone
    own = rows.codes["group"]
    return joint([own, np.where(rows.empty("group"), alone + 1, 0)])


def _fullest_rows(rows: Rows) -> np.ndarray:
    """Return a row of each key, the one in which the fewest of what is known of it is empty."""
    empty = np.zeros(len(rows.key), int)
    for role in ("video", "group", "method", "compression"):
        if role in rows.codes:
            empty += rows.empty(role)
    order = np.lexsort((empty, rows.key))
    key = rows.key[order]
    return order[np.r_[True, key[1:] != key[:-1]]]
