"""The official release on disk: which files belong to which split, without opening a picture."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data_prep.checks.complete import PreparationError
from data_prep.faces.regions import REGIONS_FILE
from data_prep.source.listing import ListedFile, Listing, fingerprint
from data_prep.source.synthetic_mark import DESCRIPTION_FILE

RELEASE_SPLITS = ("Train", "Val", "Test-Dev", "Test-Challenge")
"""The release's names; `Test-Challenge` is corrupted on purpose."""

LAYOUT_HELP = (
    "the official release is {Train,Val,Test-Dev,Test-Challenge}_poly.json with folders "
    "{Train,Val,Test-Dev,Test-Challenge} of pictures; its derivative is "
    "Dataset/{Train,Validation,Test}/{Fake,Real}"
)


@dataclass(frozen=True)
class ReleaseSplit:
    """One split of the release on disk.

    Attributes:
        release: its name in the release, for example `Val`.
        split: its name in the prepared set, for example `validation`.
        annotations: the JSON file.
        files: base name -> the picture, its name relative to the source.
    """

    release: str
    split: str
    annotations: Path
    files: Mapping[str, ListedFile]


@dataclass(frozen=True)
class Release:
    """The release, listed.

    Attributes:
        root: the source folder, resolved.
        splits: for train, validation and test, or test alone.
        ignored: kind -> number of files that belong to none of them.
        fingerprint: changes with the name, size or time of any file that is used.
        regions: the file of the face regions, None where there is none. It is no part of the
            fingerprint: the records are the same with and without it.
    """

    root: Path
    splits: tuple[ReleaseSplit, ...]
    ignored: Counter[str]
    fingerprint: str
    regions: Path | None = None


def annotation_files(root: Path) -> dict[str, Path]:
    """Return the annotations in the source folder or a folder of it, by the release's split.

    Args:
        root: the source folder, resolved; files outside of it that links lead to are passed over.

    Raises:
        PreparationError: two files for one split.
    """
    files = {}
    for release in RELEASE_SPLITS:
        name = f"{release}_poly.json"
        paths = [path for path in (root / name, *sorted(root.glob(f"*/{name}"))) if path.is_file()]
        inside = [path for path in paths if path.resolve().is_relative_to(root)]
        if len(inside) > 1:
            raise PreparationError(
                f"there are two files of annotations for {release}: {inside[0]} and {inside[1]}; "
                "keep one"
            )
        if inside:
            files[release] = inside[0]
    return files


def open_release(listing: Listing, test: str) -> Release:
    """Find the annotations and pictures of the three splits, or of the test alone.

    Args:
        listing: of the source folder.
        test: the release's split that becomes `test`: `Test-Dev` or `Test-Challenge`.

    Raises:
        PreparationError: one of these has no annotations or no pictures, or two pictures of one
            split have the same base name.
    """
    root, annotations = listing.root, annotation_files(listing.root)
    pictures = _by_release_split(listing.pictures)
    chosen = {"Train": "train", "Val": "validation", test: "test"}
    if not any(name in annotations or pictures[name] for name in ("Train", "Val")):
        chosen = {test: "test"}
    splits = []
    for release, split in chosen.items():
        if release not in annotations:
            raise PreparationError(
                f"{root} has no {release}_poly.json, the annotations of the split {split}: put "
                f"them there; {LAYOUT_HELP}"
            )
        if not pictures[release]:
            raise PreparationError(
                f"{root} has no pictures in a folder {release}: unpack {release}.zip, or its "
                f"parts, there; {LAYOUT_HELP}"
            )
        files = _by_base_name(release, pictures[release])
        splits.append(ReleaseSplit(release, split, annotations[release], files))
    ignored = listing.ignored.copy()
    # Annotations, regions and what marks rendered pictures are no pictures either.
    regions = root / REGIONS_FILE
    known = [file.is_file() for file in (root / DESCRIPTION_FILE, regions)]
    ignored[".json file"] -= len(annotations) + sum(known)
    left = {kind: number for kind, number in ignored.items() if number > 0}
    for release in (*RELEASE_SPLITS, ""):
        if release not in chosen and pictures[release]:
            kind = f"picture of {release}" if release else "picture outside the splits"
            left[kind] = len(pictures[release])
    inside = regions.is_file() and regions.resolve().is_relative_to(root)
    return Release(
        root,
        tuple(splits),
        Counter(left),
        _fingerprint(root, splits),
        regions if inside else None,
    )


def _by_release_split(pictures: Sequence[ListedFile]) -> defaultdict[str, list[ListedFile]]:
    """Return the pictures by the nearest folder above them named as a split, "" without one."""
    splits: defaultdict[str, list[ListedFile]] = defaultdict(list)
    for picture in pictures:
        folders = picture.name.split("/")[-2::-1]
        splits[next((name for name in folders if name in RELEASE_SPLITS), "")].append(picture)
    return splits


def _by_base_name(release: str, pictures: Sequence[ListedFile]) -> dict[str, ListedFile]:
    files: dict[str, ListedFile] = {}
    for picture in pictures:
        base = picture.name.rpartition("/")[2]
        if base in files:
            raise PreparationError(
                f"two pictures of {release} have one name: {files[base].name} and {picture.name}; "
                "annotations name pictures by it, so keep one"
            )
        files[base] = picture
    return files


def _fingerprint(root: Path, splits: Sequence[ReleaseSplit]) -> str:
    digest = hashlib.sha256()
    for split in splits:
        stat = split.annotations.stat()
        name = split.annotations.relative_to(root).as_posix()
        files = [ListedFile(name, stat.st_size, stat.st_mtime_ns), *split.files.values()]
        digest.update(f"{split.release} {split.split} {fingerprint(root, files)}\n".encode())
    return digest.hexdigest()
