import pytest

from jaxticket.models import DETECTORS, build


def test_the_detectors():
    assert list(DETECTORS) == ["meso4", "mesoinception4", "cnn5", "resnet18", "xception"]


@pytest.mark.parametrize("name", DETECTORS)
def test_each_is_built_under_its_own_name(name):
    detector = build(name, 3)
    assert (detector.name, detector.num_logits, detector.output_layer) == (name, 3, "fc")
    assert build(name).num_logits == 1
    assert build(name) == build(name)


@pytest.mark.parametrize(
    ("wrong", "near"), [("resnet", "resnet18"), ("Xception", "xception"), ("meso5", "meso4")]
)
def test_an_unknown_name_is_answered_with_near_ones(wrong, near):
    with pytest.raises(ValueError, match=f"no detector named '{wrong}'; did you mean .*{near}"):
        build(wrong)


def test_a_name_like_none_is_answered_with_all():
    with pytest.raises(ValueError, match=r"'qqq'; known: meso4, .*, xception, or your own"):
        build("qqq")


def test_no_logits():
    with pytest.raises(ValueError, match="meso4: num_logits must be 1 or more, not 0"):
        build("meso4", 0)
