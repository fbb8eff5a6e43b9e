"""Does the ticket look where the dense network looked, and does it look at the forgery?

    python -m experiments.saliency --run=runs/imp_...
    python -m experiments.saliency --run=SEED1,SEED2,SEED3 --out=runs/attention

Makes the maps of a run's kept levels, of their controls and, with several runs, of another seed's
dense network; compares them with those of the dense network, with the forged region and with the
face; deletes and inserts what they mark. Several runs are seeds of one experiment: intervals are
over seeds and groups. What comes out lies in RUN/saliency/looks: a row a picture and network, the
figures, and a gallery; the report and the page of the run are written again. docs/attention.md says
what each figure means. The same command again reads what is there, and another one adds to it.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("saliency")  # here, since help needs no more imports

from pathlib import Path

from rich.console import Console

from experiments.attention.look import look
from experiments.attention.networks import check_runs
from experiments.attention.pictures import pictures_of
from experiments.attention.question import question_of
from experiments.one_run.data import open_data_of
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.finished_run import SKIP_LIMIT, kept_levels
from experiments.one_run.page import refresh
from experiments.options.saliency import Config
from jaxticket.data import subset
from jaxticket.runs import read_run


def main(config: Config, console: Console) -> Path:
    """Look at runs, and return the folder of the figures.

    Raises:
        ValueError: the runs, the data or an option are wrong; says which.
        FileNotFoundError: there is no such run or level.
        BlockingIOError: another process looks at a run.
    """
    runs = [read_run(path) for path in config.run]
    if not runs:
        raise ValueError("--run names no run folder")
    check_runs(runs, kept_levels(config.levels, runs[0]) if runs[0].levels else [])
    question_of(config, runs[0])
    data_dir = config.data_dir or default_data_dir()
    data = open_data_of(runs[0], config.dataset, data_dir, SKIP_LIMIT, console, testing=True)
    if classes := runs[0].recipe.classes:
        data = data.by_method(classes)
    size = runs[0].recipe.image_size
    examples = data.load_split(config.split, size, one_class=True)
    if data.has("validation"):
        validation = data.load_split("validation", size, one_class=True)
    else:  # a set for testing: no threshold of the overlap is chosen
        validation = subset(examples, [])
    folder = look(config, runs, pictures_of(config, data, examples, validation), console)
    for run in runs:
        try:
            console.print(f"page {refresh(run.path)}")
        except (OSError, ValueError) as error:  # the maps are there: no reason to fail
            console.print(f"the page of {run.path} stays as it was: {error}")
    return folder
