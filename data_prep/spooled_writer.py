"""The writer of TFDS with its records sorted on the disk instead of in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tensorflow_datasets.core import example_serializer, hashing, naming, shuffle, writer

from data_prep.checks.complete import PreparationError
from data_prep.spool import Spool


class SpooledShuffler(shuffle.Shuffler):
    """Gives records in the very order of TFDS's own, that of the md5 hashes of their keys.

    TFDS holds up to 1000 MiB of a split in memory, and beyond that needs TensorFlow for its files.
    """

    def __init__(self, folder: Path, split: str) -> None:
        """Takes the folder for the records, and the split, which the hashes begin with."""
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
        """Takes a record, serialized; true, as nothing is left out."""
        self._spool.add(self._keys.hash_key(key), data)
        return True

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Yields (hash, record), sorted.

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
        """Removes the records from the disk."""
        self._spool.close()


class SpooledWriter(writer.Writer):
    """Writes the records of a split as the writer of TFDS does, in bounded memory.

    A context, which removes what it put on the disk when it is left.
    """

    def __init__(
        self,
        features: Any,
        template: naming.ShardedFileTemplate,
        split: str,
        example_writer: writer.ExampleWriter,
    ) -> None:
        """Takes the TFDS features of a record, the files' names, and how records go into them."""
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
        """Takes a record, as `data_prep.schema.record` makes it."""
        encoded = self._features.encode_example(record)
        self._spooled.add(key, self._serializer.serialize_example(encoded))

    def __enter__(self) -> SpooledWriter:
        """Gives the writer."""
        return self

    def __exit__(self, *error: object) -> None:
        """Removes the records from the disk, written or not."""
        self._spooled.close()
