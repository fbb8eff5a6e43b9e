"""From a folder of pictures to a prepared set: once, and then found again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from data_prep.checks.complete import PreparationError, check_classes_and_splits
from data_prep.checks.lopsided import video_warnings
from data_prep.folder.source import PictureSource, open_pictures
from data_prep.media.pictures import Picture, read_picture
from data_prep.prepared.card import Seen, found_prepared, make_card
from data_prep.prepared.write_once import file_name
from data_prep.running.preparation import OnProgress, Preparation, Sample, write_set
from data_prep.schema import FAKE, LABELS, REAL, SPLITS, VERSION
from data_prep.source.entries import Entry
from data_prep.source.layout import text_of
from data_prep.source.method_names import in_usual_order

_REMEDY = (
    "keep together what belongs together: the same group for them in a manifest.csv, or a folder "
    "for each video"
)


def prepare_folder(source: Path | str, data_dir: Path | str, **options: Any) -> Path:
    """Prepare the pictures that `open_pictures` finds, see `prepare_pictures`."""
    return prepare_pictures(open_pictures(source), data_dir, **options)


def prepare_pictures(
    source: PictureSource,
    data_dir: Path | str,
    *,
    skip_limit: int = 20,
    strict: bool = False,
    on_progress: OnProgress | None = None,
) -> Path:
    """Prepare the pictures of `source` below `data_dir`, or find them prepared.

    A set is found again by the resolved path of `source` and the names, sizes and times of its
    pictures. A data card is written beside the records (`data_prep.prepared.card.read_card`).

    Args:
        source: the pictures; `open_pictures` opens a folder.
        data_dir: where prepared sets are kept.
        skip_limit: how many bad pictures are left out before it becomes an error.
        strict: whether every leak (`data_prep.checks.leaks`) is an error, and not only those of a
            split that was made here.
        on_progress: called with (pictures done, pictures in all).

    Returns:
        The TFDS version folder.

    Raises:
        LayoutError: the folder's layout is not known.
        ManifestError: the manifest is wrong.
        PreparationError: too many bad pictures, one class only, an empty split, or a leak that is
            not allowed; nothing is kept then.
        OSError: `data_dir` cannot be written to, or the disk is full; nothing is kept then.
    """
    target = set_folder(source, data_dir)
    if found_prepared(target, skip_limit=skip_limit, strict=strict):
        return target
    arranged = source.arrange()
    try:
        check_classes_and_splits(arranged.entries, source.root)
    except PreparationError as error:
        raise PreparationError("; ".join((str(error), *arranged.notes))) from None
    by_split: dict[str, list[Entry]] = {split: [] for split in SPLITS}
    for entry in arranged.entries:
        by_split[entry.split].append(entry)
    methods = _methods(arranged.entries)
    preparation = Preparation(
        root=source.root,
        sizes={split: len(entries) for split, entries in by_split.items()},
        items=by_split.__getitem__,
        name=lambda entry: entry.key,
        read=lambda entry: read_picture(source.root / entry.path),
        samples=lambda entry, picture: [_sample(entry, picture)],
        skip_limit=skip_limit,
        on_progress=on_progress,
    )
    return write_set(
        target,
        preparation,
        methods,
        lambda: make_card(
            preparation.seen,
            name=text_of(source.name),
            source=text_of(str(source.root)),
            methods=methods,
            skipped=preparation.skipped,
            ignored=arranged.ignored,
            notes=arranged.notes,
            warnings=(*arranged.warnings, *video_warnings(arranged.entries)),
            made_splits=arranged.made_splits,
            strict=strict,
            remedy=_REMEDY,
        ),
    )


def set_folder(source: PictureSource, data_dir: Path | str) -> Path:
    """Return the version folder of the set that is made of `source`, which need not be there."""
    configuration = f"{file_name(source.name, 'pictures')}-{source.fingerprint[:12]}"
    return Path(data_dir).expanduser() / source.data_set / configuration / VERSION


def _methods(entries: Iterable[Entry]) -> Sequence[str]:
    """Return `real` and the methods of the forgeries, `fake` first where some are not known."""
    known = {entry.method for entry in entries if entry.label == FAKE}
    unknown = [LABELS[FAKE]] if "" in known or not known else []
    return (LABELS[REAL], *unknown, *in_usual_order(known - {""}))


def _sample(entry: Entry, picture: Picture) -> Sample:
    seen = Seen(
        key=entry.key,
        split=entry.split,
        label=entry.label,
        group=entry.group,
        file_sha256=picture.file_sha256,
        pixels_sha256=picture.pixels_sha256,
        container=picture.container,
        conversion=picture.conversion,
        perceptual_hash=picture.perceptual_hash,
        method=entry.method or LABELS[entry.label],
        compression=entry.compression,
    )
    return Sample(seen, picture.encoded, entry.video, entry.frame)
