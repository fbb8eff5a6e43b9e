"""The Kaggle data set "1000 videos split": face crops of FaceForensics++ and Celeb-DF videos.

`prepare_pictures(open_videos_split(DIR), OUT)` prepares it once and finds it again; the command is
`python -m data_prep.videos_split --source=DIR --data_dir=DIR`. What is understood are the layouts
of `data_prep.folder`, `{train,test,val}/{real,fake}/`, with a folder of pictures per video or
pictures named after their video:

    train/real/000/12.png          or train/real/000_12.png          the original 000
    train/fake/000_003/12.png      or train/fake/000_003_12.png      the forgery of 000 by 003
    train/fake/id0_id1_0000/...                                      of Celeb-DF
    train/real/aagfhgtpmv-009-00.png                                 frame and face of aagfhgtpmv

A group is the pair, `000_003`: both originals and both forgeries; of Celeb-DF the target clip
`id0_0000`; else the video. The splits are those of the folders; groups that stand in two of them,
of which at least two are known, are counted in the data card, and an error where that is asked for.
"""

from data_prep.videos_split.source import open_videos_split

__all__ = ["open_videos_split"]
