"""The words for a ticket beside its dense network with all the steps of the search."""

import math

import pytest

from jaxticket.verdicts.same_compute import same_compute, words_of_ends


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((0.2, 0.1, 0.3), "better"),
        ((-0.2, -0.3, -0.1), "worse"),
        ((0.1, 0.0, 0.2), "no significant difference"),
        ((0.1, None, None), "cannot be judged"),
        ((0.1, math.nan, math.nan), "cannot be judged"),
    ],
)
def test_the_words_of_an_interval(ends, words):
    assert words_of_ends(ends) == words


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((0.02, 0.01, 0.03), "; dense had not converged: these steps make it better +0.020 ["),
        ((-0.02, -0.03, -0.01), "; these steps make dense worse -0.020 ["),
        ((0.0, -0.01, 0.01), "; that dense had not converged is not shown: these steps change it"),
        ((0.1, None, None), "; whether dense had converged cannot be judged: +0.100, no interval"),
        ((None, None, None), "; whether dense had converged cannot be judged: undefined"),
    ],
)
def test_whether_the_dense_network_had_come_to_its_end(more, said):
    text = same_compute("worse", (-0.1, -0.2, -0.05), more)
    start = "is worse than the same compute spent on the dense network (-0.100 [-0.200, -0.050])"
    assert text.startswith(start + said)


def test_an_answer_that_is_still_to_come():
    assert same_compute("not judged yet", (0.1, 0.0, 0.2), (0.0, -0.1, 0.1)).startswith(
        "beside the same compute spent on the dense network: not judged yet (+0.100 ["
    )
