import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
import numpy as np
from experiments.terminal.memory import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(5):
        np.ones(64 << 20, np.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults()
print(faults())
"""

HELD = """
import numpy as np
from experiments.terminal.memory import give_back_freed_memory, keep_freed_memory
def held():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
keep_freed_memory()
freed, later = np.ones(64 << 20, np.uint8), np.ones(1 << 20, np.uint8)
before = held()
del freed
assert before - held() < 32 << 20
give_back_freed_memory()
assert before - held() > 48 << 20
"""


def faults(how):
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_memory_that_was_freed_is_not_faulted_in_again():
    # Past 32 MiB glibc gives every freed piece back at once.
    assert 4 * faults("keep") < faults("leave")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_memory_that_was_freed_is_given_back_when_asked():
    # Something later is kept: the end of the heap is not what goes.
    subprocess.run([sys.executable, "-c", HELD], check=True)
