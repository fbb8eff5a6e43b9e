import json
import os
import subprocess

import jax

from jaxticket.runs import describe_environment, environment


def test_versions_and_device_are_named_in_json():
    found = json.loads(json.dumps(describe_environment()))
    assert found["packages"]["jax"] == jax.__version__
    assert found["backend"] == jax.default_backend()
    assert found["devices"] == jax.device_count()
    assert found["cores"] == len(os.sched_getaffinity(0))
    assert set(found) == {
        "python", "machine", "packages", "backend", "device", "devices", "cores", "commit",
    }  # fmt: skip


def test_a_package_that_is_not_installed_has_no_version():
    assert environment._version("jaxticket-no-such-package") is None


def test_without_git_there_is_no_commit(monkeypatch):
    def missing(*_, **__):
        raise FileNotFoundError("git")

    monkeypatch.setattr(subprocess, "run", missing)
    assert describe_environment()["commit"] is None
