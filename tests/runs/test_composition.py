from jaxticket.runs.composition import Part, composition, composition_text

LABELS = [0, 1, 1, 1, 0]
METHODS = ["real", "Swap", "Swap", "Blend", "real"]
COMPRESSIONS = ["c23", "c23", "c40", "c23", "c23"]
GROUPS = ["a", "a", "b", "b", "a"]
RIGHT = {"dense": [True, False, True, True, False]}


def test_a_sample_is_counted_by_class_method_and_compression():
    assert composition(LABELS, METHODS, COMPRESSIONS, GROUPS, RIGHT) == [
        Part(label=0, method="real", compression="c23", pictures=2, groups=1, right={"dense": 1}),
        Part(label=1, method="Blend", compression="c23", pictures=1, groups=1, right={"dense": 1}),
        Part(label=1, method="Swap", compression="c23", pictures=1, groups=1, right={"dense": 0}),
        Part(label=1, method="Swap", compression="c40", pictures=1, groups=1, right={"dense": 1}),
    ]


def test_it_is_said_in_words_and_only_what_is_known():
    parts = composition(LABELS, METHODS, COMPRESSIONS, GROUPS, RIGHT)
    assert composition_text(parts) == (
        "2 real, 3 fake: 1 Blend, 2 Swap; compression 4 c23, 1 c40; answers: dense 3 right and 2 "
        "wrong"
    )
    unknown = composition(LABELS, ["Real", "Fake", "Fake", "Fake", "Real"], [""] * 5, GROUPS, {})
    assert composition_text(unknown) == "2 real, 3 fake"
    assert composition([], [], [], [], RIGHT) == []
