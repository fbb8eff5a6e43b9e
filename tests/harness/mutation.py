"""Mutation: small changes of the core, one at a time, each of which the core's tests must notice.

    python -m tests.harness.mutation --mutants=100 --seed=0

Drawn are as many mutants of every area, as far as it has them; each is tried by the mirror of its
module, then by the tests of its area, to the first that fails. A mutant is a process forked
from one that has imported the libraries but computed nothing: JAX starts its threads with the first
computation. All share one cache of compiled programs. A process that takes five times the time of
the unchanged program, and a minute, has noticed too.

    python -m tests.harness.mutation jaxticket/masks.py#12

tries single ones by the names that the table gives them. Nothing is written but the table.
"""

import argparse
import contextlib
import importlib
import importlib.util
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType

import pytest

from tests.harness import mutants

LIBRARIES = ("jax", "flax", "optax", "scipy.stats", "orbax.checkpoint", "h5py", "matplotlib")
"""Imported once, before the first fork."""
SECONDS_TO_WAIT = 1200
"""A process that computes nothing for so long waits for ever."""


@dataclass(frozen=True)
class Area:
    """Modules by their files, and tests that must notice a change in any of them."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


def _modules(folder: str) -> tuple[str, ...]:
    return tuple(str(p) for p in sorted(Path(folder).glob("*.py")) if p.name != "__init__.py")


AREAS = {
    "masks": Area(("jaxticket/masks.py",), ("tests/test_masks.py",)),
    "selection": Area(
        tuple(f"jaxticket/pruning/{name}.py" for name in ("criteria", "schedule", "selection")),
        ("tests/pruning",),
    ),
    "step": Area(("jaxticket/training/step.py",), ("tests/training/test_step.py",)),
    "rewinding": Area(
        ("jaxticket/lottery/invariants.py", "jaxticket/lottery/rewinding.py"),
        ("tests/lottery/test_invariants.py", "tests/lottery/test_rewinding.py"),
    ),
    "checkpoints": Area(
        (
            "jaxticket/lottery/checkpoints.py",
            "jaxticket/runs/checkpoints.py",
            "jaxticket/runs/checkpoint_digest.py",
        ),
        (
            "tests/lottery/test_checkpoints.py",
            "tests/runs/test_checkpoints.py",
        ),
    ),
    "statistics": Area(_modules("jaxticket/statistics"), ("tests/statistics",)),
    "calibration": Area(_modules("jaxticket/calibration"), ("tests/calibration",)),
}


class Mutated(SourceFileLoader):
    """Loads a module from its changed program."""

    def __init__(self, name: str, path: str, code: CodeType):
        super().__init__(name, path)
        self.code = code

    def get_code(self, fullname: str) -> CodeType:
        return self.code


class Finder:
    """Finds one module, changed, before the others look for it."""

    def __init__(self, path: str, code: CodeType):
        self.name = path.removesuffix(".py").replace("/", ".")
        self.loader = Mutated(self.name, str(Path(path).resolve()), code)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.loader.path, loader=self.loader)


def names(modules: Sequence[str]) -> list[str]:
    """Return the names of all mutants of some modules: file, #, number."""
    counts = {path: mutants.count(Path(path).read_text()) for path in modules}
    return [f"{path}#{number}" for path, count in counts.items() for number in range(count)]


def drawn(count: int, seed: int, areas: Sequence[str]) -> list[str]:
    """Return the names of mutants, as many of every area as far as it has them."""
    left = {}
    for area in areas:
        all_of_it = names(AREAS[area].modules)
        left[area] = random.Random(f"{seed} {area}").sample(all_of_it, len(all_of_it))
    found: list[str] = []
    while len(found) < count and any(left.values()):
        found += [names.pop() for names in left.values() if names][: count - len(found)]
    return found


def area_of(name: str) -> str:
    """Return the area of a mutant.

    Raises:
        ValueError: it is of no area.
    """
    path = name.partition("#")[0]
    for area, of in AREAS.items():
        if path in of.modules:
            return area
    raise ValueError(f"{name}: no module of {', '.join(AREAS)}")


def stages_of(name: str) -> list[tuple[str, ...]]:
    """Return the tests that try a mutant: its module's mirror, then those of its area."""
    folder, _, module = name.partition("#")[0].removeprefix("jaxticket/").rpartition("/")
    mirror = str(Path("tests", folder, f"test_{module.removesuffix('.py')}.py"))
    stages = [(mirror,)] if Path(mirror).exists() else []
    return list(dict.fromkeys([*stages, AREAS[area_of(name)].tests]))


def run_tests(
    tests: Sequence[str], finder: Finder | None, seconds: int | None
) -> tuple[str, float]:
    """Run tests in a forked process, to the first that fails.

    Args:
        tests: files and folders.
        finder: of a changed module, or None.
        seconds: of processor time that it may take; None for any.

    Returns:
        "passed", "failed" or "too long", and the processor time in seconds.

    Raises:
        RuntimeError: pytest ran no test; says what it printed.
    """
    folder = Path(tempfile.mkdtemp(prefix="jaxticket-mutant-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python and JAX warn of a fork beside threads
        child = os.fork()
    if child == 0:
        _be_child(tests, finder, seconds, folder)
    _, status, used = os.wait4(child, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what its tests have started
    said = (folder / "said").read_text(errors="replace")
    shutil.rmtree(folder, ignore_errors=True)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        late = -code in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL)
        return "too long" if late else "failed", used.ru_utime + used.ru_stime
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        raise RuntimeError(f"pytest ended with {code} over {' '.join(tests)}:\n{said[-2000:]}")
    return "failed" if code else "passed", used.ru_utime + used.ru_stime


def _be_child(
    tests: Sequence[str], finder: Finder | None, seconds: int | None, folder: Path
) -> None:
    code: int = pytest.ExitCode.INTERNAL_ERROR
    try:
        os.setpgid(0, 0)
        with (folder / "said").open("w") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        signal.alarm(SECONDS_TO_WAIT)
        tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(folder / "hypothesis")
        if finder is not None:
            sys.meta_path.insert(0, finder)
        code = pytest.main(["-x", "-q", "--tb=line", "--hypothesis-seed=0", *tests])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main(argv: Sequence[str] | None = None) -> None:
    """Try mutants; print each, and the table of areas."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="single mutants, such as jaxticket/masks.py#12")
    parser.add_argument("--mutants", type=int, default=100, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--areas", nargs="*", choices=AREAS, default=list(AREAS))
    options = parser.parse_args(argv)
    chosen = options.names or drawn(options.mutants, options.seed, options.areas)
    with tempfile.TemporaryDirectory(prefix="jaxticket-programs-") as programs:
        # JAX reads these names when it is imported.
        os.environ["JAX_COMPILATION_CACHE_DIR"] = programs
        os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
        os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"
        for library in LIBRARIES:
            importlib.import_module(library)
        results = try_all(chosen)
    print("\n| area | mutants | noticed |\n|---|---|---|")
    for area in dict.fromkeys(map(area_of, chosen)):
        these = [results[name] for name in chosen if area_of(name) == area]
        print(f"| {area} | {len(these)} | {sum(these)} |")
    print(f"| all | {len(chosen)} | {sum(results.values())} |")


def try_all(chosen: Sequence[str]) -> dict[str, bool]:
    """Try mutants; print each, and return which were noticed.

    Raises:
        RuntimeError: tests fail on the unchanged program.
    """
    found: dict[str, bool] = {}
    unchanged: dict[tuple[str, ...], float] = {}
    for name in chosen:
        path, _, number = name.partition("#")
        changed = mutants.mutant(Path(path).read_text(), int(number))
        finder = Finder(path, compile(changed.tree, path, "exec"))
        end, total = "passed", 0.0
        for tests in stages_of(name):
            if tests not in unchanged:
                end, unchanged[tests] = run_tests(tests, None, None)
                if end != "passed":
                    raise RuntimeError(f"the unchanged program fails: pytest -x {' '.join(tests)}")
            end, seconds = run_tests(tests, finder, round(5 * unchanged[tests]) + 60)
            total += seconds
            if end != "passed":
                break
        found[name] = end != "passed"
        print(
            f"{'NOT NOTICED' if end == 'passed' else end}, {total:.0f} s: {name}, "
            f"line {changed.line}: {changed.before}  ->  {changed.after}",
            flush=True,
        )
    return found


if __name__ == "__main__":
    main()
