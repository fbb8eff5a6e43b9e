"""Opening a prepared set: TFDS records in ArrayRecord files, read without TensorFlow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SPLITS = ("train", "validation", "test")
LABELS = ("real", "fake")
FIELDS = frozenset(
    {
        "image",
        "label",
        "method",
        "group",
        "video",
        "frame",
        "compression",
        "mask",
        "has_mask",
        "key",
    }
)
_NAMES = ("key", "group", "video", "compression")
_BYTES = ("image", "mask", *_NAMES)

_INFO_FILE = "dataset_info.json"
_FEATURES_FILE = "features.json"
_CARD_FILE = "data_card.json"
_AGAIN = "remove the prepared set and prepare it anew"
_OWN_CLASSES = "tensorflow_datasets.core.features."
# data folder / data set / configuration / version
_DEPTH = 3


class NotPreparedError(ValueError):
    """A folder that is not a prepared set of the record schema."""


@dataclass(frozen=True)
class PreparedSet:
    """A prepared set on disk.

    Attributes:
        name: of the data set.
        path: its TFDS version folder.
        fingerprint: equal for equal content.
        synthetic: whether the set was rendered and stands for no real one.
        methods: names of the methods, `real` first; a record's `method` is an index into them.
        splits: the number of records of `train`, `validation` and `test`, of those that are there:
            a set for testing has no `train`.
    """

    name: str
    path: Path
    fingerprint: str
    synthetic: bool
    methods: tuple[str, ...]
    splits: Mapping[str, int]


def open_prepared(path: Path | str) -> PreparedSet:
    """Open the prepared set at `path`, or the only one below it.

    Args:
        path: a TFDS version folder, or a parent of exactly one.

    Raises:
        FileNotFoundError: there is no such folder.
        NotPreparedError: none or several prepared sets are there, records by another schema, or a
            split is missing or empty, unless it is a set for testing, without train.
    """
    folder = _version_folder(Path(path))
    try:
        info = _builder(folder).info
        stored = {
            split: [Path(file) for file in info.splits[split].filepaths]
            for split in SPLITS
            if split in info.splits
        }
    except Exception as error:  # TFDS raises what its parsers raise
        raise NotPreparedError(
            f"the description of the prepared set {folder} cannot be read ({error}); prepare it "
            "anew"
        ) from error
    features = info.features
    lacking = sorted(FIELDS - set(features or ()))
    if lacking:
        raise NotPreparedError(
            f"the records in {folder} lack {', '.join(lacking)}: prepare the set with data_prep"
        )
    labels, methods = (getattr(features[name], "names", None) for name in ("label", "method"))
    if tuple(labels or ()) != LABELS:
        raise NotPreparedError(
            f"the labels in {folder} are {labels}, but must be real = 0, fake = 1"
        )
    if not methods:
        raise NotPreparedError(f"the methods in {folder} have no names: prepare it anew")
    sizes = {
        split: info.splits[split].num_examples
        for split in SPLITS
        if split in info.splits and info.splits[split].num_examples
    }
    empty = [split for split in SPLITS if split not in sizes]
    if empty and ("train" in sizes or not sizes):
        raise NotPreparedError(f"the prepared set {folder} has no records for {', '.join(empty)}")
    files = [file for split in sizes for file in stored[split]]
    if outside := [file for file in files if file.parent != folder]:
        raise NotPreparedError(f"the prepared set {folder} has records elsewhere, in {outside[0]}")
    if gone := [file.name for file in files if not file.is_file()]:
        raise NotPreparedError(
            f"the prepared set {folder} lacks {', '.join(gone)}: prepare it anew"
        )
    card = _card(folder)
    return PreparedSet(
        name=card.get("name", info.name),
        path=folder,
        fingerprint=card.get("fingerprint") or _fingerprint_of_files(folder),
        synthetic=bool(card.get("synthetic", False)),
        methods=tuple(methods),
        splits=sizes,
    )


def records(prepared: PreparedSet, split: str) -> Sequence[Mapping[str, Any]]:
    """Return the records of a split by position; pictures stay encoded, texts are bytes.

    Raises:
        ValueError: the split is unknown.
        NotPreparedError: they cannot be read.
    """
    import tensorflow_datasets as tfds

    if split not in prepared.splits:
        raise ValueError(f"the split {split!r} is unknown; use one of {', '.join(prepared.splits)}")
    encoded = {"image": tfds.decode.SkipDecoding(), "mask": tfds.decode.SkipDecoding()}
    with _unreadable(prepared.path, f"the records of {split}"):
        return _Records(
            _builder(prepared.path).as_data_source(split, decoders=encoded), prepared, split
        )


class _Records(Sequence[Mapping[str, Any]]):
    """The records of a split; one that cannot be read is an error that names the set."""

    def __init__(self, source: Any, prepared: PreparedSet, split: str):
        self._source, self._folder, self._split = source, prepared.path, split
        self._ends = {"label": len(LABELS), "method": len(prepared.methods)}

    def __len__(self) -> int:
        return len(self._source)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return (self[position] for position in range(len(self)))

    def __getitem__(self, position: Any) -> Any:
        with _unreadable(self._folder, f"record {position} of {self._split}"):
            record = self._source[position]
            for name in _BYTES:
                if not isinstance(record[name], bytes):
                    raise ValueError(f"it has no {name}")
            for name in _NAMES:
                record[name].decode()
            for name, end in self._ends.items():
                if not 0 <= record[name] < end:
                    raise ValueError(f"its {name} is {record[name]}, not from 0 to {end - 1}")
            return record


@contextmanager
def _unreadable(folder: Path, what: str) -> Iterator[None]:
    try:
        yield
    except (IndexError, MemoryError):
        raise
    except Exception as error:  # of the reader, of TFDS, of protocol buffers
        raise NotPreparedError(
            f"{what} of the prepared set {folder} cannot be read ({error}): put back a copy of its "
            "files, or remove it and prepare it anew"
        ) from error


def _builder(folder: Path) -> Any:
    import tensorflow_datasets as tfds

    # TFDS would import whatever class the description names.
    content = (folder / _FEATURES_FILE).read_bytes()
    if others := [n for n in _classes(json.loads(content)) if not n.startswith(_OWN_CLASSES)]:
        raise ValueError(f"it names {others[0]!r}, and no class but TFDS's own is imported")
    return tfds.builder_from_directory(folder)


def _classes(value: Any) -> Iterator[str]:
    """Yield the classes that a description names, and what might name further ones."""
    if isinstance(value, dict):
        for key, entry in value.items():
            if key in ("pythonClassName", "python_class_name"):
                yield str(entry)
            elif key in ("type", "proto_cls", "jsonFeature", "json_feature"):  # of older versions
                yield key
            else:
                yield from _classes(entry)


def _version_folder(path: Path) -> Path:
    if not path.is_dir():
        raise FileNotFoundError(
            f"there is no folder {path}: prepare the data first, for example with "
            "python -m data_prep.folder --source=PICTURES --data_dir=FOLDER"
        )
    sets, level = [], [path]
    for _ in range(_DEPTH + 1):
        sets += [folder for folder in level if _is_version_folder(folder)]
        level = [child for folder in level if folder not in sets for child in _children(folder)]
    if not sets:
        raise NotPreparedError(
            f"{path} is not a prepared set (no {_INFO_FILE} at most {_DEPTH} folders below it): "
            "prepare the pictures first, for example with "
            "python -m data_prep.folder --source=PICTURES --data_dir=FOLDER"
        )
    if len(sets) > 1:
        names = ", ".join(str(folder.relative_to(path)) for folder in sorted(sets))
        raise NotPreparedError(f"{path} holds {len(sets)} prepared sets; name one of: {names}")
    return sets[0]


def _is_version_folder(folder: Path) -> bool:
    return (folder / _INFO_FILE).is_file() and (folder / _FEATURES_FILE).is_file()


def _children(folder: Path) -> list[Path]:
    return [
        child
        for child in folder.iterdir()
        if child.is_dir() and not child.name.startswith((".", "incomplete."))
    ]


def _card(folder: Path) -> dict[str, Any]:
    """Return the data card, empty if the set has none."""
    path = folder / _CARD_FILE
    try:
        card = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (ValueError, RecursionError) as error:
        raise NotPreparedError(f"{path} is damaged ({error}): {_AGAIN}") from error
    if not isinstance(card, dict):
        raise NotPreparedError(f"{path} is damaged (no JSON object): {_AGAIN}")
    return card


def _fingerprint_of_files(folder: Path) -> str:
    """Return a fingerprint of the description and the record files."""
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.suffix == ".json":
            digest.update(file.read_bytes())
        elif ".array_record" in file.name:
            with file.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()
