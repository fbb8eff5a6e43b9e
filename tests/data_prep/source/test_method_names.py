import pytest

from data_prep.source.method_names import in_usual_order, method_name


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("Deepfakes", "Deepfakes"),
        ("DF", "Deepfakes"),
        ("FF-F2F", "Face2Face"),
        ("face_swap", "FaceSwap"),
        ("FH", "FaceShifter"),
        ("nt", "NeuralTextures"),
        ("sd2.1", "SD-2.1"),
        ("DALLE-2", "DALL-E"),
        ("facevid2vid", "face-vid2vid"),
        ("ip_lap", "IP-LAP"),
        ("stable_diffusion_v_1_4", "StableDiffusion"),
    ],
)
def test_spellings(spelled, name):
    assert method_name(spelled) == name


@pytest.mark.parametrize("name", ["", "000_003", "real", "fake", "video7", "-"])
def test_no_methods(name):
    assert method_name(name) is None


def test_order_of_the_field_then_of_the_alphabet():
    methods = ["Zeta", "FaceSwap", "Alpha", "Deepfakes", "FaceSwap", "SimSwap"]
    assert in_usual_order(methods) == ["Deepfakes", "FaceSwap", "SimSwap", "Alpha", "Zeta"]
