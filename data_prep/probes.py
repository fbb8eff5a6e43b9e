"""Probes: simple statistics that should not tell forgeries from their own originals.

    python -m data_prep.probes --source=TREE --compression=c23

A forgery that is brighter, larger on disk or softer as a whole than its original offers a shortcut:
a detector may learn it instead of faces. Each probe is a ridge logistic regression on a few numbers
of the file or of the whole decoded frame, trained on the people of train and judged on those of
test: originals against their own forgeries, at the same frames. An AUC near one half is what to
hope for. `linear_pixels`, on the face crop of 32 x 32 pixels, says how far a linear detector gets.

The tree has the layout of FaceForensics++ (`data_prep.faceforensics`), or with `--crops` it holds
face crops that were cut before (`data_prep.deepfakebench`), which are looked at whole. 720
videos of 160 x 160 pixels take about 25 seconds on two cores.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench import open_deepfakebench
from data_prep.faceforensics import open_faceforensics
from data_prep.probing.features import LINEAR_PIXELS, SHORTCUTS, Features, read_features
from data_prep.probing.logistic import fit_logistic
from data_prep.probing.separation import separation
from data_prep.schema import FAKE, REAL
from data_prep.terminal.plain import say_error
from data_prep.terminal.program import start
from data_prep.videos.source import find_sources
from data_prep.videos.video_set import Video, VideoSet

POOLED = "all"
"""Stands for all methods together."""

PROBES = (*SHORTCUTS, LINEAR_PIXELS)
FRAMES = (0, 1)

# A few numbers against hundreds of frames, and 3,072 pixels against as many.
_RIDGE = 0.001
_RIDGE_OF_PIXELS = 1.0


@dataclass(frozen=True)
class ProbeResult:
    """What one probe found on the test people.

    Attributes:
        probe: of `PROBES`.
        method: of the forgeries, or `all`.
        auc: the chance that a forgery scores above an original of these people; chance is 0.5.
        interval: its 95 % interval; pairs of people are resampled.
        paired: the share of forgeries that score above their own original.
        videos: number of forged videos in the test.
        missing: the split, `train` or `test`, that holds no forgery by the method with its
            original, so that nothing was compared and the figures are no numbers; else empty.
    """

    probe: str
    method: str
    auc: float
    interval: tuple[float, float]
    paired: float
    videos: int
    missing: str = ""


@dataclass(frozen=True)
class _Matched:
    """Forgeries of one split, each with the original of its target."""

    forged: Sequence[Video]
    originals: Sequence[Video]


def probe_tree(
    root: Path | str,
    compression: str = "c23",
    frames: Sequence[int] = FRAMES,
    probes: Sequence[str] = PROBES,
    crops: bool = False,
    *,
    splits: Path | None = None,
    make_splits: bool = False,
    whole_pictures: bool = False,
    boxes: Path | None = None,
) -> list[ProbeResult]:
    """Probe the videos of a FaceForensics++ tree.

    Args:
        root: the folder, with split files and `face_boxes.json`.
        compression: `raw` (or `c0`), `c23` or `c40`.
        frames: positions looked at in every video, ascending from 0; in folders, among the numbers
            that an original and its forgeries share.
        probes: which of `PROBES`.
        crops: whether it holds face crops that were cut before.
        splits: the folder of the official split files; by default in the tree.
        make_splits: where there are none, divide the pairs here.
        whole_pictures: whether extracted frames are whole pictures, whatever lies beside them.
        boxes: the file of face boxes; by default `face_boxes.json` in the tree.

    Returns:
        A result for every probe and method; after a probe's methods, all of them together.

    Raises:
        FileNotFoundError: there is no such folder, or it has no boxes.
        PreparationError: the tree lacks something, a video cannot be used, train or test hold no
            forgery at all with its original, no frame is asked for, or a probe is unknown.
    """
    unknown = set(probes) - set(PROBES)
    if unknown or not frames:
        asked = f"the probe {min(unknown)!r} is unknown" if unknown else "no frames are asked for"
        raise PreparationError(f"{asked}: name frames, and probes out of {', '.join(PROBES)}")
    if crops and (whole_pictures or boxes is not None):
        raise PreparationError(
            "--crops are looked at whole: leave --whole_pictures and --boxes out"
        )
    open_tree = (
        open_deepfakebench if crops else partial(open_faceforensics, whole_pictures=whole_pictures)
    )
    videos = open_tree(root, compression=compression, splits=splits, make_splits=make_splits)
    methods = videos.methods[1:]
    chosen = {**{method: (method,) for method in methods}, POOLED: methods}
    halves = {
        name: [_matched(videos, split, wanted) for split in ("train", "test")]
        for name, wanted in chosen.items()
    }
    pooled = _missing(*halves[POOLED])
    if pooled:
        raise PreparationError(
            f"the split {pooled} of {videos.root} holds no forgery by {', '.join(methods)} whose "
            "original is there too: there is nothing to compare"
        )
    features = read_features(find_sources(videos, boxes), frames)
    return [
        _probe(probe, name, train, test, features)
        for probe in probes
        for name, (train, test) in halves.items()
    ]


def _matched(videos: VideoSet, split: str, methods: Sequence[str]) -> _Matched:
    of_split = {video.video: video for video in videos.videos if video.split == split}
    by_name = {video.target: name for name, video in of_split.items() if video.label == REAL}
    forged, originals = [], []
    for video in of_split.values():
        target = next((name for name in video.boxes_of[1:] if name in of_split), None)
        if videos.ready:
            target = by_name.get(video.target)
        if video.method in methods and target is not None:
            forged.append(video)
            originals.append(of_split[target])
    return _Matched(forged, originals)


def _missing(train: _Matched, test: _Matched) -> str:
    """Return the split that has nothing to compare; empty where both have."""
    return "" if train.forged and test.forged else "test" if train.forged else "train"


def _probe(
    probe: str, method: str, train: _Matched, test: _Matched, features: Mapping[str, Features]
) -> ProbeResult:
    if missing := _missing(train, test):
        none = float("nan")
        return ProbeResult(probe, method, none, (none, none), none, len(test.forged), missing)

    def rows(videos: Sequence[Video]) -> np.ndarray:
        return np.concatenate([features[video.video][probe] for video in videos])

    # An original stands beside each of its forgeries: both classes weigh the same.
    forged, originals = rows(train.forged), rows(train.originals)
    labels = np.repeat([FAKE, REAL], [len(forged), len(originals)])
    ridge = _RIDGE_OF_PIXELS if probe == LINEAR_PIXELS else _RIDGE
    model = fit_logistic(np.concatenate([forged, originals]), labels, ridge)
    groups = [video.group for video in test.forged for _ in features[video.video][probe]]
    estimate = separation(
        model.scores(rows(test.forged)), model.scores(rows(test.originals)), groups
    )
    return ProbeResult(
        probe, method, estimate.auc, estimate.interval, estimate.paired, len(test.forged)
    )


def probe_table(results: Sequence[ProbeResult]) -> Table:
    """Return the results as a table, a row for every probe and method."""
    table = Table(title="Originals against their own forgeries, people of the test split")
    for column in ("probe", "method"):
        table.add_column(column, no_wrap=True)
    for column in ("AUC", "95 %", "paired", "videos"):
        table.add_column(column, justify="right", no_wrap=True)
    missing = {result.method: result.missing for result in results if result.missing}
    if missing:
        named = "; ".join(f"{method}: none in {split}" for method, split in missing.items())
        table.caption = f"not compared, without a forgery and its original: {named}"
    for result in results:
        low, high = result.interval
        table.add_row(
            result.probe,
            result.method,
            "-" if result.missing else f"{result.auc:.3f}",
            "-" if result.missing else f"{low:.2f}-{high:.2f}",
            "-" if result.missing else f"{result.paired:.2f}",
            str(result.videos),
            end_section=result.method == POOLED,
        )
    return table


@dataclass(frozen=True)
class Config:
    """What to probe.

    Attributes:
        source: the folder of original_sequences and manipulated_sequences.
        compression: raw (or c0), c23 or c40.
        frames: positions looked at in every video, with commas between; in folders of frames, among
            the numbers that an original and its forgeries share.
        crops: the source holds face crops that were cut before, as DeepfakeBench keeps them.
        splits: the folder of train.json, val.json and test.json; by default in the source.
        make_splits: where there are no such files, divide the pairs here.
        whole_pictures: extracted frames are whole pictures of the video, not face crops.
        boxes: a file of face boxes; by default face_boxes.json in the source.
    """

    source: Path
    compression: str = "c23"
    frames: tuple[int, ...] = FRAMES
    crops: bool = False
    splits: Path | None = None
    make_splits: bool = False
    whole_pictures: bool = False
    boxes: Path | None = None


def main(config: Config) -> int:
    """Print a table of the probes and return the exit status."""
    try:
        results = probe_tree(
            config.source,
            config.compression,
            config.frames,
            crops=config.crops,
            splits=config.splits,
            make_splits=config.make_splits,
            whole_pictures=config.whole_pictures,
            boxes=config.boxes,
        )
    except (ValueError, OSError) as error:
        say_error(error)
        return 2
    Console(markup=False, emoji=False).print(probe_table(results))
    return 0


if __name__ == "__main__":
    sys.exit(start("probes"))
