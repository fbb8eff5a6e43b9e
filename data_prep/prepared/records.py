"""The record files of a prepared set, as TFDS writes them and reads them again.

TFDS's own writer holds up to 1000 MiB of a split in memory, and beyond that needs TensorFlow. Here
the records are sorted on the disk; their order, the files they go into and the files' names are
those of TFDS.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from data_prep.checks.complete import PreparationError
from data_prep.prepared.files import replacing
from data_prep.prepared.spool import Spool
from data_prep.schema import SPLITS, VERSION, features

Records = Iterator[tuple[str, dict[str, Any]]]
"""Pairs of a key and a record, as `data_prep.schema.record` makes it."""

_LEAST = 64 << 20  # bytes of a file, where a split has several
_OVERHEAD = 16  # bytes of a record
_MOST_FILES = 1024


def write_records(
    data_set: str,
    folder: Path,
    configuration: str,
    methods: Sequence[str],
    records: Callable[[str], Records],
) -> Path:
    """Write the records of a data set below `folder`, as ArrayRecord files, silently.

    Args:
        data_set: the name of its folder and the beginning of its files' names.
        folder: where that folder is made.
        configuration: the name of the set, as `file_name` makes it.
        methods: `real` first.
        records: gives the records of a split; one without any is not written.

    Returns:
        The version folder.

    Raises:
        PreparationError: two records of a split have one key.
        OSError: a file cannot be written.
    """
    import tensorflow_datasets as tfds

    version = folder / data_set / configuration / VERSION
    version.parent.mkdir(parents=True, exist_ok=True)
    with replacing(version) as partial:
        partial.mkdir()
        description = features(methods)
        template = tfds.core.ShardedFileTemplate(
            data_dir=tfds.core.Path(partial),
            dataset_name=data_set,
            filetype_suffix="array_record",
        )
        splits = []
        for split in SPLITS:
            stem = partial / f"{data_set}-{split}.array_record"
            lengths, size = _write_split(stem, split, records(split), description)
            if not lengths:
                continue
            splits.append(
                tfds.core.SplitInfo(
                    name=split,
                    shard_lengths=lengths,
                    num_bytes=size,
                    filename_template=template.replace(split=split),
                )
            )
        tfds.folder_dataset.write_metadata(
            data_dir=partial,
            features=description,
            split_infos=splits,
            version=VERSION,
            check_data=False,
        )
    return version


def _write_split(
    stem: Path, split: str, records: Records, description: Any
) -> tuple[list[int], int]:
    """Write the record files of a split, none of an empty one; return their lengths, and bytes."""
    salt = hashlib.md5(split.encode())
    with closing(Spool(stem.parent)) as spool:
        for key, record in records:
            place = salt.copy()
            place.update(key.replace("\\", "/").encode())  # as TFDS does
            spool.add(int(place.hexdigest(), 16), description.serialize_example(record))
        if not len(spool):
            return [], 0
        count = _files(spool.size, len(spool))
        ends = [round(len(spool) * (file + 1) / count) for file in range(count)]
        lengths = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
        ordered = _distinct(spool, split)
        for file, length in enumerate(lengths):
            _write_file(f"{stem}-{file:05d}-of-{count:05d}", ordered, length)
        return lengths, spool.size


def _files(size: int, records: int) -> int:
    """Return into how many files a split goes: a power of two, files of 64 MiB or more each."""
    most = min((size + records * _OVERHEAD) // _LEAST, records, _MOST_FILES)
    return 1 << max(0, most.bit_length() - 1)


def _distinct(spool: Spool, split: str) -> Iterator[bytes]:
    before = None
    for key, value in spool.sorted():
        if key == before:
            raise PreparationError(
                f"two records of the split {split} have one key (to TFDS a \\ in a name is a /): "
                "give one of the two files another name"
            )
        yield value
        before = key


def _write_file(path: str, records: Iterator[bytes], length: int) -> None:
    from array_record.python.array_record_module import ArrayRecordWriter

    try:
        writer = ArrayRecordWriter(path, "group_size:1")
        for _ in range(length):
            writer.write(next(records))
        writer.close()
    except RuntimeError as error:  # what the writer raises where a write fails
        raise OSError(str(error)) from error
