"""The TFDS builder of every data set: records by the schema, written silently and offline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tensorflow_datasets as tfds

from data_prep.prepared.writer import SpooledWriter
from data_prep.schema import SPLITS, VERSION, features

Records = Iterator[tuple[str, dict[str, Any]]]


class RecordsBuilder(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """Write the records of a data set, under its name."""

    VERSION = tfds.core.Version(VERSION)

    def __init__(
        self,
        data_set: str,
        *,
        methods: Sequence[str],
        records: Callable[[str], Records],
        **kwargs: Any,
    ):
        """Take the names of data set and methods, and the records of a split.

        Args:
            data_set: also the name of its folder, and the beginning of its files' names.
            methods: `real` first.
            records: gives (key, record) pairs for a split.
            kwargs: of `tfds.core.GeneratorBasedBuilder`.
        """
        self.name = data_set  # pyright: ignore[reportAttributeAccessIssue] (a class variable)
        self._methods = methods
        self._records = records
        super().__init__(**kwargs)

    def _info(self) -> tfds.core.DatasetInfo:
        return tfds.core.DatasetInfo(builder=self, features=features(self._methods))

    def _split_generators(self, dl_manager: Any) -> dict[str, Records]:
        del dl_manager  # nothing is downloaded
        return {split: self._generate_examples(split) for split in SPLITS}

    def _generate_examples(self, split: str) -> Records:
        return self._records(split)

    # As TFDS does it, but for the writer: its own holds a split in memory.
    def _generate_splits(self, dl_manager: Any, download_config: Any) -> list[tfds.core.SplitInfo]:
        del download_config
        generators = self._split_generators(dl_manager)
        return [self._write_split(split, records) for split, records in generators.items()]

    def _write_split(self, split: str, records: Records) -> tfds.core.SplitInfo:
        """Write the record files of a split and describe them."""
        template = self._get_filename_template(split_name=split)
        to_file = self._example_writer()
        with SpooledWriter(self.info.features, template, split, to_file) as writer:
            for key, record in records:
                writer.put(key, record)
            lengths, size = writer.finalize()
        return tfds.core.SplitInfo(
            name=split, shard_lengths=lengths, num_bytes=size, filename_template=template
        )

    # TFDS prints that it downloads; it does not, and a library keeps silent.
    def _log_download_bytes(self) -> None:
        pass

    def _log_download_done(self) -> None:
        pass
