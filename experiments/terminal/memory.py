"""Memory that XLA's CPU backend frees after a step, kept for the next."""

import ctypes

# Names of glibc's <malloc.h>, with their numbers there.
M_TRIM_THRESHOLD, M_MMAP_MAX, M_ARENA_MAX = -1, -4, -8


def keep_freed_memory() -> bool:
    """Let glibc keep what is freed, instead of giving it back and faulting it in again.

    XLA frees its temporary buffers after every step; by default glibc returns such large pieces to
    the system, and tens of thousands of page faults a step follow. Call it before the first
    computation. It changes no result.

    Returns:
        Whether it took effect: false where the C library is not glibc.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    settings = ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, 2**31 - 1), (M_ARENA_MAX, 1))
    return sum(mallopt(option, value) for option, value in settings) == len(settings)
