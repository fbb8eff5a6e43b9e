from dataclasses import astuple, fields

import numpy as np

from data_prep.synthetic.drawing.person import Person, make_person

PEOPLE = [make_person(3, number) for number in range(60)]
COLOURS = ("skin", "lip", "hair", "brow", "iris", "cloth")


def flat(person: Person) -> list[float]:
    values = (np.ravel(np.asarray(value, np.float64)) for value in astuple(person)[1:])
    return np.concatenate(list(values)).tolist()


def test_seed_and_number_decide():
    assert flat(make_person(3, 0)) == flat(PEOPLE[0])
    assert flat(make_person(4, 0)) != flat(PEOPLE[0])
    assert len({tuple(flat(person)) for person in PEOPLE}) == len(PEOPLE)
    assert [person.key for person in PEOPLE] == list(range(60))


def test_colours_are_reflectances():
    for person in PEOPLE:
        for name in COLOURS:
            colour = getattr(person, name)
            assert (colour.shape, colour.dtype) == ((3,), np.float32)
            assert (colour > 0).all()
            assert (colour < 1).all()
        red, green, blue = person.skin
        assert red > green > blue


def test_people_differ_in_every_trait():
    for field in fields(Person):
        values = {np.asarray(getattr(person, field.name)).tobytes() for person in PEOPLE}
        assert len(values) > 1, field.name


def test_a_beard_has_short_hair():
    assert any(person.beard for person in PEOPLE)
    assert not any(person.beard and person.hair_length for person in PEOPLE)
    assert not any(person.moustache and not person.beard for person in PEOPLE)


def test_skin_goes_from_light_to_dark():
    brightness = [person.skin.mean() for person in PEOPLE]
    assert min(brightness) < 0.2
    assert max(brightness) > 0.55
