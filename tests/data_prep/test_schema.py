import io

import numpy as np
import pytest
from PIL import Image

from data_prep.schema import NO_MASK, features, record


def test_no_mask_is_one_black_pixel():
    with Image.open(io.BytesIO(NO_MASK)) as mask:
        mask.load()
        assert (mask.format, mask.mode, mask.size) == ("PNG", "L", (1, 1))
        assert np.asarray(mask).tolist() == [[0]]


def test_record_says_whether_it_has_a_mask():
    bare = record(key="a", image=b"x", label=0, method="real", group="g", video="v")
    forged = record(key="a", image=b"x", label=1, method="df", group="g", video="v", mask=b"m")
    assert (bare["has_mask"], bare["mask"].getvalue()) == (False, NO_MASK)
    assert (forged["has_mask"], forged["mask"].getvalue()) == (True, b"m")
    assert (bare["frame"], bare["compression"], bare["image"].getvalue()) == (0, "", b"x")


@pytest.mark.parametrize(("label", "method"), [(0, "df"), (1, "real"), (2, "df"), (-1, "real")])
def test_record_refuses_a_label_against_the_method(label, method):
    with pytest.raises(ValueError, match="record a: label"):
        record(key="a", image=b"", label=label, method=method, group="g", video="v")


def test_features_of_the_schema():
    schema = features(("real", "df", "f2f"))
    assert set(schema) == {
        "image", "label", "method", "group", "video", "frame", "compression", "mask", "has_mask",
        "key",
    }  # fmt: skip
    assert schema["label"].names == ["real", "fake"]
    assert schema["method"].names == ["real", "df", "f2f"]


@pytest.mark.parametrize("methods", [(), ("df", "real"), ("real", "df", "df")])
def test_features_refuse_methods_without_real_first(methods):
    with pytest.raises(ValueError, match="begin with 'real'"):
        features(methods)
