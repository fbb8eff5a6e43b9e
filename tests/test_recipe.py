import json
import re
from dataclasses import fields, replace

import msgspec
import pytest

from jaxticket.pruning import level_sparsities
from jaxticket.recipe import (
    SCHEMA,
    ControlOf,
    Options,
    Recipe,
    TwinsOf,
    UnknownOption,
    differences,
    from_json,
    run_name,
    to_json,
    values,
)

RECIPE = Recipe(model="cnn5", sparsities=(0.2, 0.5), data_name="x", data_fingerprint="f", epochs=3)
CONTROL = replace(RECIPE, control=ControlOf(kind="reinit", level=2, ticket_masks="m"))
TWINS = replace(
    RECIPE, twins=TwinsOf(levels=(0, 2), ticket_masks=("a", "b"), points=11, batches=50, twin=1)
)


def written(recipe):
    return json.loads(json.dumps(to_json(recipe)))


@pytest.mark.parametrize("recipe", [RECIPE, CONTROL, TWINS, replace(RECIPE, classes=("real", "a"))])
def test_what_is_written_is_read(recipe):
    assert written(recipe)["schema"] == SCHEMA
    assert from_json(written(recipe)) == recipe


@pytest.mark.parametrize("field", fields(Options), ids=lambda field: field.name)
def test_an_option_that_an_older_run_lacks_has_its_default(field):
    older = written(RECIPE)
    del older["schema"]
    older.pop(field.name, None)
    default = Recipe.__dataclass_fields__[field.name].default
    assert from_json(older) == replace(RECIPE, **{field.name: default})


def test_what_this_version_does_not_know_is_named():
    with pytest.raises(UnknownOption, match="the options later, other,"):
        from_json({**written(RECIPE), "other": 1, "later": 2})
    for schema in (99, "1", None, 0.5, [1]):
        with pytest.raises(UnknownOption, match=re.escape(f"a recipe of schema {schema!r}")):
            from_json({**written(RECIPE), "schema": schema})
    with pytest.raises(UnknownOption, match="points"):  # of twins, in a control
        from_json({**written(CONTROL), "points": 3})


@pytest.mark.parametrize(("name", "value"), [("seed", "3"), ("scope", "both"), ("epochs", [1])])
def test_a_value_of_another_kind_is_refused(name, value):
    with pytest.raises(msgspec.ValidationError, match=name):
        from_json({**written(RECIPE), name: value})


def test_differences_have_both_values():
    assert differences(RECIPE, RECIPE) == []
    assert differences(RECIPE, replace(CONTROL, seed=4)) == [
        ("control", None, "reinit"), ("level", None, 2), ("seed", 0, 4),
        ("source_data_fingerprint", None, ""), ("source_data_name", None, ""),
        ("ticket_masks", None, "m"),
    ]  # fmt: skip


def test_a_folder_has_the_name_that_older_versions_gave_it():
    assert run_name("imp", RECIPE) == "imp_cnn5_x_91ccb3fe"
    assert run_name("reinit", CONTROL) == "reinit_cnn5_x_0d5ab5a4"
    # An option that comes later must leave these as they are, at least while it has its default.
    assert run_name("own.parts:fewer", RECIPE) == "own.parts_fewer_cnn5_x_91ccb3fe"


def test_the_levels_follow_from_the_options():
    assert level_sparsities(Options(rounds=1, prune_fraction=0.5)) == (0.0, 0.5)
    assert len(level_sparsities(Options())) == 8
    assert len(level_sparsities(Options(sparsities=(0.98,)))) == 19
    assert level_sparsities(Options(sparsities=(0.98,), pruning="one_shot")) == (0.0, 0.98)


def test_classes_are_listed_where_they_are_known():
    assert "classes" not in values(RECIPE)
    assert values(replace(RECIPE, classes=("real", "a")))["classes"] == ["real", "a"]
    assert "fake_output" not in values(RECIPE)
    assert values(replace(RECIPE, fake_output="1"))["fake_output"] == "1"
    assert "search" not in values(RECIPE)
    short = replace(RECIPE, search="short:0.2")
    assert values(short)["search"] == "short:0.2"
    assert differences(RECIPE, short) == [("search", "full", "short:0.2")]


def test_float32_is_left_out_of_what_is_written_so_that_folders_keep_their_names():
    usual, other = Recipe(), Recipe(precision="bfloat16")
    assert "precision" not in values(usual)
    assert values(other)["precision"] == "bfloat16"
    assert from_json(to_json(other)) == other
    assert differences(usual, other) == [("precision", "float32", "bfloat16")]
