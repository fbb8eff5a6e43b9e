"""The TFDS builder of Celeb-DF trees."""

import tensorflow_datasets as tfds

from data_prep.prepared.builder import RecordsBuilder


class CelebDF(RecordsBuilder):
    """Faces from videos of celebrities, original and swapped, one record a frame."""

    name = "celeb_df"
    VERSION = tfds.core.Version("1.0.0")
