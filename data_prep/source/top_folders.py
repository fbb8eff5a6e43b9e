"""The first folders of a path: split, class and method, as long as their names are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from data_prep.checks.excerpts import first_lines
from data_prep.schema import FAKE, LABELS, REAL
from data_prep.source.folder_names import read_folder_name
from data_prep.source.layout import LAYOUTS_HELP, LayoutError, Place, listed, text_of
from data_prep.source.method_names import method_name


def read_tops(
    paths: Iterable[str], depth: int, *, beside_methods: bool
) -> tuple[list[Place], list[str]]:
    """Read the known folders from the top on; return also the paths without class and method."""
    placed, outside = [], []
    for path in paths:
        *folders, file = path.split("/")
        place = _read_top(path, folders[depth:], file, beside_methods)
        if place is None:
            outside.append(path)
        else:
            placed.append(place)
    return placed, outside


def _read_top(path: str, folders: Sequence[str], file: str, beside_methods: bool) -> Place | None:
    label = split = split_folder = None
    method, below = "", folders
    for level, name in enumerate(folders):
        says, named = read_folder_name(name), method_name(name)
        if label is None and says.label is not None and not (named and beside_methods):
            label = says.label
            if says.split and split is None:
                split = split_folder = says.split
        elif label is None and named:
            method = named
        elif split is None and says.split and says.label is None:
            split, split_folder = says.split, name
        elif label is None and (method or beside_methods) and _has_class(folders[level + 1 :]):
            method = method or name  # else what the pictures show, as in progan/car/0_real
        else:
            break
        below = folders[level + 1 :]
    if label is None and not method:
        return None
    return Place(
        path=path,
        key=text_of("/".join((*folders, file))),
        stem=text_of(file.rsplit(".", 1)[0]),
        label=FAKE if label is None else label,
        split=split,
        split_folder=split_folder,
        method="" if label == REAL else method,
        below=tuple(below),
    )


def _has_class(folders: Sequence[str]) -> bool:
    """Return whether one of the next two folders is a class's."""
    return any(read_folder_name(name).label is not None for name in folders[:2])


def check_understood(
    paths: Iterable[str], placed: Sequence[Place], outside: Sequence[str], depth: int
) -> None:
    """Check that both classes were found if there are folders that were not understood."""
    labels = {place.label for place in placed}
    if not labels:
        top = listed(sorted({path.split("/")[0] for path in paths}))
        unknown = unknown_folders(outside, depth)
        named = f"; not understood: {unknown}" if unknown else ""
        if all("/" not in path for path in paths):
            raise LayoutError(
                f"pictures such as {top} have no label: put them into a folder real or fake there "
                f"(one class alone is a set for testing). {LAYOUTS_HELP}"
            )
        raise LayoutError(
            f"no folder of a class was found; at the top are: {top}{named}. {LAYOUTS_HELP}"
        )
    unknown = unknown_folders(outside, depth)
    if len(labels) == 1 and unknown:
        there = LABELS[labels.pop()]
        raise LayoutError(
            f"all folders that were understood hold {there} pictures, and these were not "
            f"understood: {unknown}; rename them to real or fake, or to the method's usual name. "
            f"{LAYOUTS_HELP}"
        )


def check_no_class_outside(outside: Iterable[str], depth: int) -> None:
    """Check that no folder that is not understood, such as `train_test`, holds those of classes."""
    holding: dict[str, None] = {}
    for path in outside:
        folders = path.split("/")[depth:-1]
        if known := [name for name in folders[1:] if _is_class(name)]:
            holding["/".join(folders[: folders.index(known[0], 1)])] = None
    if holding:
        raise LayoutError(
            f"folders of classes lie in others that are not understood: {listed(sorted(holding))}; "
            "rename each of these to train, validation or test, whichever it is, or move it out"
        )


def _is_class(name: str) -> bool:
    return read_folder_name(name).label is not None or method_name(name) is not None


def unknown_folders(outside: Iterable[str], depth: int) -> str:
    """Return the names of the folders for which pictures have no place; empty if there is none."""
    names = set()
    for path in outside:
        folders = path.split("/")[depth:-1]
        while folders and read_folder_name(folders[0]).split:
            del folders[0]
        if folders:
            names.add(folders[0])
    return listed(sorted(names))


def check_no_other_class(placed: Iterable[Place]) -> None:
    """Check that no picture lies below folders of both classes."""
    rows = []
    for place in placed:
        for name in place.below:
            other = read_folder_name(name).label
            if other not in (None, place.label) and not method_name(name):
                rows.append(
                    f"{text_of(place.path)}: its class is {LABELS[place.label]}, and {name} is "
                    f"{LABELS[1 - place.label]}"
                )
                break
    if rows:
        raise LayoutError(
            f"{len(rows)} pictures lie below folders of both classes; rename one of them:\n"
            f"{first_lines(rows)}"
        )
