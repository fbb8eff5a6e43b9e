"""The TFDS builder of FaceForensics++ trees."""

import tensorflow_datasets as tfds

from data_prep.prepared.builder import RecordsBuilder


class FaceForensics(RecordsBuilder):
    """Faces from original and forged videos, one record a frame."""

    VERSION = tfds.core.Version("1.0.0")
