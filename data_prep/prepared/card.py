"""The data card: what a prepared set holds, and what was found while it was prepared."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from data_prep.checks.complete import PreparationError, check_skipped, warnings_of
from data_prep.checks.crossings import (
    CLIPS,
    GROUPS,
    IDENTICAL,
    NEAR,
    TWO_LABELS,
    Crossing,
    Leaks,
    examples,
    leak_warnings,
)
from data_prep.checks.excerpts import count_text
from data_prep.checks.leaks import check_leaks, crossing_clips
from data_prep.checks.lopsided import group_warnings
from data_prep.checks.shortcut import shortcut_warning
from data_prep.prepared.builder import open_builder
from data_prep.prepared.files import replacing
from data_prep.prepared.write_once import is_whole
from data_prep.schema import LABELS, SPLITS

CARD_FILE = "data_card.json"
_EXAMPLES = 5
_SHA256 = ',\n  "sha256": '
_END = "\n}\n"
_FOR_TESTING = "no picture is in train: a set to evaluate finished runs on, not to train on"


@dataclass(frozen=True)
class Duplicates:
    """Pictures that occur more than once, judged by their decoded pixels or by a perceptual hash.

    Attributes:
        across_splits: distinct pictures that stand in more than one split.
        with_two_labels: distinct pictures that are real in one place and fake in another.
        within_a_split: further copies of a picture inside one split.
        examples: the keys of some pictures of the first two kinds.
        near_across_splits: pictures of validation and test of which an earlier split has a nearly
            identical one; None where the set was prepared before these were looked for.
    """

    across_splits: int = 0
    with_two_labels: int = 0
    within_a_split: int = 0
    examples: tuple[tuple[str, ...], ...] = ()
    near_across_splits: int | None = None


@dataclass(frozen=True)
class DataCard:
    """A prepared set in numbers; written beside the records as `data_card.json`.

    Attributes:
        name: of the set.
        source: the folder or file it was made from.
        synthetic: whether the set was rendered by this project and stands for no real one.
        fingerprint: sha256 over the sorted (key, label, split, sha256 of the file).
        methods: names of the methods, `real` first.
        pictures: split -> label -> number of pictures.
        by_method: split -> method -> compression (empty where unknown) -> number of pictures,
            without zeros; the method gives the label. Empty where the set was prepared before
            these were counted.
        groups: split -> number of groups.
        conversions: kind -> number of pictures that were converted.
        skipped: name and reason of every picture left out.
        ignored: kind -> number of files that are no pictures of the set.
        duplicates: identical and nearly identical pictures.
        crossing_groups: groups that stand in more than one split.
        files: name -> SHA-256 of the files of records and of those that describe them; empty where
            the set was prepared before these were kept.
        crossing_clips: clips of which frames, by their names, stand in more than one split; None
            where the set was prepared before these were looked for.
        notes: what was decided while preparing.
        warnings: what the user should look at.
    """

    name: str
    source: str
    synthetic: bool
    fingerprint: str
    methods: tuple[str, ...]
    pictures: Mapping[str, Mapping[str, int]]
    groups: Mapping[str, int]
    conversions: Mapping[str, int] = field(default_factory=dict)
    skipped: tuple[tuple[str, str], ...] = ()
    ignored: Mapping[str, int] = field(default_factory=dict)
    duplicates: Duplicates = Duplicates()
    crossing_groups: int = 0
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    by_method: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    crossing_clips: int | None = None
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the card needs to know of one written record.

    One is kept of every record until the card is made: its memory is that of a set's preparation.
    """

    key: str
    split: str
    label: int
    group: str
    file_sha256: str
    pixels_sha256: str
    container: str = ""
    conversion: str | None = None
    perceptual_hash: bytes | None = None
    method: str = ""
    compression: str = ""


def make_card(
    seen: Sequence[Seen],
    *,
    name: str,
    source: str,
    methods: Sequence[str],
    synthetic: bool = False,
    skipped: Iterable[tuple[str, str]] = (),
    ignored: Mapping[str, int] | None = None,
    notes: Iterable[str] = (),
    warnings: Iterable[str] = (),
    made_splits: Collection[str] = (),
    strict: bool = False,
    remedy: str = "",
) -> DataCard:
    """Return the card of the records `seen`, with warnings of leaks and of tell-tale files.

    Args:
        seen: all records.
        name: of the set.
        source: what it was made from.
        methods: `real` first.
        synthetic: whether it was rendered.
        skipped: (name, reason) of what was left out.
        ignored: kind -> number of files that are no pictures of the set.
        notes: what was decided.
        warnings: what was found elsewhere.
        made_splits: the splits the program itself made, see `data_prep.checks.leaks.check_leaks`.
        strict: whether every leak is an error.
        remedy: what can be done about one (`data_prep.checks.crossings.refuse_leaks`).

    Raises:
        PreparationError: a leak of the program's own split, or any if `strict`.
    """
    leaks = check_leaks(seen, made_splits=made_splits, strict=strict, remedy=remedy)
    shortcut = shortcut_warning(seen)
    counts = Counter((picture.split, picture.label) for picture in seen)
    groups = {
        split: len({picture.group for picture in seen if picture.split == split})
        for split in SPLITS
    }
    return DataCard(
        name=name,
        source=source,
        synthetic=synthetic,
        fingerprint=fingerprint(seen),
        methods=tuple(methods),
        pictures={
            split: {label: counts[split, number] for number, label in enumerate(LABELS)}
            for split in SPLITS
        },
        by_method=_by_method(seen, methods),
        groups=groups,
        conversions=dict(
            sorted(Counter(picture.conversion for picture in seen if picture.conversion).items())
        ),
        skipped=tuple(sorted(skipped)),
        ignored=dict(sorted((ignored or {}).items())),
        duplicates=_duplicates(leaks),
        crossing_groups=len(leaks.groups),
        crossing_clips=len(leaks.clips),
        notes=(*notes, *([] if groups["train"] or not seen else [_FOR_TESTING])),
        warnings=(
            *warnings,
            *warnings_of(seen),
            *group_warnings(seen),
            *leak_warnings(leaks),
            *([shortcut] if shortcut else []),
        ),
    )


def fingerprint(seen: Iterable[Seen]) -> str:
    """Return sha256 over the sorted (key, label, split, file hash): equal for equal content."""
    digest = hashlib.sha256()
    for picture in sorted(seen, key=lambda picture: picture.key):
        line = json.dumps([picture.key, picture.label, picture.split, picture.file_sha256])
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def check_no_leaks(card: DataCard, clips: Sequence[Crossing] = ()) -> None:
    """Check that a set, found again where no leaks are allowed, has none by its card.

    Args:
        card: of the set.
        clips: those that its card, of an earlier version, does not name.

    Raises:
        PreparationError: it has, or nearly identical pictures were never looked for.
    """
    same = card.duplicates
    if same.near_across_splits is None:
        raise PreparationError(
            f"no leaks are allowed (strict), but {card.name} was prepared before nearly identical "
            "pictures were looked for: remove the prepared set and prepare it anew"
        )
    leaks = {
        GROUPS: card.crossing_groups,
        CLIPS: card.crossing_clips,
        IDENTICAL: same.across_splits,
        NEAR: same.near_across_splits,
        TWO_LABELS: same.with_two_labels,
    }
    phrases = [count_text(number, *what) for what, number in leaks.items() if number]
    if phrases:
        raise PreparationError(
            f"no leaks are allowed (strict), but {card.name}, which is prepared already, has some: "
            f"{' and '.join(phrases)}; "
            + (f"clips: {examples(clips)}" if clips else f"its {CARD_FILE} names examples")
        )


def found_prepared(target: Path, *, skip_limit: int, strict: bool, kind: str = "pictures") -> bool:
    """Return whether a set is there, whole and with its card, and is as it may be.

    Args:
        target: its version folder.
        skip_limit: how many items may have been left out when it was made.
        strict: whether it must be without leaks.
        kind: what was left out, in the text.

    Raises:
        PreparationError: more was left out, or it has leaks.
    """
    if not is_whole(target) or not (target / CARD_FILE).is_file():
        return False
    card = read_card(target)
    check_skipped(card.skipped, skip_limit, kind)
    if strict:
        clips = ()
        if card.crossing_clips is None:
            clips = crossing_clips(_written(target))
            card = replace(card, crossing_clips=len(clips))
        check_no_leaks(card, clips)
    return True


def _written(target: Path) -> list[Seen]:
    """Return what the records of a prepared set say of names, splits, labels and groups."""
    import tensorflow_datasets as tfds

    builder = open_builder(target)
    encoded = {"image": tfds.decode.SkipDecoding(), "mask": tfds.decode.SkipDecoding()}
    return [
        Seen(record["key"].decode(), split, record["label"], record["group"].decode(), "", "")
        for split in builder.info.splits
        for record in builder.as_data_source(split, decoders=encoded)
    ]


def write_card(card: DataCard, folder: Path) -> None:
    """Write `data_card.json` into `folder`, whole or not at all.

    It says last, under "sha256", the SHA-256 of itself without that line.
    """
    text = json.dumps(asdict(card), indent=2, ensure_ascii=False) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    with replacing(folder / CARD_FILE) as partial:
        text = text.removesuffix(_END) + f'{_SHA256}"{digest}"{_END}'
        partial.write_text(text, encoding="utf-8")


def read_card(folder: Path) -> DataCard:
    """Read the card of a prepared set.

    What an older card does not say has its default; what the card does not name is passed over.

    Raises:
        FileNotFoundError: the folder has no card.
        PreparationError: it is of another form, or was changed; says where.
    """
    path = folder / CARD_FILE
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: {folder} was not prepared by data_prep")
    try:
        return msgspec.json.decode(_unsealed(path.read_bytes()), type=DataCard)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PreparationError(
            f"{path} is damaged ({error}): remove the prepared set and prepare it anew"
        ) from error


def _unsealed(content: bytes) -> bytes:
    """Return a card without its own SHA-256, which earlier versions did not write.

    Raises:
        ValueError: it was changed since.
    """
    before, said, after = content.rpartition(_SHA256.encode())
    if not said:
        return content
    before += _END.encode()
    if after != f'"{hashlib.sha256(before).hexdigest()}"{_END}'.encode():
        raise ValueError("it was changed: its SHA-256 is another than when it was written")
    return before


def _by_method(seen: Iterable[Seen], methods: Sequence[str]) -> dict[str, Any]:
    """Return split -> method -> compression -> number; methods in the given order."""
    counts = Counter((picture.split, picture.method, picture.compression) for picture in seen)
    levels = sorted({level for _, _, level in counts})
    numbers: dict[str, Any] = {split: {} for split in SPLITS}
    for split in SPLITS:
        for method in methods:
            by_level = {lev: n for lev in levels if (n := counts[split, method, lev])}
            if by_level:
                numbers[split][method] = by_level
    return numbers


def _duplicates(leaks: Leaks) -> Duplicates:
    examples = {
        keys[:_EXAMPLES]
        for keys in (*(crossing.names for crossing in leaks.identical), *leaks.two_labels)
    }
    return Duplicates(
        across_splits=len(leaks.identical),
        with_two_labels=len(leaks.two_labels),
        within_a_split=leaks.within_a_split,
        examples=tuple(sorted(examples)[:_EXAMPLES]),
        near_across_splits=len(leaks.near),
    )
