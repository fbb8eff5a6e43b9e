import pytest

from experiments.cells import places as module
from experiments.cells.places import accelerators, places


@pytest.fixture
def machine(monkeypatch):
    """Have so many cores, and such devices."""

    def have(cores, backend="cpu", devices=0):
        monkeypatch.setattr(module, "cores", lambda: cores)
        monkeypatch.setattr(module, "accelerators", lambda: (backend, devices))

    return have


def test_all_have_as_many_cores_and_none_is_shared(machine):
    machine([0, 4, 1, 5, 2, 6, 3])
    assert [place.cores for place in places(3)] == [(0, 4), (1, 5), (2, 6)]
    assert [place.cores for place in places(1)] == [(0, 4, 1, 5, 2, 6, 3)]
    assert places(1)[0].environment == {}


def test_each_sees_a_gpu_of_its_own(machine, monkeypatch):
    machine([0, 1, 2, 3], "gpu", 2)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    shown = [place.environment["CUDA_VISIBLE_DEVICES"] for place in places(2)]
    assert shown == ["0", "1"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,GPU-ab")
    shown = [place.environment["CUDA_VISIBLE_DEVICES"] for place in places(2)]
    assert shown == ["3", "GPU-ab"]


@pytest.mark.parametrize(
    ("workers", "cores", "device", "said"),
    [
        (0, [0, 1], ("cpu", 0), "--workers must be 1 or more, got 0"),
        (3, [0, 1], ("cpu", 0), "there are 2 cores, and each worker needs one of its own; use"),
        (3, list(range(8)), ("gpu", 2), "there are 2 GPUs for that; use --workers=2"),
        (2, list(range(8)), ("tpu", 4), "there are 1 TPUs for that; use --workers=1"),
        (2, [], ("cpu", 0), "gives no process cores of its own; leave it out"),
    ],
)
def test_what_there_is_not_is_refused(machine, workers, cores, device, said):
    machine(cores, *device)
    with pytest.raises(ValueError, match=said):
        places(workers)


def test_devices_are_asked_for_where_there_may_be_some(monkeypatch):
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    assert accelerators() == ("cpu", 0)
    monkeypatch.delenv("JAX_PLATFORMS")
    monkeypatch.setattr(module, "_plugins", lambda: ["one"])
    monkeypatch.setattr(module, "_ASK", "print('gpu', 8)")
    assert accelerators() == ("gpu", 8)
    monkeypatch.setattr(module, "_ASK", "print('cpu', 1)")
    assert accelerators() == ("cpu", 0)
