import pytest

from data_prep.deepfakebench.labels import class_of_folders, method_of_folders, method_of_label
from data_prep.schema import FAKE, REAL


@pytest.mark.parametrize(
    ("label", "method"),
    [
        ("FF-real", "real"),
        ("DFDC_Real", "real"),
        ("FF-F2F", "Face2Face"),
        ("DFDCP_FakeB", "method_B"),
        ("simswap_Fake", "simswap"),
        ("sd2.1_Real", "real"),
        ("own-set_real", "real"),
        ("FF-XX", None),
        ("fakeAVceleb", None),
        ("unreal", None),
        ("real", None),
    ],
)
def test_the_method_of_a_label(label, method):
    assert method_of_label(label) == method


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("FaceForensics++/original_sequences/youtube/c23/frames", REAL),
        ("FaceForensics++/manipulated_sequences/Deepfakes/c23/frames", FAKE),
        ("Celeb-DF-v2/YouTube-real/frames", REAL),
        ("Celeb-DF-v2/Celeb-synthesis/frames", FAKE),
        ("UADFV/fake/frames", FAKE),
        ("DFDCP/method_A/frames", FAKE),
        ("DF40/heygen/real", REAL),
        ("DF40/VQGAN/cdf/Fake_from_Celeb-real", None),
        ("DF40/simswap/ff/frames", None),
        ("DFDC/test/frames", None),
        ("own/real/fake", None),
    ],
)
def test_the_class_that_folders_speak_of(path, label):
    assert class_of_folders(path.split("/")) == label


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("FaceForensics++/manipulated_sequences/Face2Face/c23/frames/000_003", "Face2Face"),
        ("DF40/simswap/ff/frames/000_003", "simswap"),
        ("DF40_train/facedancer/frames/993_989", "facedancer"),
        ("DF40/fake/frames/1", None),
        ("Celeb-DF-v2/Celeb-synthesis/frames/id0_id1_0000", None),
    ],
)
def test_the_method_that_folders_name(path, method):
    assert method_of_folders(path.split("/")) == method
