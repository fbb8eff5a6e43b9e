"""From OpenForensics, the release or its derivative, to a prepared set: once, then found again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from data_prep.checks.complete import PreparationError
from data_prep.faces.carried_regions import carry_regions, check_regions
from data_prep.folder import prepare_folder
from data_prep.openforensics.crops import pieces_in
from data_prep.openforensics.records import ReleaseCrops
from data_prep.openforensics.regions import release_regions
from data_prep.openforensics.release import (
    LAYOUT_HELP,
    Release,
    annotation_files,
    open_release,
)
from data_prep.prepared.card import DataCard, found_prepared, make_card
from data_prep.prepared.write_once import file_name
from data_prep.running.preparation import OnProgress, Preparation, write_set
from data_prep.schema import LABELS, VERSION
from data_prep.source.folder_names import read_folder_name
from data_prep.source.layout import text_of
from data_prep.source.listing import Listing, list_pictures
from data_prep.source.synthetic_mark import note_of, read_description

DATA_SET = "open_forensics"
TESTS = ("Test-Dev", "Test-Challenge")
SIZE = 256
"""The side of the crops by default, pixels."""


def prepare_openforensics(
    source: Path | str,
    data_dir: Path | str,
    *,
    test: str = TESTS[0],
    size: int = SIZE,
    name: str | None = None,
    skip_limit: int = 20,
    strict: bool = False,
    on_progress: OnProgress | None = None,
) -> Path:
    """Prepare the faces of OpenForensics below `data_dir`, or find them prepared.

    A set is found again by its name, these options, the resolved path of `source` and the names,
    sizes and times of its files. A data card is written beside the records
    (`data_prep.prepared.card.read_card`). Until then the faces of finished pictures are kept in a
    hidden folder beside the set, so that a preparation that was killed goes on with them; the
    logger `data_prep` says how many there are. The derivative goes the road of picture folders
    (`data_prep.folder`), where its pictures stay as they are.

    Where the source has a face_regions.json (`data_prep.faces.regions`), the regions are written
    beside the records (`data_prep.faces.carried_regions`), also of a set that is found prepared.

    Args:
        source: the folder of the release, or of the derivative.
        data_dir: where prepared sets are kept.
        test: which split of the release becomes `test`; the other makes a set of its own.
        size: the side of the crops, pixels. The derivative's pictures are crops already: it takes
            none of `test`, `size` and `name`.
        name: of the set; the folder's by default, and always for the derivative.
        skip_limit: how many pictures and faces that cannot be used are left out before it becomes
            an error.
        strict: whether every leak (`data_prep.checks.leaks`) is an error and not only a warning:
            the splits are the release's.
        on_progress: called with (pictures done, pictures in all).

    Returns:
        The TFDS version folder.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is not a folder.
        AnnotationsError: the annotations have another form, or ids stand twice.
        FaceRegionsError: the file of face regions has another form.
        PreparationError: wrong options, or such as the derivative has not, no known layout, missing
            annotations or pictures, too many that cannot be used, one class only, an empty split;
            with `strict`, a leak.
        OSError: `data_dir` cannot be written to, or the disk is full; no set is written then.
    """
    if size < 1:
        raise PreparationError(f"size is {size}, but must be at least 1")
    if test not in TESTS:
        raise PreparationError(f"test is {test!r}, but must be {' or '.join(TESTS)}")
    listing = list_pictures(Path(source).expanduser())
    if not annotation_files(listing.root):
        _check_derivative(listing)
        _check_options_of_derivative(listing.root, test, size, name)
        return prepare_folder(
            listing.root, data_dir, skip_limit=skip_limit, strict=strict, on_progress=on_progress
        )
    release = open_release(listing, test)
    name = name or text_of(release.root.name)
    configuration = _configuration(name, size, release)
    target = Path(data_dir).expanduser() / DATA_SET / configuration / VERSION
    if found_prepared(target, skip_limit=skip_limit, strict=strict, kind="pictures or faces"):
        carry_regions(target, release.regions, lambda regions: release_regions(release, regions))
        return target
    check_regions(release.regions)
    crops = ReleaseCrops(release, size)
    pieces = pieces_in(target.parents[1] / f".kept-{configuration}")
    preparation = crops.preparation(pieces, skip_limit, on_progress)
    write_set(target, preparation, LABELS, lambda: _card(name, crops, preparation, strict))
    carry_regions(target, release.regions, lambda regions: release_regions(release, regions))
    return target


def _check_derivative(listing: Listing) -> None:
    """Check that the pictures lie in folders of classes, as those of the derivative do."""
    if not any(
        read_folder_name(folder).label is not None
        for picture in listing.pictures
        for folder in picture.name.split("/")[:-1]
    ):
        raise PreparationError(
            f"{listing.root} has no *_poly.json, in it or one folder below, and no folders Real "
            f"and Fake: {LAYOUT_HELP}"
        )


def _check_options_of_derivative(root: Path, test: str, size: int, name: str | None) -> None:
    """Refuse what would have no effect where pictures stay as they are, under their folder's name.

    Raises:
        PreparationError: an option differs from its default.
    """
    given = {"test": test != TESTS[0], "size": size != SIZE, "name": name is not None}
    chosen = [option for option, differs in given.items() if differs]
    if chosen:
        raise PreparationError(
            f"{root} is the derivative of OpenForensics, whose pictures are cropped and divided "
            f"already and are taken as they are: leave out {' and '.join(chosen)}, which only the "
            "release with its *_poly.json knows"
        )


def _configuration(name: str, size: int, release: Release) -> str:
    """Return the name of the configuration, in characters that every file system accepts."""
    digest = hashlib.sha256(json.dumps([name, size, release.fingerprint]).encode()).hexdigest()
    called = file_name(name, "pictures")
    return f"{called}-{release.splits[-1].release}-{size}-{digest[:12]}"


def _card(name: str, crops: ReleaseCrops, preparation: Preparation, strict: bool) -> DataCard:
    release = crops.release
    rendered = read_description(release.root)
    splits = ", ".join(f"{split.release} is {split.split}" for split in release.splits)
    notes = [f"{splits}; faces cropped to {crops.size} pixels", *crops.notes()]
    return make_card(
        preparation.seen,
        name=name,
        source=text_of(str(release.root)),
        methods=LABELS,
        synthetic=rendered is not None,
        skipped=preparation.skipped,
        ignored=release.ignored,
        notes=notes if rendered is None else [note_of(rendered), *notes],
        warnings=crops.warnings(),
        strict=strict,
    )
