"""The Deepfake Detection Challenge (Dolhansky et al. 2020, 2006.07397), its preview (1910.08854).

`prepare_videos(open_dfdc(DIR), OUT)` prepares a tree once and finds it again; the command is
`python -m data_prep.dfdc --source=DIR --data_dir=DIR`. What is understood:

    dfdc_train_part_0/aaa.mp4          or in a folder such as train
    dfdc_train_part_0/metadata.json    {"aaa.mp4": {"label": "FAKE", "split": "train",
                                                    "original": "bbb.mp4"}, ...}
    test/metadata.json                 {"aaa.mp4": {"is_fake": 1, "augmentations": {}}, ...}
    test/labels.csv                    filename,label, where 1 is fake; beside it or in its place
    validation/labels.csv
    dataset.json                       the preview: {"method_A/1/1_A/2_1_A_001.mp4": {"label":
                                       "fake", "set": "train", "target_id": "1", ...}, ...}
    face_boxes.json                    or any such file (`data_prep.faces.boxes`)

Any folder with a `metadata.json` or `labels.csv` is a part, and so is the source itself where it
holds one; the videos lie in it or in its folder `videos`. Where several files speak of a video,
they must give it the same label. A group is an original with all its forgeries; in the preview all
videos of a target person. Test and validation sets name no originals: each of their videos is a
group. The release says `train` of every other video: the splits that it has not are then made here,
by the salted hash of the group, 80, 10 and 10 percent; splits that it says are kept. How a video
was forged is told in the preview alone (`method_A`, `method_B`), else the one method is `fake`.
"""

from data_prep.dfdc.videos import open_dfdc

__all__ = ["open_dfdc"]
