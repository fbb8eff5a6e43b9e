"""Lists the commands. Where jaxticket is installed, `jaxticket NAME` runs them."""

import runpy
from pathlib import Path

if __name__ == "__main__":
    beside = Path(__file__).parents[1]
    # By its path: the library imports neither of the two packages, and no folder can shadow them.
    known = runpy.run_path(str(beside / "data_prep" / "terminal" / "commands.py"))
    for package in ("experiments", "data_prep"):
        print(known["listing"](f"python -m {package}.", known["commands"](beside / package)))
