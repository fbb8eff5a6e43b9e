"""The TFDS builder of DFDC parts."""

import tensorflow_datasets as tfds

from data_prep.prepared.builder import RecordsBuilder


class Dfdc(RecordsBuilder):
    """Faces from videos of paid actors, original and forged, one record a frame."""

    VERSION = tfds.core.Version("1.0.0")
