"""The Deepfake Detection Challenge (Dolhansky et al. 2020, 2006.07397), and trees of its layout.

`prepare_videos(open_dfdc(DIR), OUT)` prepares a tree once and finds it again; the command is
`python -m data_prep.dfdc --source=DIR --data_dir=DIR`. What is understood:

    dfdc_train_part_0/aaa.mp4
    dfdc_train_part_0/metadata.json    {"aaa.mp4": {"label": "FAKE", "split": "train",
                                                    "original": "bbb.mp4"}, ...}
    face_boxes.json                    or any such file (`data_prep.faces.boxes`)

Any folder with a `metadata.json` is a part, and so is the source itself where it holds one. A group
is an original with all its forgeries. The release says `train` of every video: the splits are then
made here, by the hash of the group, 80, 10 and 10 percent; other splits that it says are kept. How
a video was forged is not told: the one method is `fake`.
"""

from data_prep.dfdc.videos import open_dfdc

__all__ = ["open_dfdc"]
