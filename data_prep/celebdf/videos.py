"""The videos of a Celeb-DF tree: the split, group and boxes of each, and what the splits share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from data_prep.celebdf.names import (
    CELEBRITIES,
    FAMILIES,
    FOLDERS,
    FORGERIES,
    METHOD_SPELLINGS,
    VIDEOS,
    Named,
    official_folder,
    read_name,
)
from data_prep.celebdf.testing_list import TestingList, read_testing_list
from data_prep.checks.complete import PreparationError
from data_prep.checks.excerpts import kinds
from data_prep.schema import FAKE, LABELS, REAL_METHOD
from data_prep.source.layout import text_of
from data_prep.source.listing import ListedFile
from data_prep.source.split_groups import SALT, UNSALTED, split_groups
from data_prep.videos.identities import shared_identities
from data_prep.videos.listing import find_videos, resolved_root, subfolders
from data_prep.videos.video_set import Video, VideoSet, in_order

VALIDATION = 0.1
"""The share of the groups outside the test that are validation."""

_ALIGNED = "FaceSwap"
"""The family of forgeries whose frames are those of the target's clip, as are v1's and v2's."""


class _Clip(NamedTuple):
    """A video in a folder of `FOLDERS`, what its name says, and in which folder of methods it is.

    Attributes:
        video: `Celeb-synthesis/FaceSwap/SimSwap/id0_id1_0000`.
        label: real 0, fake 1.
        named: what the name says.
        file: the video.
        family: `FaceSwap`; empty where there is none.
        method: `SimSwap`; `Celeb-synthesis` right in that folder, `real` of an original.
    """

    video: str
    label: int
    named: Named
    file: ListedFile
    family: str
    method: str


def open_celebdf(source: Path | str) -> VideoSet:
    """List the videos of a Celeb-DF tree.

    Args:
        source: the folder with Celeb-real, YouTube-real, Celeb-synthesis and the list of test
            videos.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is not a folder.
        PreparationError: the list of test videos is missing or wrong, or there are no originals or
            no forgeries, though not all videos are of the test.
    """
    root = resolved_root(source)
    listed = read_testing_list(root)
    ignored: Counter[str] = Counter()
    clips = list(_find(root, ignored))
    _check_classes(root, clips, listed, ignored)
    _check_names(root, clips)
    methods = _methods(clips)
    splits, unsalted = (_splits(clips, listed.videos, salt) for salt in (SALT, UNSALTED))
    names = tuple(dict.fromkeys((REAL_METHOD, *methods.values())))
    videos = in_order(
        (
            _video(clip, methods.get((clip.family, clip.method), REAL_METHOD), splits[clip.video])
            for clip in clips
        ),
        names,
    )
    return VideoSet(
        data_set="celeb_df",
        root=root,
        videos=videos,
        methods=names,
        files=(listed.file,),
        made_splits=("train", "validation"),
        ignored=dict(sorted((+ignored).items())),
        notes=tuple(_notes(listed, videos)),
        leaks=tuple(
            shared_identities(
                {clip.video: (splits[clip.video], clip.named.identities) for clip in clips}
            )
        ),
        unsalted=unsalted,
    )


def _check_classes(
    root: Path, clips: Sequence[_Clip], listed: TestingList, ignored: Mapping[str, int]
) -> None:
    """Check that there are originals and forgeries, unless all videos are of the test."""
    trained = not clips or any(clip.video not in listed.videos for clip in clips)
    for label, name in enumerate(LABELS):
        if trained and not any(clip.label == label for clip in clips):
            raise PreparationError(
                f"{root} holds no {name} videos: they lie in {', '.join(FOLDERS)}; passed over: "
                f"{kinds(ignored)}{_crops_hint(root)}"
            )


def _crops_hint(root: Path) -> str:
    """Return what prepares the face crops of folders `frames`; empty where there are none."""
    if not any((root / folder / "frames").is_dir() for folder in FOLDERS):
        return ""
    return "; face crops in folders called frames are prepared by python -m data_prep.deepfakebench"


def _check_names(root: Path, clips: Sequence[_Clip]) -> None:
    """Check that no two files are one video, as in Celeb-real and celeb-real."""
    files: dict[str, str] = {}
    for clip in clips:
        first = files.setdefault(clip.video, clip.file.name)
        if first != clip.file.name:
            raise PreparationError(
                f"{root}: {text_of(first)} and {text_of(clip.file.name)} are both {clip.video}: "
                "leave the one that is meant"
            )


def _find(root: Path, ignored: Counter[str]) -> Iterator[_Clip]:
    for name in subfolders(root, ".", ignored):
        official = official_folder(name)
        if official is None:
            continue
        depth = 2 if official == FORGERIES else 0
        for folder, between in _folders(root, name, (), depth):
            yield from _clips(root, folder, official, between, ignored)


def _folders(
    root: Path, folder: str, between: tuple[str, ...], depth: int
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield `folder` and those `depth` levels below it, each with the names on the way to it."""
    yield folder, between
    for name in subfolders(root, folder, Counter()):
        if name == VIDEOS:
            yield f"{folder}/{name}", between
        elif depth:
            known = METHOD_SPELLINGS.get(name, name)
            yield from _folders(root, f"{folder}/{name}", (*between, known), depth - 1)


def _clips(
    root: Path, folder: str, official: str, between: tuple[str, ...], ignored: Counter[str]
) -> Iterator[_Clip]:
    """Yield the videos that lie right in `folder`."""
    passed: Counter[str] = Counter()
    files = find_videos(root, folder, passed)
    if official == FORGERIES or VIDEOS in subfolders(root, folder, Counter()):
        # They are looked through themselves.
        del passed["folder among the videos"]
    ignored.update(passed)
    label = FOLDERS[official]
    *family, method = between or (official if label == FAKE else REAL_METHOD,)
    for name, file in files.items():
        named = read_name(official, text_of(name))
        if named is None:
            place = f" ({text_of('/'.join(between))})" if between else ""
            ignored[f"forgery without target, source and clip in its name{place}"] += 1
            continue
        video = text_of("/".join([official, *between, name]))
        yield _Clip(video, label, named, file, text_of("/".join(family)), text_of(method))


def _methods(clips: Sequence[_Clip]) -> dict[tuple[str, str], str]:
    """Return the name of every family and method: the method's, unless two families have it.

    Raises:
        PreparationError: a method is called `real`.
    """
    places = {(clip.family, clip.method) for clip in clips if clip.label == FAKE}
    number = Counter(method for _, method in places)
    if number[REAL_METHOD]:
        raise PreparationError(
            f"a folder of forgeries is called {REAL_METHOD}, which stands for the originals: "
            "rename it"
        )
    families = {family: place for place, family in enumerate(("", *FAMILIES))}
    ordered = sorted(places, key=lambda place: (families.get(place[0], len(families)), place))
    return {
        (family, method): f"{family}-{method}" if family and number[method] > 1 else method
        for family, method in ordered
    }


def _splits(clips: Sequence[_Clip], listed: Mapping[str, int], salt: str) -> dict[str, str]:
    """Return the split of every video."""
    rest = [
        (clip.named.clip, clip.label, clip.method) for clip in clips if clip.video not in listed
    ]
    made = split_groups(rest, {"validation": VALIDATION}, salt)
    return {clip.video: "test" if clip.video in listed else made[clip.named.clip] for clip in clips}


def _video(clip: _Clip, method: str, split: str) -> Video:
    target = f"{CELEBRITIES}/{clip.named.clip}"
    # Reenacted and talking faces move otherwise than the target's clip: its boxes do not fit them.
    aligned = clip.family == _ALIGNED or clip.method == FORGERIES
    return Video(
        video=clip.video,
        method=method,
        split=split,
        group=clip.named.clip,
        target=clip.named.clip,
        file=clip.file,
        mask=None,
        boxes_of=(clip.video, target) if aligned else (clip.video,),
    )


def _notes(listed: TestingList, videos: Sequence[Video]) -> Iterator[str]:
    """Yield what the list decided, and where it and the folders do not meet."""
    made = (
        "; of the target clips of the other videos, each with its forgeries, "
        f"{VALIDATION:.0%} by salted hash are validation"
    )
    tested = {video.video for video in videos if video.split == "test"}
    yield f"test is {listed.file.name}" + (made if len(tested) < len(videos) else "")
    absent = [video for video in listed.videos if video not in tested]
    if absent:
        yield (
            f"{len(absent)} of the {len(listed.videos)} videos of {listed.file.name} are not "
            f"there, for example {absent[0]} (line {listed.videos[absent[0]]})"
        )
    methods = dict.fromkeys(video.method for video in videos)
    without = methods.keys() - {video.method for video in videos if video.video in tested}
    if without:
        named = ", ".join(method for method in methods if method in without)
        yield f"{listed.file.name} names no videos by {named}: they are not tested on"
