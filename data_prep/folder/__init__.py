"""Folders of pictures, by their layout or a manifest, as a prepared set.

`prepare_folder` prepares a folder once and finds it again; the command is
`python -m data_prep.folder --source=DIR --out=DIR`.
"""

from data_prep.folder.prepare import prepare_folder
from data_prep.prepared import is_prepared

__all__ = ["is_prepared", "prepare_folder"]
