"""Tables of a few rows, gathered as an audit gathers them."""

from experiments.auditing.examples import gather
from experiments.auditing.reading import read_table


def gathered(folder, *contents, files="models", video_folders=False):
    tables = []
    for number, content in enumerate(contents):
        path = folder / f"m{number}.csv"
        path.write_text(content)
        tables.append(read_table(path, {}))
    return gather(tables, files, video_folders)
