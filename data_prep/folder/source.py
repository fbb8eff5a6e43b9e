"""What a user may point at: a folder of pictures, a folder with a manifest, or a CSV file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from data_prep.checks.excerpts import first_names, kinds
from data_prep.media.containers import VIDEO_SUFFIXES
from data_prep.prepared.find import version_folders
from data_prep.source.arrange import Regroup, arrange
from data_prep.source.entries import Arrangement
from data_prep.source.folder_names import SPLIT_FOLDERS
from data_prep.source.layout import LAYOUTS_HELP
from data_prep.source.list_files import LIST_SUFFIXES, MANIFEST_FILE, split_lists
from data_prep.source.listing import Listing, fingerprint, list_pictures
from data_prep.source.manifest import arrange_rows, read_manifest, stat_files
from data_prep.source.places import has_class_folders, has_method_folders

_NAMED = 8
_VIDEOS_HELP = (
    "Videos are prepared by the command of their release (python -m data_prep.faceforensics, "
    "celebdf or dfdc; a CSV filename,label beside any videos is read as DFDC's labels.csv). "
)


@dataclass(frozen=True)
class PictureSource:
    """Pictures on disk, listed but not yet arranged.

    Attributes:
        data_set: the folder of its prepared sets below that of all.
        name: of the folder.
        root: the folder the entries' paths are relative to, resolved.
        fingerprint: changes with any picture's name, size or time.
        arrange: says which picture has which label, split, group and video.
    """

    data_set: str
    name: str
    root: Path
    fingerprint: str
    arrange: Callable[[], Arrangement]


def open_pictures(
    source: Path | str, data_set: str = "picture_folder", regroup: Regroup | None = None
) -> PictureSource:
    """List what lies at `source`, without opening a picture.

    Args:
        source: a folder of pictures in a known layout, a folder with a `manifest.csv`, or a CSV.
        data_set: the folder of its prepared sets below that of all.
        regroup: gives groups by the names of the pictures; a manifest gives its own.

    Raises:
        FileNotFoundError: nothing is there, or no picture.
        LayoutError: a split's folder is empty.
        NotADirectoryError: a file that is no CSV.
        ManifestError: the manifest is wrong.
    """
    path = Path(source).expanduser()
    if path.is_file() and path.suffix.lower() in LIST_SUFFIXES:
        return _manifest_source(path.resolve(), data_set)
    if (path / MANIFEST_FILE).is_file():
        return _manifest_source((path / MANIFEST_FILE).resolve(), data_set)
    listing = list_pictures(path)
    lists = (
        None if has_class_folders([file.name for file in listing.pictures]) else split_lists(path)
    )
    if lists is not None:
        return _manifest_source(lists.resolve(), data_set)
    return _folder_source(path, listing, data_set, regroup)


def _manifest_source(path: Path, data_set: str) -> PictureSource:
    manifest = read_manifest(path)
    # The set of one list is found by its path, as ever.
    listed = fingerprint(manifest.files[0], stat_files(manifest))
    folder = path.parent
    return PictureSource(data_set, folder.name, folder, listed, lambda: arrange_rows(manifest))


def _folder_source(
    folder: Path, listing: Listing, data_set: str, regroup: Regroup | None
) -> PictureSource:
    if not listing.pictures:
        raise FileNotFoundError(_no_pictures(folder, listing))

    def arranged() -> Arrangement:
        arrangement = arrange(
            [file.name for file in listing.pictures], listing.empty_folders, regroup
        )
        return replace(arrangement, ignored=arrangement.ignored + listing.ignored)

    if any(name.rpartition("/")[2].lower() in SPLIT_FOLDERS for name in listing.empty_folders):
        # An empty folder changes no fingerprint: a set that is found again would hide the error.
        arranged()
    found_by = listing.fingerprint()
    if has_method_folders([file.name for file in listing.pictures]):
        # A set that was prepared when these were taken for videos must not be found again.
        found_by = hashlib.sha256(f"{found_by} with methods".encode()).hexdigest()
    return PictureSource(data_set, listing.root.name, listing.root, found_by, arranged)


def _no_pictures(folder: Path, listing: Listing) -> str:
    """Return what to say of a folder without pictures."""
    sets = [str(version.relative_to(folder)) for version in version_folders(folder)]
    if sets:
        return (
            f"{folder} holds {len(sets)} prepared set{'s' * (len(sets) > 1)} and no pictures: name "
            f"one of them: {first_names(sets, _NAMED)}"
        )
    videos = any(f"{suffix} file" in listing.ignored for suffix in VIDEO_SUFFIXES)
    return (
        f"there are no pictures below {folder} (found instead: {kinds(listing.ignored)}). "
        + (_VIDEOS_HELP if videos else "")
        + LAYOUTS_HELP
    )
