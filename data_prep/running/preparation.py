"""The one way from the items of a source to a prepared set: read, counted, written once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from data_prep.checks.complete import PreparationError, check_classes_and_splits, check_skipped
from data_prep.media.pictures import BadPictureError
from data_prep.media.video import BadVideoError
from data_prep.prepared.card import DataCard, Seen, write_card
from data_prep.prepared.intact import digests
from data_prep.prepared.records import write_records
from data_prep.prepared.write_once import write_once
from data_prep.running.in_order import in_order
from data_prep.running.pieces import Pieces
from data_prep.schema import record

OnProgress = Callable[[int, int], None]
"""Called with (items done, items in all)."""

Item = TypeVar("Item")
Piece = TypeVar("Piece")


class Skipped(NamedTuple):
    """What is left out of the set, and why."""

    name: str
    reason: str


class Sample(NamedTuple):
    """A picture of the set to be: what the data card counts, and the rest of its record."""

    seen: Seen
    image: bytes
    video: str
    frame: int = 0
    mask: bytes | None = None


@dataclass
class Preparation(Generic[Item, Piece]):
    """The items of a source on their way into records.

    Attributes:
        root: the source, named in errors.
        sizes: split -> how many items progress counts in it.
        items: lists the items of a split, and what of it is left out unread.
        name: gives an item's name, unique in the source.
        read: reads an item, side by side with others; BadPictureError or BadVideoError means that
            it is left out.
        samples: gives the pictures of an item, and what of it is left out, in the items' order.
        kind: what errors call items.
        skip_limit: how many may be left out.
        pieces: the items that an interrupted preparation of this very set has read; None where
            reading again is as fast.
        ahead: how many items at most wait in memory.
        on_progress: see `OnProgress`.
        seen: what was written.
        skipped: what was left out.
        done: how many items of `sizes` are done.
    """

    root: Path
    sizes: Mapping[str, int]
    items: Callable[[str], Iterable[Item | Skipped]]
    name: Callable[[Item], str]
    read: Callable[[Item], Piece]
    samples: Callable[[Item, Piece], Iterable[Sample | Skipped]]
    kind: str = "pictures"
    skip_limit: int = 20
    pieces: Pieces[Piece] | None = None
    ahead: int = 64
    on_progress: OnProgress | None = None
    seen: list[Seen] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    done: int = 0

    def records(self, split: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield (key, record) of one split; what cannot be used is left out, up to the limit.

        Raises:
            PreparationError: more than the limit cannot be used, or nothing of the split can
                though it has items.
        """
        before = len(self.seen)
        listed = list(self.items(split))
        for item in listed:
            if isinstance(item, Skipped):
                self._skip(item)
        items = [item for item in listed if not isinstance(item, Skipped)]
        self._count(self.sizes.get(split, 0) - len(items))
        for item, piece in in_order(self._read, items, ahead=self.ahead):
            for sample in (piece,) if isinstance(piece, Skipped) else self.samples(item, piece):
                if isinstance(sample, Skipped):
                    self._skip(sample)
                else:
                    self.seen.append(sample.seen)
                    yield sample.seen.key, _record(sample)
            self._count(1)
        if listed and len(self.seen) == before:
            example = f", for example {': '.join(self.skipped[-1])}" if self.skipped else ""
            raise PreparationError(
                f"the split {split} of {self.root} is empty: none of its {len(listed)} "
                f"{self.kind} can be used{example}"
            )

    def _read(self, item: Item) -> Piece | Skipped:
        name = self.name(item)
        try:
            if self.pieces is None:
                return self.read(item)
            return self.pieces.get_or(name, lambda: self.read(item))
        except (BadPictureError, BadVideoError) as error:
            return Skipped(name, str(error))

    def _skip(self, skipped: Skipped) -> None:
        self.skipped.append(skipped)
        check_skipped(self.skipped, self.skip_limit, self.kind)

    def _count(self, items: int) -> None:
        self.done += items
        if self.on_progress is not None and items:
            self.on_progress(self.done, sum(self.sizes.values()))


def write_set(
    target: Path,
    preparation: Preparation[Any, Any],
    methods: Sequence[str],
    make_card: Callable[[], DataCard],
) -> Path:
    """Write records and data card, whole or not at all, unless they are there already.

    Args:
        target: the version folder: data folder / data set / configuration / version.
        preparation: gives the records. Its pieces are removed when the set is written.
        methods: `real` first.
        make_card: makes the card when all records are written.

    Returns:
        `target`.

    Raises:
        PreparationError: too much is left out, a class or a split is empty, or what `make_card`
            raises.
        OSError: the set cannot be written; only the pieces that are done are kept then.
    """
    pieces = preparation.pieces

    def write(folder: Path) -> Path:
        if pieces is not None:
            pieces.report(sum(preparation.sizes.values()), preparation.kind.partition(" or ")[0])
        data_set, configuration, _ = target.parts[-3:]
        made = write_records(data_set, folder, configuration, methods, preparation.records)
        check_classes_and_splits(preparation.seen, preparation.root)
        write_card(replace(make_card(), files=digests(made)), made)
        return made

    written = write_once(target, write, None if pieces is None else pieces.folder)
    if pieces is not None:
        pieces.remove()
    return written


def _record(sample: Sample) -> dict[str, Any]:
    seen = sample.seen
    return record(
        key=seen.key,
        image=sample.image,
        label=seen.label,
        method=seen.method,
        group=seen.group,
        video=sample.video,
        frame=sample.frame,
        compression=seen.compression,
        mask=sample.mask,
    )
