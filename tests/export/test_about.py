"""An exported network says what it is and how it is to be used."""

from msgspec.structs import replace

from jaxticket.export import about
from jaxticket.tickets.manifest import Data, Manifest, Preprocessing

ONE = Manifest(
    schema=2, model="cnn5", classes=["real", "fake"], logits=1, image_size=64, prunable={}, level=5,
    sparsity=0.67232, weights_left=98_312, seed=0, rewind="init", licence="CC0-1.0",
    data=Data(name="faces", fingerprint="abc", synthetic=True),
    preprocessing=Preprocessing(mean=[0.5, 0.4, 0.3], std=[0.2, 0.2, 0.25]),
)  # fmt: skip


def test_it_says_which_sign_means_fake_and_how_pictures_are_made():
    said = about(ONE)
    assert said["decision"] == "above 0 means fake"
    assert (said["synthetic"], said["sparsity"], said["licence"]) == ("true", "0.672320", "CC0-1.0")
    assert said["normalisation"] == "inside: (pixel / 255 - mean) / std"
    assert (said["mean"], said["std"]) == ("0.5, 0.4, 0.3", "0.2, 0.2, 0.25")


def test_of_several_classes_the_largest_logit_decides():
    said = about(replace(ONE, logits=3, classes=["real", "a", "b"]))
    assert (said["classes"], said["decision"]) == ("real, a, b", "the largest logit's class")
