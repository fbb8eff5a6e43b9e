"""The TFDS builder of picture folders."""

import tensorflow_datasets as tfds

from data_prep.prepared.builder import RecordsBuilder


class PictureFolder(RecordsBuilder):
    """Real and fake pictures from a folder, one record each."""

    VERSION = tfds.core.Version("1.0.0")
