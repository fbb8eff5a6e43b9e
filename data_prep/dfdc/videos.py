"""The videos of DFDC parts, test sets and the preview: the split, group and boxes of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from data_prep.checks.complete import PreparationError
from data_prep.checks.excerpts import kinds
from data_prep.dfdc.described import contradiction
from data_prep.dfdc.labels import LABELS_FILES
from data_prep.dfdc.metadata import METADATA_FILE
from data_prep.dfdc.parts import Clip, Part, find_parts
from data_prep.schema import FAKE, LABELS, REAL, REAL_METHOD
from data_prep.source.label_evidence import Labelled, contradictions
from data_prep.source.layout import text_of
from data_prep.source.missing_splits import made_splits
from data_prep.source.split_groups import MADE_SPLITS, SALT, UNSALTED, shares_text, split_groups
from data_prep.videos.identities import shared_identities
from data_prep.videos.label_rows import refuse_contradictions
from data_prep.videos.listing import resolved_root
from data_prep.videos.video_set import Video, VideoSet, in_order


def open_dfdc(source: Path | str) -> VideoSet:
    """List the videos of DFDC parts, of a test set or of the preview.

    Args:
        source: the folder of the parts, or a part.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is not a folder.
        PreparationError: there is no part, what describes one is wrong or contradicts itself, or
            there are no originals or no forgeries to train on.
    """
    root = resolved_root(source)
    ignored: Counter[str] = Counter()
    parts = find_parts(root, ignored)
    clips = [clip for part in parts for clip in part.clips]
    _check_classes(root, parts, clips, ignored)
    _check_originals(root, clips)
    _check_folders(root, clips)
    undivided = any(clip.described.split == "train" for clip in clips)
    made = made_splits({clip.described.split for clip in clips}) if undivided else ()
    splits = _splits(clips, SALT)
    unsalted = zip((clip.video for clip in clips), _splits(clips, UNSALTED), strict=True)
    methods = (REAL_METHOD, *sorted({_method(clip) for clip in clips} - {REAL_METHOD}))
    videos = [_video(clip, split) for clip, split in zip(clips, splits, strict=True)]
    people = {
        clip.video: (split, clip.described.people)
        for clip, split in zip(clips, splits, strict=True)
    }
    return VideoSet(
        data_set="dfdc",
        root=root,
        videos=in_order(videos, methods),
        methods=methods,
        files=tuple(file for part in parts for file in part.files),
        made_splits=made,
        ignored=dict(sorted((+ignored).items())),
        notes=(
            _note(clips, made),
            *_convention(parts),
            *_unknown_originals(clips),
            *_augmented(clips),
        ),
        leaks=(*shared_identities(people), *_divided_unknown(clips, made)),
        unsalted=dict(unsalted),
    )


def _check_classes(
    root: Path, parts: Sequence[Part], clips: Sequence[Clip], ignored: Mapping[str, int]
) -> None:
    """Check that there are originals and forgeries, unless all videos are of the test."""
    if not parts:
        raise PreparationError(
            f"{root} holds no part: a folder such as dfdc_train_part_0 of videos and their "
            f"{METADATA_FILE} (links to folders are not followed); passed over: {kinds(ignored)}"
        )
    trained = not clips or any(clip.described.split != "test" for clip in clips)
    for label, name in enumerate(LABELS):
        if trained and not any(clip.described.label == label for clip in clips):
            raise PreparationError(
                f"the {len(parts)} parts of {root} hold no {name} videos that their metadata name; "
                f"passed over: {kinds(ignored)}"
            )


def _check_originals(root: Path, clips: Iterable[Clip]) -> None:
    """Check that no forgery is named as an original.

    Raises:
        PreparationError: one is; three are shown.
    """
    forgeries = {(clip.part, clip.name) for clip in clips if clip.described.label == FAKE}
    differ = [
        contradiction(
            f"{clip.described.original}, the original of {clip.name},",
            REAL,
            "its own metadata say",
            FAKE,
        )
        for clip in clips
        if (clip.part, clip.described.original) in forgeries
    ]
    refuse_contradictions(root, differ, "an original is real")


def _check_folders(root: Path, clips: Iterable[Clip]) -> None:
    """Check that no video lies in a folder of the other class, or is named for it.

    Raises:
        PreparationError: one does; three are shown.
    """
    named = [
        Labelled("", clip.file.name.removeprefix("./"), clip.described.label, "what describes it")
        for clip in clips
    ]
    refuse_contradictions(root, contradictions(named), "1 is fake")


def _group(clip: Clip) -> str:
    """Return what must not be divided: the target, the original, or else the video itself."""
    if clip.described.people:
        return text_of(clip.described.people[0])
    return text_of(clip.described.original or clip.name)


def _method(clip: Clip) -> str:
    return text_of(clip.described.method) if clip.described.label == FAKE else REAL_METHOD


def _splits(clips: Sequence[Clip], salt: str) -> list[str]:
    """Return the split of each video."""
    given = {clip.described.split for clip in clips}
    shares = {split: share for split, share in MADE_SPLITS.items() if split not in given}
    undivided = [
        (_group(clip), clip.described.label, _method(clip))
        for clip in clips
        if clip.described.split == "train"
    ]
    made = split_groups(undivided, shares, salt)
    return [
        made[_group(clip)] if clip.described.split == "train" else clip.described.split
        for clip in clips
    ]


def _convention(parts: Iterable[Part]) -> list[str]:
    """Return how numbers are read that only a CSV gives."""
    alone = {Path(part.files[0].name).name for part in parts if len(part.files) == 1}
    return [f"in {name} 1 is fake, as in DFDC's own" for name in LABELS_FILES if name in alone]


def _note(clips: Iterable[Clip], made: Sequence[str]) -> str:
    if not made:
        return "splits as metadata and folders say; a test set that gives none is all test"
    shares = shares_text({split: share for split, share in MADE_SPLITS.items() if split in made})
    if any(clip.described.people for clip in clips):
        return (
            f"splits made from train by the salted hash of the target person: {shares}; the faces "
            "that were swapped in may stand in several splits"
        )
    return f"splits made from train by the salted hash of the original: {shares}"


def _unknown(clips: Iterable[Clip]) -> list[Clip]:
    """Return the forgeries of which neither original nor people are said."""
    return [clip for clip in clips if not clip.described.original and not clip.described.people]


def _unknown_originals(clips: Iterable[Clip]) -> list[str]:
    number = len(_unknown(clips))
    if not number:
        return []
    return [
        f"the originals of {number:,} forgeries are not known: each of these videos is a group of "
        "its own, and several groups may show one person or scene"
    ]


def _divided_unknown(clips: Iterable[Clip], made: Sequence[str]) -> list[str]:
    """Return a leak of the forgeries that were divided here though nobody says of what they are."""
    number = sum(clip.described.split == "train" for clip in _unknown(clips))
    if not made or not number:
        return []
    return [
        f"{number:,} forgeries without a known original were divided into {', '.join(made)}: they "
        "and their originals may have come into different splits"
    ]


def _augmented(clips: Sequence[Clip]) -> list[str]:
    """Return a note of what was done to the pictures beside the forgery, by number of videos."""
    counts = Counter(name for clip in clips for name in dict.fromkeys(clip.described.augmentations))
    if not counts:
        return []
    number = sum(bool(clip.described.augmentations) for clip in clips)
    kinds = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    return [
        f"{number:,} of the {len(clips):,} videos are augmented, as their metadata say: {kinds}"
    ]


def _video(clip: Clip, split: str) -> Video:
    original = text_of(clip.described.original or clip.name)
    fake = clip.described.label == FAKE
    known = fake and clip.described.original is not None
    return Video(
        video=clip.video,
        method=_method(clip),
        split=split,
        group=_group(clip),
        target=original,
        file=clip.file,
        mask=None,
        boxes_of=(clip.video, f"{clip.part}{original}") if known else (clip.video,),
    )
