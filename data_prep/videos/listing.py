"""Files of the source folder, listed without opening them and never outside of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from data_prep.media.containers import VIDEO_SUFFIXES, video_stem
from data_prep.source.listing import ListedFile, fingerprint
from data_prep.videos.frames import list_frames


def resolved_root(folder: Path | str) -> Path:
    """Return the resolved folder of the videos.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is not a folder.
    """
    folder = Path(folder).expanduser()
    if not folder.exists():
        raise FileNotFoundError(f"there is no folder {folder}: check the path of the videos")
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder: give the folder of the videos")
    return folder.resolve()


def find_file(root: Path, name: str) -> ListedFile | None:
    """Return the file `name` below the resolved folder `root`, None if absent or outside."""
    path = root / name
    return listed(path, name) if path.is_file() and _is_inside(path, root) else None


def find_versions(root: Path, names: Sequence[str]) -> list[Path]:
    """Return those of `names` that are files or folders below `root`, and do not lead out of it."""
    paths = (root / name for name in names)
    return [path for path in paths if path.exists() and _is_inside(path, root)]


def _is_inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root)


def listed(path: Path, name: str) -> ListedFile:
    """Return a video, or a folder of extracted frames, as it is listed under `name`.

    The size of a folder is that of all its pictures, and in place of its time stands a number that
    changes with the name, size or time of any.

    Raises:
        OSError: it is not there.
    """
    stat = path.stat()
    if not path.is_dir():
        return ListedFile(name, stat.st_size, stat.st_mtime_ns)
    frames = []
    for frame in list_frames(path):
        stat = frame.stat()
        frames.append(ListedFile(frame.name, stat.st_size, stat.st_mtime_ns))
    digest = fingerprint(path, frames)
    return ListedFile(name, sum(frame.size for frame in frames), int(digest[:15], 16))


def subfolders(root: Path, folder: str, ignored: Counter[str]) -> list[str]:
    """Return the sorted names of the folders in `folder`; links to folders are counted only.

    Args:
        root: the source folder, resolved.
        folder: relative to it, `/` between parts.
        ignored: kind -> number, counted up.
    """
    names = []
    for entry in _entries(root, folder, ignored):
        if entry.is_dir(follow_symlinks=False):
            names.append(entry.name)
        elif entry.is_dir():
            ignored["link to a folder"] += 1
    return sorted(names)


def find_videos(root: Path, folder: str, ignored: Counter[str]) -> dict[str, ListedFile]:
    """Return the videos in `folder` by their names without suffix.

    Of several files of one name, such as `000.mp4` and `000.avi`, the one whose suffix comes first
    in `VIDEO_SUFFIXES` is the video, the others are counted. A link to a file inside the source
    folder is a file; links that leave it are counted.

    Args:
        root: the source folder, resolved.
        folder: relative to it, `/` between parts.
        ignored: kind -> number of other entries, counted up.
    """
    videos = {}
    for entry in sorted(_entries(root, folder, ignored), key=_preference):
        kind = _reason_to_ignore(entry, root)
        if kind is not None:
            ignored[kind] += 1
            continue
        name = video_stem(entry.name)
        if name in videos:
            ignored["further file of a video's name"] += 1
            continue
        stat = entry.stat()
        videos[name] = ListedFile(f"{folder}/{entry.name}", stat.st_size, stat.st_mtime_ns)
    return dict(sorted(videos.items()))


def find_frame_folders(root: Path, folder: str, ignored: Counter[str]) -> dict[str, ListedFile]:
    """Return the folders of extracted frames in `folder`, by their names, see `listed`.

    Args:
        root: the source folder, resolved.
        folder: relative to it, `/` between parts.
        ignored: kind -> number of links to folders, counted up.
    """
    return {
        name: listed(root / folder / name, f"{folder}/{name}")
        for name in subfolders(root, folder, ignored)
    }


def _entries(root: Path, folder: str, ignored: Counter[str]) -> list[os.DirEntry[str]]:
    """Return what lies in `folder` and is not hidden; nothing where the way there is a link."""
    path = root / folder
    if not path.is_dir():
        return []
    if path.resolve() != path:
        ignored["link to a folder"] += 1
        return []
    try:
        with os.scandir(path) as scanned:
            entries = list(scanned)
    except PermissionError as error:
        raise PermissionError(
            f"the folder {path} cannot be read: give yourself the right to read it"
        ) from error
    ignored.update({"hidden": sum(entry.name.startswith(".") for entry in entries)})
    return [entry for entry in entries if not entry.name.startswith(".")]


def _preference(entry: os.DirEntry[str]) -> tuple[int, str]:
    """Return what sorts the files of one name, the preferred first; small letters before large."""
    suffix = Path(entry.name).suffix.lower()
    place = VIDEO_SUFFIXES.index(suffix) if suffix in VIDEO_SUFFIXES else len(VIDEO_SUFFIXES)
    return place, entry.name.swapcase()


def _reason_to_ignore(entry: os.DirEntry[str], root: Path) -> str | None:
    if entry.is_symlink():
        target = Path(entry.path).resolve()
        if not target.is_relative_to(root):
            return "link out of the folder"
        if not target.exists():
            return "broken link"
    if not entry.is_file():
        return "folder among the videos" if entry.is_dir() else "not a regular file"
    if video_stem(entry.name) is None:
        suffix = Path(entry.name).suffix
        return f"{suffix} file" if suffix else "file without a suffix"
    return None
