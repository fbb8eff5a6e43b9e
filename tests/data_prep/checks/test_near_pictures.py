import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.checks import near_pictures
from data_prep.checks.near_pictures import nearest_in
from data_prep.media.perceptual_hash import distances


def words(*values: int) -> np.ndarray:
    """256-bit numbers as rows."""
    data = b"".join(value.to_bytes(32, "little") for value in values)
    return np.frombuffer(data, np.uint64).reshape(-1, 4)


def flipped(value: int, *bits: int) -> int:
    return value ^ sum(1 << bit for bit in bits)


def by_hand(hashes: np.ndarray, queries: np.ndarray, most: int) -> list[int]:
    found = []
    for query in queries:
        distance = distances(hashes, np.broadcast_to(query, hashes.shape))
        found.append(int(distance.argmin()) if distance.min() <= most else -1)
    return found


def test_the_nearest_within_the_bound():
    hashes = words(0, 2**200 - 1, flipped(0, 5, 90, 180))
    queries = words(
        flipped(0, 5, 90),  # 1 from the third, 2 from the first
        flipped(0, *range(0, 256, 32)),  # 8 from the first
        flipped(0, *range(0, 256, 32), 1),  # 9
        2**256 - 1,
        2**200 - 1,
    )
    assert nearest_in(hashes, queries).tolist() == [2, 0, -1, -1, 1]


def test_of_several_as_near_the_first():
    hashes = words(7, 0, 0, flipped(0, 3), 0)
    assert nearest_in(hashes, words(flipped(0, 200))).tolist() == [1]
    # 3 and 0 are one bit from 1.
    assert nearest_in(words(3, 0), words(1)).tolist() == [0]
    assert nearest_in(words(0, 3), words(1)).tolist() == [0]


def test_nothing_to_find_or_to_look_for():
    assert nearest_in(words(), words(1, 2)).tolist() == [-1, -1]
    assert nearest_in(words(1), words()).tolist() == []


@pytest.mark.parametrize("pairs", [1, 7, 1 << 20])
@given(seed=st.integers(0, 2**32 - 1), most=st.sampled_from([0, 1, 3, 8, 20]))
def test_as_comparing_every_pair(pairs, seed, most):
    draw = np.random.default_rng(seed)
    centres = draw.integers(0, 2**64, (3, 4), dtype=np.uint64)

    def around(number: int) -> np.ndarray:
        rows = centres[draw.integers(0, 3, number)].copy()
        for row in rows:
            for bit in draw.integers(0, 256, draw.integers(0, 12)):
                row[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
        return rows

    hashes, queries = around(20), around(12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near_pictures, "_PAIRS", pairs)
        assert nearest_in(hashes, queries, most).tolist() == by_hand(hashes, queries, most)


def test_hardly_any_pairs_are_compared(monkeypatch):
    compared = []

    def counted(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        compared.append(len(a))
        return distances(a, b)

    monkeypatch.setattr(near_pictures, "distances", counted)
    draw = np.random.default_rng(0)
    hashes, queries = draw.integers(0, 2**64, (2, 1000, 4), dtype=np.uint64)
    nearest_in(hashes, queries)
    # Nine bands of 28 or 29 bits: a million pairs share one about 9 / 2**28 * 10**6 = 0.03 times.
    assert sum(compared) < 5
