"""Celeb-DF (Li et al. 2020, 1909.12962), and trees of the same layout, as a set.

`prepare_videos(open_celebdf(DIR), OUT)` prepares a tree once and finds it again; the command is
`python -m data_prep.celebdf --source=DIR --data_dir=DIR`. What is understood:

    Celeb-real/id0_0000.mp4               <identity>_<clip>
    YouTube-real/00170.mp4
    Celeb-synthesis/id0_id1_0000.mp4      <target>_<source>_<clip of the target>
    List_of_testing_videos.txt            lines such as `1 YouTube-real/00170.mp4`, where 1 is real
    face_boxes.json                       or any such file (`data_prep.faces.boxes`)

The official list is the test; the other videos are divided into train and validation. A group is a
target clip: `id0_0000` and every forgery `id0_*_0000` of it. The official test shares identities
with the rest, which the data card says, and which is an error where that is asked for.
"""

from data_prep.celebdf.videos import open_celebdf

__all__ = ["open_celebdf"]
