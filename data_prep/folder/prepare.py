"""From a folder of pictures to a prepared set: once, and then found again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_prep.checks.complete import (
    PreparationError,
    check_classes_and_splits,
    check_skipped,
    warnings_of,
)
from data_prep.folder.source import Source, open_source
from data_prep.media.pictures import BadPictureError, Picture, read_picture
from data_prep.prepared.card import Seen, found_prepared, make_card, write_card
from data_prep.prepared.write_once import build_records, file_name, write_once
from data_prep.running.in_order import in_order
from data_prep.schema import LABELS, record
from data_prep.source.arrange import Entry, Layout, text_of

if TYPE_CHECKING:
    from data_prep.prepared.builder import RecordsBuilder

VERSION = "1.0.0"

Progress = Callable[[int, int], None]


def prepare_folder(
    source: Path | str,
    data_dir: Path | str,
    *,
    skip_limit: int = 20,
    strict: bool = False,
    on_progress: Progress | None = None,
) -> Path:
    """Prepares the pictures of `source` below `data_dir`, or finds them prepared.

    A set is found again by the resolved path of `source` and the names, sizes and times of its
    pictures. A data card is written beside the records (`data_prep.prepared.card.read_card`).

    Args:
        source: a folder of pictures in a known layout, a folder with a `manifest.csv`, or a CSV.
        data_dir: where prepared sets are kept.
        skip_limit: how many bad pictures are left out before it becomes an error.
        strict: whether every leak (`data_prep.checks.leaks`) is an error, and not only those of a
            split that was made here.
        on_progress: called with (pictures done, pictures in all).

    Returns:
        The TFDS version folder.

    Raises:
        FileNotFoundError: there is no such folder, or it holds no picture.
        LayoutError: the folder's layout is not known.
        ManifestError: the manifest is wrong.
        PreparationError: too many bad pictures, one class only, an empty split, or a leak that is
            not allowed; nothing is kept then.
        OSError: `data_dir` cannot be written to, or the disk is full; nothing is kept then.
    """
    return prepare_pictures(
        open_source(Path(source).expanduser()),
        data_dir,
        data_set="picture_folder",
        builder=_builder,
        skip_limit=skip_limit,
        strict=strict,
        on_progress=on_progress,
    )


def prepare_pictures(
    opened: Source,
    data_dir: Path | str,
    *,
    data_set: str,
    builder: Callable[[], type[RecordsBuilder]],
    skip_limit: int,
    strict: bool,
    on_progress: Progress | None,
) -> Path:
    """Prepares an opened source of pictures, whatever its groups are, as `prepare_folder` does.

    Args:
        opened: the pictures.
        data_dir: where prepared sets are kept.
        data_set: the builder's name, a folder below `data_dir`.
        builder: gives the set's TFDS builder; called where something is written only, since its
            module imports TensorFlow Datasets.
        skip_limit: see `prepare_folder`, as for the rest.
        strict: likewise.
        on_progress: likewise.
    """
    configuration = f"{file_name(opened.name, 'pictures')}-{opened.fingerprint[:12]}"
    target = Path(data_dir).expanduser() / data_set / configuration / VERSION
    if found_prepared(target, skip_limit=skip_limit, strict=strict):
        return target
    layout = opened.lay_out()
    check_classes_and_splits(layout.entries, opened.root)
    reading = _Reading(opened.root, layout, skip_limit, on_progress)

    def write(folder: Path) -> Path:
        """Writes records and card below `folder`; returns the version folder made there."""
        made = build_records(builder(), folder, configuration, VERSION, LABELS, reading.records)
        _write_card(made, opened, reading, strict)
        return made

    return write_once(target, write)


def _builder() -> type[RecordsBuilder]:
    from data_prep.folder.builder import PictureFolder

    return PictureFolder


@dataclass
class _Reading:
    """The pictures on their way into records, and what was found on the way."""

    root: Path
    layout: Layout
    skip_limit: int
    on_progress: Progress | None
    seen: list[Seen] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def records(self, split: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yields (key, record) of one split; a bad picture is left out, up to the limit."""
        entries = [entry for entry in self.layout.entries if entry.split == split]
        before = len(self.seen)
        for entry, picture in in_order(self._read, entries):
            if isinstance(picture, BadPictureError):
                self.skipped.append((entry.key, str(picture)))
                check_skipped(self.skipped, self.skip_limit)
            else:
                self.seen.append(_seen(entry, picture))
                yield entry.key, _record(entry, picture)
            if self.on_progress is not None:
                self.on_progress(len(self.seen) + len(self.skipped), len(self.layout.entries))
        if len(self.seen) == before:
            name, reason = self.skipped[-1]
            raise PreparationError(
                f"the split {split} of {self.root} is empty: none of its {len(entries)} pictures "
                f"can be read, for example {name}: {reason}"
            )

    def _read(self, entry: Entry) -> Picture | BadPictureError:
        try:
            return read_picture(self.root / entry.path)
        except BadPictureError as error:
            return error


def _write_card(made: Path, source: Source, reading: _Reading, strict: bool) -> None:
    check_classes_and_splits(reading.seen, source.root)
    layout = reading.layout
    card = make_card(
        reading.seen,
        name=text_of(source.name),
        source=text_of(str(source.root)),
        methods=LABELS,
        skipped=reading.skipped,
        ignored=layout.ignored,
        notes=layout.notes,
        warnings=(*layout.warnings, *warnings_of(reading.seen)),
        made_splits=layout.made_splits,
        strict=strict,
    )
    write_card(card, made)


def _seen(entry: Entry, picture: Picture) -> Seen:
    return Seen(
        key=entry.key,
        split=entry.split,
        label=entry.label,
        group=entry.group,
        file_sha256=picture.file_sha256,
        pixels_sha256=picture.pixels_sha256,
        container=picture.container,
        conversion=picture.conversion,
        perceptual_hash=picture.perceptual_hash,
        method=LABELS[entry.label],
    )


def _record(entry: Entry, picture: Picture) -> dict[str, Any]:
    return record(
        key=entry.key,
        image=picture.encoded,
        label=entry.label,
        method=LABELS[entry.label],
        group=entry.group,
        video=entry.video,
        frame=entry.frame,
    )
