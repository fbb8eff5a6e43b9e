from pathlib import Path

import pytest

from tests.harness import load

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from /proc"
)
HOLDS = (
    "import subprocess, sys, time\n"
    "kept = bytearray(range(256)) * (40 << 12)\n"
    "opened = [open(sys.executable) for _ in range(20)]\n"
    "child = 'import sys; a = [open(sys.executable) for _ in range(30)]; sys.stdin.read()'\n"
    "below = subprocess.Popen([sys.executable, '-c', child], stdin=subprocess.PIPE)\n"
    "for number in range(3 * 10 ** 6): pass\n"
    "time.sleep(0.6); below.communicate()"
)


def test_a_process_is_seen_with_all_below_it(monkeypatch):
    monkeypatch.setattr(load, "BETWEEN", 0.05)
    looks = load.follow(["-c", HOLDS], lambda: 3)
    assert max(look.memory for look in looks) > 40 * load.MIB
    assert max(look.handles for look in looks) >= 50
    assert 0 < looks[-1].processor <= 60
    assert looks[-1].done == 3


def test_a_command_that_fails_says_its_words(monkeypatch):
    monkeypatch.setattr(load, "BETWEEN", 0.05)
    with pytest.raises(AssertionError, match="no such thing"):
        load.follow(["-c", "raise SystemExit('no such thing')"], lambda: 0)
