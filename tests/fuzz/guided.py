"""One reader, its inputs led by what they reach: `python -m tests.fuzz.guided READER -runs=1000`.

What libFuzzer takes may follow the name; atheris (the extra `fuzz`) never comes back from it.
"""

import sys
import tempfile
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["jaxticket", "data_prep", "experiments"]):
    from tests.fuzz.attempt import Tried, try_inputs
    from tests.fuzz.readers import READERS


def main(name: str, options: list[str]) -> None:
    """Try a reader until it is stopped, and end at the first input that fails."""
    place = Path(tempfile.mkdtemp(prefix="fuzz-"))
    folder = place / "of the reader"
    folder.mkdir()

    def then(tried: Tried) -> None:
        if tried.inputs % 100 == 0:
            print(f"{name}: {tried.read} read, {tried.refused} refused", flush=True)
        for said, (content, _) in tried.failures.items():
            (place / "failure").write_bytes(content)
            raise AssertionError(f"{name}: {said}; the input is {folder / 'failure'}")

    _, test = try_inputs(READERS[name], folder, 1, 0, then)
    beginnings = place / "beginnings"  # shorter ones are cut off before they are a file
    beginnings.mkdir()
    for number in range(50):
        (beginnings / str(number)).write_bytes(Random(number).randbytes(1000))
    command = [sys.argv[0], "-len_control=0", "-max_len=2000", *options, str(beginnings)]
    atheris.Setup(command, test.hypothesis.fuzz_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
