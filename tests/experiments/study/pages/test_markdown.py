from math import nan

from experiments.study.pages.markdown import difference, paired, percent, with_ends
from jaxticket.statistics import Estimate

WITH = Estimate(0.5, 0.4, 0.6, 3, 20, 10, 0.1, 0.1, 4.0, 0.95)
WITHOUT = Estimate(0.5, nan, nan, 3, 20, 10, 0.1, 0.1, 4.0, 0.95)


def test_what_has_no_interval_says_so():
    assert with_ends(WITHOUT) == "0.500, no interval"
    assert difference(WITHOUT) == "+0.500, no interval"
    assert percent(WITHOUT) == "50.0, no interval"


def test_intervals_stand_in_brackets():
    assert difference(WITH) == "+0.500 [+0.400, +0.600]"
    assert percent(WITH) == "50.0 [40.0, 60.0]"
    assert difference(None) == "-"


def test_a_pair_says_its_seeds_where_they_are_others_than_the_rows():
    assert paired(WITH, 3) == "+0.500 [+0.400, +0.600]"
    assert paired(WITH, 4) == "+0.500 [+0.400, +0.600] (n = 3)"
    assert paired(None, 3) == "-"
