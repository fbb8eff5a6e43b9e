"""Folders of pictures, by their layout or a manifest, as a prepared set.

`prepare_folder` prepares a folder once and finds it again; the command is
`python -m data_prep.folder --source=DIR --data_dir=DIR`. What is understood:

- `{train,validation,test}/{real,fake}/*.jpg`, in any case and with the usual synonyms; a
  validation or test without a folder is made out of train, 10% of its groups each, and one whose
  folder is empty is an error;
- `{real,fake}/*.jpg`, split 80/10/10 by the salted hash of the group;
- one more folder below the class, which is a video and a group, or the name of a known method
  (`data_prep.source.method_names`); methods also in place of `fake`, and above folders of videos;
- one or more single folders around all of it;
- a `manifest.csv` (or any CSV given by its path) with the columns path, label and, if wanted,
  group, identity, split, video, frame, method and compression;
- lists of one folder by their names (`data_prep.source.list_files`): train.csv, valid.csv and
  test.csv, or a path a line in real.txt, DF.txt and so on;
- a set for testing only: any of these with test alone, or with pictures of one class and no splits.

A label that something contradicts is an error (`data_prep.source.label_evidence`).

Groups without video folders: in given splits every picture is its own; where the split is made here
it is the file's stem, so that `real/0001.jpg` and `fake/0001.jpg` stay together, or the clip whose
frame it is by its name (`data_prep.checks.clips`).
"""

from data_prep.folder.prepare import prepare_folder, prepare_pictures, set_folder
from data_prep.folder.source import open_pictures
from data_prep.prepared.find import is_prepared

__all__ = ["is_prepared", "open_pictures", "prepare_folder", "prepare_pictures", "set_folder"]
