"""OpenForensics (Le et al. 2021, 2107.14480), the release and its derivative, as a set.

`prepare_openforensics` prepares it once and finds it again; the command is
`python -m data_prep.openforensics --source=DIR --data_dir=DIR`. What is understood:

    {Train,Val,Test-Dev,Test-Challenge}_poly.json     COCO's JSON, here or one folder below
    {Train,Val,Test-Dev,Test-Challenge}/*.jpg         or Images/Train/*.jpg, ...
    synthetic.json                                    only where the pictures were rendered

and the derivative of cropped faces, `Dataset/{Train,Validation,Test}/{Fake,Real}/*.jpg`, which is a
folder of pictures (`data_prep.folder`): fake = 1 there as everywhere, and a picture is its own
group.

A record of the release is one face: a square of 1.3 times its box, kept inside the picture, with
the forged region as its mask. A picture holds real and forged faces, so the group is the picture
in its split of the release; `video` is the same. Train is train, Val validation, and Test-Dev test.
Test-Challenge, corrupted on purpose, is a test of robustness and not of the same thing: mixed into
Test-Dev it would hide both numbers. `--test=Test-Challenge` makes a set of its own with it, whose
train and validation are the same faces.
"""

from data_prep.openforensics.prepare import TESTS, prepare_openforensics

__all__ = ["TESTS", "prepare_openforensics"]
