"""The videos of a FaceForensics++ or Celeb-DF tree of ready crops, without an index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from data_prep.celebdf.names import FOLDERS
from data_prep.celebdf.testing_list import read_testing_list
from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench.listed import DEFAULT_LEVEL, Found, Listed, find_masks, masks_beside
from data_prep.deepfakebench.paths import DATA_SETS
from data_prep.faceforensics import pairs
from data_prep.faceforensics.actors import ACTORS, METHOD
from data_prep.faceforensics.layout import FORGERIES, ORIGINALS
from data_prep.faceforensics.level import LEVEL_FOLDERS
from data_prep.faceforensics.splits import Splits, has_splits, read_splits
from data_prep.schema import FAKE, REAL_METHOD, SPLITS
from data_prep.source.layout import text_of
from data_prep.videos.landmarks import FRAMES
from data_prep.videos.listing import find_frame_folders, subfolders

_EVERYWHERE = frozenset(SPLITS)


def find_in_tree(
    root: Path, level: str | None, splits: Path | None, make_splits: bool, ignored: Counter[str]
) -> Found:
    """Return the videos of a tree, a folder of crops each.

    Args:
        root: the source folder, resolved.
        level: of the compression, of a FaceForensics++ tree; None for c23.
        splits: the folder of its split files, None for the source's own.
        make_splits: whether the pairs are divided here, where it has no such files.
        ignored: kind -> number of entries that are passed over, counted up.

    Raises:
        PreparationError: it is no such tree, or its splits are missing or wrong.
    """
    if (root / ORIGINALS).is_dir() or (root / FORGERIES).is_dir():
        if make_splits and (splits is not None or has_splits(root)):
            raise PreparationError(f"{root} has split files: leave --make_splits out")
        return _faceforensics(root, level or DEFAULT_LEVEL, splits, make_splits, ignored)
    if splits is not None or make_splits:
        raise PreparationError(
            "--splits and --make_splits are of a FaceForensics++ tree without an index"
        )
    if any((root / folder / FRAMES).is_dir() for folder in FOLDERS):
        if level is not None:
            raise PreparationError(f"{root} has no levels: leave --compression out")
        return _celebdf(root, ignored)
    inside = sorted(DATA_SETS.intersection(path.name for path in root.iterdir()))
    hint = f"--source={root / inside[0]} for that one, or " if inside else ""
    raise PreparationError(
        f"{root} is neither a FaceForensics++ tree ({ORIGINALS}, {FORGERIES}) nor one of Celeb-DF "
        f"({', '.join(FOLDERS)}, with {FRAMES} in them): give {hint}--index=FILE, a file of "
        "dataset_json"
    )


def _faceforensics(
    root: Path, level: str, given: Path | None, make_splits: bool, ignored: Counter[str]
) -> Found:
    sources = subfolders(root, ORIGINALS, ignored)
    methods = subfolders(root, FORGERIES, ignored)
    only_actors = set(sources) <= {ACTORS} and set(methods) <= {METHOD}
    without = make_splits or (only_actors and given is None)
    splits = None if without else read_splits(root, given)
    videos = [
        video
        for above, folders in ((ORIGINALS, sources), (FORGERIES, methods))
        for folder in folders
        for video in _of_folder(root, f"{above}/{folder}", level, splits, ignored)
    ]
    if not videos:
        raise PreparationError(
            f"{root} holds no crops at {level} that stand in a split: they lie in "
            f"{ORIGINALS}/youtube/{level}/{FRAMES}/000/014.png and "
            f"{FORGERIES}/Deepfakes/{level}/{FRAMES}/000_003/014.png"
        )
    return Found(videos, splits.files if splits else (), (pairs.NOTE,) if make_splits else ())


def _of_folder(
    root: Path, folder: str, level: str, splits: Splits | None, ignored: Counter[str]
) -> Iterator[Listed]:
    """Yield the videos of one source or method; without splits each stands in all of them."""
    above, _, called = folder.partition("/")
    known = splits or Splits()
    members = known.forgeries if above == FORGERIES else known.originals
    everywhere = splits is None or called in (ACTORS, METHOD)
    for level_folder in LEVEL_FOLDERS[level]:
        for name, file in find_frame_folders(
            root, f"{folder}/{level_folder}/{FRAMES}", ignored
        ).items():
            if not everywhere and name not in members:
                ignored["video in no split"] += 1
                continue
            yield Listed(
                video=f"{text_of(called)}/{text_of(name)}",
                name=name,
                method=text_of(called) if above == FORGERIES else REAL_METHOD,
                labels=frozenset({called}),
                splits=_EVERYWHERE if everywhere else frozenset({members[name].split}),
                level=level_folder,
                file=file,
                frames=None,
                masks=find_masks(root, masks_beside(file.name)) if above == FORGERIES else None,
            )


def _celebdf(root: Path, ignored: Counter[str]) -> Found:
    testing = read_testing_list(root)
    videos = []
    for folder, label in FOLDERS.items():
        for name, file in find_frame_folders(root, f"{folder}/{FRAMES}", ignored).items():
            video = f"{folder}/{text_of(name)}"
            videos.append(
                Listed(
                    video=video,
                    name=name,
                    method=folder if label == FAKE else REAL_METHOD,
                    labels=frozenset({folder}),
                    splits=frozenset({"test" if video in testing.videos else "train"}),
                    level="",
                    file=file,
                    frames=None,
                    masks=None,
                )
            )
    return Found(videos, (testing.file,), (f"test is {testing.file.name}",))
