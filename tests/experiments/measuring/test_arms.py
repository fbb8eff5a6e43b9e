"""Which networks are measured in which engines."""

from types import SimpleNamespace

from experiments.measuring.arms import Setting, plans_of

KEYS = [("dense", 0), ("masked", 1), ("masked", 2), ("compacted", 2), ("small_dense", 1)]
NETWORKS = [SimpleNamespace(key=key) for key in KEYS]


def named(plans):
    return {(p.kind, p.level, p.engine, p.precision) for p in plans}


def test_the_ticket_is_in_all_engines_and_other_levels_where_zeros_matter():
    engines = ["xla", "onnxruntime", "sparse"]
    found = plans_of(NETWORKS, 2, engines, (1, 2), (64,), gpu=False)
    everywhere = {
        (kind, level, *engine)
        for kind, level in (("dense", 0), ("masked", 2))
        for engine in (("xla", "float32"), ("xla", "bfloat16"), ("onnxruntime", "float32"),
                       ("sparse", "float32"))
    } | {
        ("compacted", 2, "xla", "float32"), ("compacted", 2, "xla", "bfloat16"),
        ("compacted", 2, "onnxruntime", "float32"), ("masked", 1, "sparse", "float32"),
    }  # fmt: skip
    once = {
        ("masked", 1, "onnxruntime", "float32"), ("small_dense", 1, "onnxruntime", "float32"),
        ("small_dense", 1, "sparse", "float32"),
    }  # fmt: skip
    assert named(found[Setting(1, 64)]) == everywhere | once
    assert named(found[Setting(2, 64)]) == everywhere
    first = [plan.may_be_base for plan in found[Setting(1, 64)]]
    assert first == sorted(first, reverse=True)
    assert sum(first) == 3


def test_a_gpu_is_measured_in_xla_alone():
    found = plans_of(NETWORKS, 2, ["xla", "sparse"], (2,), (64,), gpu=True)
    on_gpu = found[Setting(1, 64, "gpu")]
    assert {plan.engine for plan in on_gpu} == {"xla"}
    assert {plan.kind for plan in on_gpu} == {"dense", "masked", "compacted"}
