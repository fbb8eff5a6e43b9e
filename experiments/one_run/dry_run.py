"""`imp --dry_run`: what a run will take, said without training or writing anything."""

from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from data_prep.folder import is_prepared, open_pictures, set_folder
from data_prep.prepared.card import CARD_FILE, read_card
from data_prep.prepared.find import version_folders
from data_prep.prepared.write_once import is_whole
from experiments.one_run.data import Data, names_of, open_data
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.estimate import estimate
from experiments.one_run.own_data import run_folder
from experiments.one_run.recipe import check_dense, resolve
from experiments.options.imp import Config
from jaxticket.models import build
from jaxticket.pruning import level_sparsities
from jaxticket.runs.levels import is_finished
from jaxticket.runs.opening import compare, load_recipe, refuse_name, refuse_other_content


def show_estimate(config: Config, console: Console) -> None:
    """Say how many levels and steps a run has, and what time, memory and disk it takes, about.

    A data set that is not prepared yet is prepared in a temporary folder, which goes again.

    Raises:
        ValueError: the options or the data are wrong, or the run folder is of a run of others;
            says which.
        FileExistsError: the run folder holds something else.
    """
    data_dir = config.data_dir or default_data_dir()
    with TemporaryDirectory(prefix="jaxticket-") as spare:
        data = open_for_estimate(config, data_dir, Path(spare), console)
        detector = build(config.model, data.num_logits)
        levels = len(level_sparsities(config))
        path, done = _begun(config, data, levels)
        if done == levels:
            console.print(f"all {levels} levels are done in {path}: no step is left")
        else:
            if done:
                console.print(f"{done} of {levels} levels are done in {path}")
            for line in estimate(config, data, detector, done, path).lines():
                console.print(line)
    console.print("nothing was trained, and nothing is written")


def _begun(config: Config, data: Data, levels: int) -> tuple[Path, int]:
    """Return the folder of the run, and how many of its levels are kept, from 0 on."""
    recipe = resolve(config, data)
    path = config.run_dir or run_folder("imp", recipe)
    if config.dense is not None:
        check_dense(config.dense, recipe)
    refuse_name(path)
    refuse_other_content(path)
    if (path / "config.json").exists():
        compare(path, load_recipe(path / "config.json"), recipe)
    return path, next((n for n in range(levels) if not is_finished(path, n)), levels)


def open_for_estimate(config: Config, data_dir: Path, spare: Path, console: Console) -> Data:
    """Open the data of a run, as prepared or else prepared in the folder `spare`."""
    sets = []
    for name in names_of(config.dataset):
        folder = _prepared(name, data_dir)
        where = "prepared for this estimate alone" if folder is None else f"as prepared in {folder}"
        console.print(f"{name}: {where}")
        opened = open_data(str(folder or name), None, spare, config.skip_limit, console)
        sets += opened.sets
    data = Data(tuple(sets), config.mixture, config.methods)
    return data.by_method() if config.task == "method" else data


def _prepared(name: str, data_dir: Path) -> Path | None:
    """Return the prepared set that a name or folder stands for, where there is one at hand."""
    path = Path(name).expanduser()
    if path.exists():
        if is_prepared(path):
            return path
        made = set_folder(open_pictures(path), data_dir)
        return made if is_whole(made) else None
    folders = [
        folder
        for folder in version_folders(data_dir)
        if (folder / CARD_FILE).is_file() and read_card(folder).name == name
    ]
    return folders[-1] if folders else None
