"""Celeb-DF (Li et al. 2020, 1909.12962), Celeb-DF++ (2507.18015), and trees of their layouts.

`prepare_videos(open_celebdf(DIR), OUT)` prepares a tree once and finds it again; the command is
`python -m data_prep.celebdf --source=DIR --data_dir=DIR`. What is understood:

    Celeb-real/id0_0000.mp4               <identity>_<clip>
    YouTube-real/00170.mp4
    Celeb-synthesis/id0_id1_0000.mp4      <target>_<source>_<clip of the target>: v1 and v2
    Celeb-synthesis/FaceSwap/SimSwap/id0_id1_0000.mp4           Celeb-DF++: <family>/<method>
    Celeb-synthesis/TalkingFace/FLOAT/id0_0000_test_0001.mp4    <target>_<clip>: no source
    List_of_testing_videos.txt            lines such as `1 YouTube-real/00170.mp4`, where 1 is real
    any.csv                               in its place: filename,label, where 0 is real
    face_boxes.json                       or any such file (`data_prep.faces.boxes`)

Folders are known in any case, and with a folder `videos` in them. The list is the test; the other
videos are divided into train and validation. A label of the list that contradicts its folder is an
error. A group is a target clip: `id0_0000` and every forgery of it. Reenacted and talking faces
move otherwise than that clip, so only swapped ones take its face boxes. The official test shares
identities with the rest, which the data card says, and which is an error where that is asked for.
"""

from data_prep.celebdf.videos import open_celebdf

__all__ = ["open_celebdf"]
