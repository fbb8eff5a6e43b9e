import pytest

from jaxticket.statistics import holm


def test_holm_by_hand():
    # Sorted 0.01 x 3, 0.02 x 2, 0.04 x 1.
    assert holm([0.04, 0.01, 0.02]).tolist() == pytest.approx([0.04, 0.03, 0.04])


def test_a_larger_p_never_ends_below_a_smaller():
    assert holm([0.02, 0.03, 0.9]).tolist() == pytest.approx([0.06, 0.06, 0.9])
    assert holm([0.6, 0.7]).tolist() == [1.0, 1.0]
    assert holm([0.03]).tolist() == [0.03]
    assert holm([1.0, 0.0]).tolist() == [1.0, 0.0]
    assert holm([]).tolist() == []


@pytest.mark.parametrize("wrong", [float("nan"), -0.01, 1.01])
def test_what_is_no_p_value_is_refused(wrong):
    with pytest.raises(ValueError, match="p values"):
        holm([0.1, wrong])
