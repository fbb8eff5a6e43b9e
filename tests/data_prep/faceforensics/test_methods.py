import pytest

from data_prep.checks.complete import PreparationError
from data_prep.faceforensics.methods import OFFICIAL_METHODS, choose_methods


def test_the_official_order_then_others_by_name():
    present = ["Swap", "NeuralTextures", "Blend", "FaceSwap", "Deepfakes"]
    assert choose_methods(present, None) == [
        "Deepfakes",
        "FaceSwap",
        "NeuralTextures",
        "Blend",
        "Swap",
    ]
    assert choose_methods(sorted(OFFICIAL_METHODS), None) == [
        "Deepfakes",
        "Face2Face",
        "FaceSwap",
        "NeuralTextures",
        "FaceShifter",
        "DeepFakeDetection",
    ]
    assert choose_methods([], None) == []


def test_some_of_them_in_the_same_order():
    present = ["FaceSwap", "Deepfakes", "Swap"]
    assert choose_methods(present, ["Swap", "Deepfakes", "Swap"]) == ["Deepfakes", "Swap"]


@pytest.mark.parametrize("wanted", [["FaceSwap", "Nothing"], []])
def test_methods_that_are_not_there(wanted):
    with pytest.raises(PreparationError, match="those in the source are: Deepfakes, FaceSwap"):
        choose_methods(["FaceSwap", "Deepfakes"], wanted)


def test_no_method_is_called_real():
    with pytest.raises(PreparationError, match="is called real"):
        choose_methods(["real", "Swap"], None)
    assert choose_methods(["real", "Swap"], ["Swap"]) == ["Swap"]
