"""FaceForensics++ (Roessler et al. 2019, 1901.08971), and trees of the same layout, as a set.

`prepare_videos(open_faceforensics(DIR), OUT)` prepares a tree once and finds it again; the command
is `python -m data_prep.faceforensics --source=DIR --data_dir=DIR`. What is understood:

    original_sequences/youtube/{raw,c23,c40}/videos/000.mp4
    manipulated_sequences/<method>/{raw,c23,c40}/videos/000_003.mp4    <target>_<source>
    manipulated_sequences/<method>/masks/videos/000_003.mp4
    .../{raw,c23,c40}/{images,frames}/000/0000.png    frames extracted before, instead of videos
    manipulated_sequences/<method>/masks/000_003/0000.png
    splits/{train,val,test}.json     beside the data or elsewhere: lists of pairs ["000", "003"]
    face_boxes.json                  or any such file (`data_prep.faces.boxes`)
    synthetic.json                   only where the videos were rendered

    original/000.mp4, Deepfakes/000_003.mp4, DeepFakeDetection/01_02__kitchen_pan__ABCDEFGH.mp4
                                     copies without folders of levels and masks
    DFD_original sequences/*.mp4, DFD_manipulated_sequences/*.mp4    DeepFakeDetection alone

Frames beside which landmarks lie are face crops, which `data_prep.deepfakebench` prepares.

`raw` may be called `c0`, val.json also validation.json or valid.json. The official six methods come
first, others after them by name. Both originals and both forgeries of a pair are one group.
DeepFakeDetection, which has no official split and whose actors link everything, is split by its
target actor (`actors`) and needs no split files; where others' are missing, the pairs can be
divided here (`pairs`). A record is the face of one frame, cropped as the official script does.
"""

from data_prep.faceforensics.videos import open_faceforensics

__all__ = ["open_faceforensics"]
