"""Lists the data sets that can be prepared, and what else can be done with pictures and videos."""

from pathlib import Path

from data_prep.terminal.commands import commands, listing
from data_prep.terminal.program import end_with_reader

if __name__ == "__main__":
    with end_with_reader():
        print("usage: python -m data_prep.NAME [OPTIONS]; each NAME has its own --help\n")
        print(listing("python -m data_prep.", commands(Path(__file__).parent)))
