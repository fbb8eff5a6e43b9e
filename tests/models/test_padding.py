import pytest

from jaxticket.models.padding import resolve_padding


@pytest.mark.parametrize(
    ("side", "window", "stride", "dilation", "expected"),
    [
        (8, 3, 1, 1, (1, 1)),
        (8, 3, 2, 1, (0, 1)),  # torch's padding 1 would be (1, 1)
        (7, 2, 2, 1, (0, 1)),
        (8, 3, 1, 3, (3, 3)),
        (5, 4, 4, 1, (1, 2)),
        (4, 4, 4, 1, (0, 0)),
    ],
)
def test_same_as_keras_counts_it(side, window, stride, dilation, expected):
    pads = resolve_padding((1, side, 8 * window * stride, 3), window, stride, "SAME", dilation)
    assert pads[0] == expected


def test_rows_and_columns_apart():
    assert resolve_padding((1, 7, 8, 3), 2, 2, "SAME") == ((0, 1), (0, 0))


def test_a_number_is_that_number_on_every_side():
    assert resolve_padding((1, 8, 9, 3), 3, 2, 1) == ((1, 1), (1, 1))
