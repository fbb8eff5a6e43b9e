"""The writer of TFDS with its records sorted on the disk instead of in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tensorflow_datasets.core import example_serializer, hashing, naming, shuffle, writer

from data_prep.checks.complete import PreparationError

# A key of 128 bits in two halves, and where its value is.
_ENTRY = np.dtype([("high", "<u8"), ("low", "<u8"), ("start", "<u8"), ("length", "<u8")])
_HALF = 64


class SpooledShuffler(shuffle.Shuffler):
    """Records in the very order of TFDS's own shuffler, that of the md5 hashes of their keys.

    TFDS holds up to 1000 MiB of a split in memory, and beyond that needs TensorFlow for its files.
    """

    def __init__(self, folder: Path, split: str) -> None:
        """Take the folder for the records, and the split, which the hashes begin with."""
        self._keys = hashing.Hasher(split)
        self._split = split
        self._spool = Spool(folder)

    @property
    def size(self) -> int:
        """The bytes of all records."""
        return self._spool.size

    @property
    def num_examples(self) -> int:
        """The number of records."""
        return len(self._spool)

    @property
    def bucket_lengths(self) -> Sequence[int]:
        """The numbers of records in the files they come from: there is one."""
        return [len(self._spool)]

    def add(self, key: str, data: bytes) -> bool:
        """Take a record, serialized, and return true: nothing is left out."""
        self._spool.add(self._keys.hash_key(key), data)
        return True

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Yield (hash, record), sorted.

        Raises:
            PreparationError: two records have one key.
        """
        before = None
        for key, value in self._spool.sorted():
            if key == before:
                raise PreparationError(
                    f"two records of the split {self._split} have one key (to TFDS a \\ in a name "
                    "is a /): give one of the two files another name"
                )
            yield key, value
            before = key

    def close(self) -> None:
        """Remove the records from the disk."""
        self._spool.close()


class SpooledWriter(writer.Writer):
    """A writer of a split's records that does as the writer of TFDS, in bounded memory.

    A context, which removes what it put on the disk when it is left.
    """

    def __init__(
        self,
        features: Any,
        template: naming.ShardedFileTemplate,
        split: str,
        example_writer: writer.ExampleWriter,
    ) -> None:
        """Take the TFDS features of a record, the files' names, and how records go into them."""
        super().__init__(
            serializer=example_serializer.ExampleSerializer(features.get_serialized_info()),
            filename_template=template,
            hash_salt=split,
            disable_shuffling=False,
            example_writer=example_writer,
        )
        self._features = features
        self._shuffler = self._spooled = SpooledShuffler(Path(template.data_dir), split)

    def put(self, key: str, record: Mapping[str, Any]) -> None:
        """Take a record, as `data_prep.schema.record` makes it."""
        encoded = self._features.encode_example(record)
        self._spooled.add(key, self._serializer.serialize_example(encoded))

    def __enter__(self) -> SpooledWriter:
        """Return the writer."""
        return self

    def __exit__(self, *error: object) -> None:
        """Remove the records from the disk, written or not."""
        self._spooled.close()


class Spool:
    """A file without a name that takes values in any order and gives them back sorted.

    Memory is 32 bytes a value, and as much again while they are sorted. The file goes with
    `close`, or with the process however that ends.
    """

    def __init__(self, folder: Path) -> None:
        """Make the file.

        Args:
            folder: where there is room for all values.

        Raises:
            OSError: it cannot be written to.
        """
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self._entries = bytearray()
        self._size = 0

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self._entries) // _ENTRY.itemsize

    @property
    def size(self) -> int:
        """The bytes of all values."""
        return self._size

    def add(self, key: int, value: bytes) -> None:
        """Append a value.

        Args:
            key: 0 to 2**128 - 1.
            value: any bytes.

        Raises:
            OSError: the disk is full.
        """
        self._file.write(value)
        for number in (key >> _HALF, key % (1 << _HALF), self._size, len(value)):
            self._entries += number.to_bytes(8, "little")
        self._size += len(value)

    def sorted(self) -> Iterator[tuple[int, bytes]]:
        """Yield (key, value) by ascending key, those of one key as they were added.

        Raises:
            OSError: the file cannot be written or read.
        """
        entries = np.frombuffer(self._entries, _ENTRY)
        for place in np.lexsort((entries["low"], entries["high"])):
            high, low, start, length = entries[place].tolist()
            self._file.seek(start)
            yield high << _HALF | low, self._file.read(length)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
