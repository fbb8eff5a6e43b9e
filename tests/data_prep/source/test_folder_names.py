import pytest

from data_prep.source.folder_names import is_class_or_split, read_folder_name, wrapping_folders


@pytest.mark.parametrize("name", ["Real", "deepfake", "TRAIN", "dev"])
def test_known_names_in_any_case(name):
    assert is_class_or_split(name)


def test_unknown_names():
    assert not is_class_or_split("Test-Dev")
    assert not is_class_or_split("Celeb-real")  # of videos, which are no layout of pictures


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("0_real", (0, None)),
        ("1_fake", (1, None)),
        ("training_real", (0, "train")),
        ("fake-test", (1, "test")),
        ("Fake Images", (1, None)),
        ("real_and_fake_face", (None, None)),
        ("real_2", (None, None)),
        ("not_real", (None, None)),
        ("training_images", (None, None)),
        ("fake_train_test", (None, None)),
    ],
)
def test_names_of_several_words(name, says):
    assert read_folder_name(name) == says


@pytest.mark.parametrize(
    ("paths", "depth"),
    [
        (["train/real/1.png"], 0),
        (["a/b/train/real/1.png", "a/b/val/real/1.png"], 2),
        (["deepfake/Train/Real/1.png", "deepfake/Test/Fake/1.png"], 1),
        (["archive/Deepfakes/real/1.png", "archive/Deepfakes/fake/1.png"], 2),
        (["real_and_fake_face/training_real/1.png", "real_and_fake_face/training_fake/1.png"], 1),
        (["ai/set/train/real/1.png", "ai/set/train/fake/1.png"], 2),
        # a class alone, by splits or with videos, is no wrapping folder
        (["fake/train/1.png", "fake/test/1.png"], 0),
        (["fake/train/real/1.png", "fake/train/v1/1.png"], 0),
        (["real/fake/1.png", "fake/real/1.png"], 0),
    ],
)
def test_wrapping_folders(paths, depth):
    assert wrapping_folders(paths) == depth
