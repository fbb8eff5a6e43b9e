import hashlib

import numpy as np
import pytest

from data_prep.synthetic.drawing.draws import Draws

PINNED = [0.4660570528995315, 0.14448087283378008, 0.38159079061787204]


def test_the_first_numbers():
    draw = Draws(0, "person", 1)
    assert [draw.uniform() for _ in range(3)] == PINNED
    assert Draws(0, "person", 1).uniform(-2, 2) == -2 + 4 * PINNED[0]


def test_they_are_the_bits_of_pcg64():
    digest = hashlib.sha256(b'[7, "hair", 2]').digest()
    bits = np.random.PCG64(int.from_bytes(digest[:16], "little"))
    assert Draws(7, "hair", 2).uniform() == int(bits.random_raw() >> 11) / 2**53


def test_normal_numbers_are_box_and_muller():
    first, second = PINNED[:2]
    radius = np.sqrt(-2 * np.log(1 - first))
    wanted = [radius * np.cos(2 * np.pi * second), radius * np.sin(2 * np.pi * second)]
    assert Draws(0, "person", 1).field((1, 2)).tolist() == [pytest.approx(wanted, abs=1e-5)]
    assert Draws(0, "person", 1).normal(10, 3) == pytest.approx(10 + 3 * wanted[0], abs=1e-4)


def test_every_purpose_has_its_own_numbers():
    streams = [
        (0, "a"),
        (1, "a"),
        (0, "b"),
        (0, "a", 1),
        (0, "a", "1"),
        (0, "a", 1, 2),
        (0, "a", 12),
    ]
    assert len({Draws(*stream).uniform() for stream in streams}) == len(streams)


def test_ranges_and_moments():
    draw = Draws(1, "moments")
    numbers = draw.vector(-1, 3, 4000)
    assert numbers.dtype == np.float32
    assert -1 <= numbers.min() < -0.9
    assert 2.9 < numbers.max() < 3
    assert numbers.mean() == pytest.approx(1, abs=0.1)
    field = draw.field((50, 81))
    assert (field.shape, field.dtype) == ((50, 81), np.float32)
    assert field.mean() == pytest.approx(0, abs=0.06)
    assert field.std() == pytest.approx(1, abs=0.04)
    assert (np.abs(field) < 1.96).mean() == pytest.approx(0.95, abs=0.015)


def test_choices():
    draw = Draws(2, "choices")
    chosen = [draw.choose("abc") for _ in range(900)]
    assert all(240 < chosen.count(letter) < 360 for letter in "abc")
    assert 200 < sum(draw.chance(0.25) for _ in range(1000)) < 300
    assert {draw.sign() for _ in range(30)} == {-1.0, 1.0}
    assert not any(draw.chance(0) for _ in range(30))
    assert all(draw.chance(1) for _ in range(30))
