"""DeepfakeBench (2307.01426) and DF40 (2406.13495): face crops that were cut before, as a set.

`prepare_videos(open_deepfakebench(DIR, index=FILE), OUT)` prepares one once and finds it again; the
command is `python -m data_prep.deepfakebench --source=DIR --data_dir=DIR`. What is understood:

    dataset_json/FF-DF.json       an index, {NAME: {LABEL: {"train" | "val" | "test": {COMPRESSION:
                                  {VIDEO: {"label": LABEL, "frames": [PATH, ...],
                                  "masks": [PATH, ...]}}}}}};
                                  the level COMPRESSION for the FaceForensics++ family only
    FaceForensics++/original_sequences/youtube/c23/frames/000/014.png
    FaceForensics++/manipulated_sequences/Deepfakes/c23/frames/000_003/014.png
    FaceForensics++/manipulated_sequences/Deepfakes/c23/masks/000_003/014.png      for every level
    FaceForensics++/original_sequences/youtube/c23/landmarks/000/014.npy           68 or 81 points
    Celeb-DF-v2/{Celeb-real,YouTube-real,Celeb-synthesis}/frames/VIDEO/014.png
    DF40/simswap/ff/frames/000_003/014.png

Without an index a FaceForensics++ tree takes its official split files, a Celeb-DF tree its list of
test videos. A group is the pair, the target clip or the target actor where names say so, else the
video. A video that an index lists in several splits stands in one of them
(`data_prep.deepfakebench.splits`).
"""

from data_prep.deepfakebench.videos import open_deepfakebench

__all__ = ["open_deepfakebench"]
