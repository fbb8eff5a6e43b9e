"""What a user may point at: a folder of pictures, a folder with a manifest, or a CSV file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from data_prep.prepared.find import version_folders
from data_prep.source.arrange import LAYOUTS_HELP, Layout, Regroup, arrange
from data_prep.source.folder_names import SPLIT_FOLDERS
from data_prep.source.listing import Listing, fingerprint, list_pictures
from data_prep.source.manifest import MANIFEST_FILE, arrange_rows, read_rows, stat_rows

_NAMED = 8


@dataclass(frozen=True)
class Source:
    """Pictures on disk, listed but not yet arranged.

    Attributes:
        name: of the folder.
        root: the folder the entries' paths are relative to, resolved.
        fingerprint: changes with any picture's name, size or time.
        lay_out: arranges the pictures.
    """

    name: str
    root: Path
    fingerprint: str
    lay_out: Callable[[], Layout]


def open_source(path: Path, regroup: Regroup | None = None) -> Source:
    """Lists what lies at `path`, without opening a picture.

    Args:
        path: a folder or a CSV.
        regroup: gives groups by the names of the pictures; a manifest gives its own.

    Raises:
        FileNotFoundError: nothing is there, or no picture.
        LayoutError: a split's folder is empty.
        NotADirectoryError: a file that is no CSV.
        ManifestError: the manifest is wrong.
    """
    if path.is_file() and path.suffix.lower() == ".csv":
        return _manifest_source(path.resolve())
    if (path / MANIFEST_FILE).is_file():
        return _manifest_source((path / MANIFEST_FILE).resolve())
    return _folder_source(path, regroup)


def _manifest_source(manifest: Path) -> Source:
    rows = read_rows(manifest)
    listed = fingerprint(manifest, stat_rows(manifest, rows))
    return Source(manifest.parent.name, manifest.parent, listed, lambda: arrange_rows(rows))


def _folder_source(folder: Path, regroup: Regroup | None) -> Source:
    listing = list_pictures(folder)
    if not listing.pictures:
        raise FileNotFoundError(_no_pictures(folder, listing))

    def lay_out() -> Layout:
        layout = arrange([file.name for file in listing.pictures], listing.empty_folders, regroup)
        return replace(layout, ignored=layout.ignored + listing.ignored)

    if any(name.rpartition("/")[2].lower() in SPLIT_FOLDERS for name in listing.empty_folders):
        lay_out()  # An empty folder changes no fingerprint; a set found again would hide the error.
    return Source(listing.root.name, listing.root, listing.fingerprint(), lay_out)


def _no_pictures(folder: Path, listing: Listing) -> str:
    """What to say of a folder without pictures."""
    sets = [str(version.relative_to(folder)) for version in version_folders(folder)]
    if sets:
        more = f" and {len(sets) - _NAMED} more" if len(sets) > _NAMED else ""
        return (
            f"{folder} holds {len(sets)} prepared set{'s' * (len(sets) > 1)} and no pictures: name "
            f"one of them: {', '.join(sets[:_NAMED])}{more}"
        )
    others = ", ".join(f"{number} {kind}" for kind, number in sorted(listing.ignored.items()))
    return (
        f"there are no pictures below {folder} (found instead: {others or 'nothing'}). "
        f"{LAYOUTS_HELP}"
    )
