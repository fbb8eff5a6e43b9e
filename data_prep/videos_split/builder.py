"""The TFDS builder of the split of a thousand videos."""

import tensorflow_datasets as tfds

from data_prep.prepared.builder import RecordsBuilder


class VideosSplit(RecordsBuilder):
    """Face crops of original and forged videos, one record each."""

    VERSION = tfds.core.Version("1.0.0")
