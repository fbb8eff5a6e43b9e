"""The TFDS builder of OpenForensics."""

import tensorflow_datasets as tfds

from data_prep.prepared.builder import RecordsBuilder


class OpenForensics(RecordsBuilder):
    """Real and forged faces out of group pictures, one record each."""

    VERSION = tfds.core.Version("1.0.0")
