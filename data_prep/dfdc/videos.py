"""The videos of DFDC parts: the split, group and boxes of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from data_prep.checks.complete import PreparationError
from data_prep.dfdc.metadata import METADATA_FILE, Described, read_metadata
from data_prep.faces.boxes import BOXES_FILE
from data_prep.schema import FAKE, LABELS, REAL_METHOD, SPLITS
from data_prep.source.arrange import made_splits, text_of
from data_prep.source.listing import ListedFile
from data_prep.source.split_groups import MADE_SPLITS, split_groups
from data_prep.source.synthetic_mark import DESCRIPTION_FILE
from data_prep.videos.listing import find_file, find_videos, resolved_root, subfolders
from data_prep.videos.video_set import Video, VideoSet

_METHODS = (REAL_METHOD, "fake")


class _Clip(NamedTuple):
    """A video with metadata."""

    part: str
    name: str
    metadata: Described
    file: ListedFile


def open_dfdc(source: Path | str) -> VideoSet:
    """List the videos of DFDC parts.

    Args:
        source: the folder of the parts, or a part.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is not a folder.
        PreparationError: there is no part, its metadata are wrong, or there are no originals or no
            forgeries.
    """
    root = resolved_root(source)
    ignored: Counter[str] = Counter()
    clips: list[_Clip] = []
    files: list[ListedFile] = []
    for part in (".", *subfolders(root, ".", ignored)):
        metadata = find_file(root, f"{part}/{METADATA_FILE}")
        if metadata is not None:
            files.append(metadata)
            clips += _find(root, part, ignored)
        elif part != ".":
            ignored[f"folder without {METADATA_FILE}"] += 1
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted((+ignored).items()))
    if not files:
        raise PreparationError(
            f"{root} holds no part: a folder such as dfdc_train_part_0 of videos and their "
            f"{METADATA_FILE} (links to folders are not followed); passed over: "
            f"{counts or 'nothing'}"
        )
    for label, name in enumerate(LABELS):
        if not any(clip.metadata.label == label for clip in clips):
            raise PreparationError(
                f"the {len(files)} parts of {root} hold no {name} videos that their metadata name; "
                f"passed over: {counts or 'nothing'}"
            )
    splits, made = _splits(clips)
    videos = [_video(clip, split) for clip, split in zip(clips, splits, strict=True)]
    videos.sort(
        key=lambda video: (SPLITS.index(video.split), _METHODS.index(video.method), video.video)
    )
    return VideoSet(
        data_set="dfdc",
        root=root,
        videos=tuple(videos),
        methods=_METHODS,
        files=tuple(files),
        made_splits=made,
        ignored=dict(sorted((+ignored).items())),
        notes=(_note(made),),
    )


def _find(root: Path, part: str, ignored: Counter[str]) -> list[_Clip]:
    """Return the videos of a part that its metadata name."""
    described = read_metadata(root / part / METADATA_FILE)
    passed: Counter[str] = Counter()
    files = find_videos(root, part, passed)
    known = (METADATA_FILE, BOXES_FILE, DESCRIPTION_FILE)
    passed[".json file"] -= sum((root / part / name).is_file() for name in known)
    ignored.update(+passed)
    ignored["video without metadata"] += len(files.keys() - described.keys())
    ignored["metadata without a video"] += len(described.keys() - files.keys())
    return [
        _Clip(part, name, described[name], file)
        for name, file in files.items()
        if name in described
    ]


def _splits(clips: Sequence[_Clip]) -> tuple[list[str], tuple[str, ...]]:
    """Return the split of each video, and which of the splits were made here."""
    given = {clip.metadata.split for clip in clips}
    shares = {split: share for split, share in MADE_SPLITS.items() if split not in given}
    groups = [text_of(clip.metadata.original) for clip in clips]
    undivided = [
        (group, clip.metadata.label)
        for group, clip in zip(groups, clips, strict=True)
        if clip.metadata.split == "train"
    ]
    made = split_groups(undivided, shares)
    splits = [
        made[group] if clip.metadata.split == "train" else clip.metadata.split
        for group, clip in zip(groups, clips, strict=True)
    ]
    return splits, made_splits(given)


def _note(made: Sequence[str]) -> str:
    if not made:
        return "splits as the metadata say"
    shares = " and ".join(
        f"{share:.0%} for {split}" for split, share in MADE_SPLITS.items() if split in made
    )
    return f"made from train by the hash of the original: {shares}"


def _video(clip: _Clip, split: str) -> Video:
    folder = "" if clip.part == "." else f"{text_of(clip.part)}/"
    video = f"{folder}{text_of(clip.name)}"
    original = text_of(clip.metadata.original)
    fake = clip.metadata.label == FAKE
    return Video(
        video=video,
        method=_METHODS[clip.metadata.label],
        split=split,
        group=original,
        target=original,
        file=clip.file,
        mask=None,
        boxes_of=(video, f"{folder}{original}") if fake else (video,),
    )
