"""Drawing: the moment in a level whose weights the next levels are pruned from.

With `--search=full` there is none, and they are pruned from the level's end. Otherwise it comes
before: see `jaxticket.pruning.search`. Where several levels are pruned from one, as in one jump
each, it is drawn once the masks of all of them have settled.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from jaxticket.lottery.experiment import Experiment
from jaxticket.lottery.progress import Progress
from jaxticket.lottery.prune import prune
from jaxticket.lottery.rewinding import first_step, rewind_point
from jaxticket.pruning import Search
from jaxticket.runs import Run
from jaxticket.trees import Tree, leaves_by_path
from jaxticket.weights import Weights


@dataclass
class Drawing:
    """Looks at a level, to say when it is drawn from.

    Attributes:
        step: after which it is, where that is known beforehand.
        ends: whether the level only leads to the next, and ends there.
        last_masks: level -> the masks that were drawn for it in the newest epoch, of a search that
            waits until they settle; kept in the checkpoints of the level.
    """

    experiment: Experiment
    level: int
    init: Weights
    run: Run
    step: int | None
    ends: bool
    last_masks: Mapping[str, Tree]

    def looks(self, at: int, progress: Progress, *, epoch_done: bool) -> bool:
        """Return whether a level may be drawn from after a step, which `is_due` then says."""
        if progress.drawn_at >= 0:
            return False
        if self.step is not None:
            return at == self.step
        return epoch_done and at >= self.experiment.rewind.step

    def is_due(self, weights: Weights, progress: Progress) -> bool:
        """Return whether the level is drawn from now.

        Args:
            weights: of the level, now; finite.
            progress: of the level; takes the distance from the masks of the epoch before.
        """
        if self.step is not None:
            return True
        e, masks = self.experiment, {}
        for child in e.children(self.level):
            point = rewind_point(e, child, self.init, weights, self.run)
            masks[str(child)], _ = prune(e, child, weights, point)
        before, self.last_masks = self.last_masks, masks
        paths = e.prunable
        pairs = ((weights.masks, before[child], masks[child]) for child in masks)
        progress.distances.append(max(distance(*pair, paths) for pair in pairs))
        return e.search.has_settled(progress.distances)

    def keep(self, at: int, weights: Weights, progress: Progress) -> None:
        """Note that a level is drawn from after a step, and keep its weights where it goes on.

        Where it ends, they are what is kept of it anyway.
        """
        progress.drawn_at = at
        if not self.ends:
            self.run.keep_drawn(self.level, weights)


def make_drawing(
    experiment: Experiment, level: int, init: Weights, masks: Tree, run: Run
) -> Drawing | None:
    """Return what says when a level is drawn from; None where that is its end.

    Args:
        experiment: names the search, and the levels that are pruned from this one.
        level: its number.
        init: the saved beginning.
        masks: of the level.
        run: has kept, at step K, the state at step K.
    """
    e, search = experiment, experiment.search
    if not e.draws(level):
        return None
    waits = search.kind == "early_bird"
    return Drawing(
        experiment=e,
        level=level,
        init=init,
        run=run,
        step=drawing_step(e, level),
        ends=level in e.passing,
        # Before the first epoch nothing is removed.
        last_masks={str(child): masks for child in e.children(level)} if waits else {},
    )


def drawing_step(experiment: Experiment, level: int) -> int | None:
    """Return the step after which a level is drawn from, where that is known beforehand."""
    e = experiment
    search: Search = e.search
    return search.step(first_step(e, level), e.rewind.step, e.budget.steps)


def distance(level: Tree, before: Tree, now: Tree, paths: tuple[str, ...]) -> float:
    """Return the share, in [0, 1], of the weights that `now` removes and `before` keeps.

    Both remove as many; `level`, whose weights they are drawn from, removes none of them.

    Args:
        level: the masks of the level.
        before: drawn after an epoch.
        now: drawn after the next.
        paths: the prunable leaves.
    """
    trees = tuple(leaves_by_path(tree) for tree in (level, before, now))
    removed = others = 0
    for path in paths:
        alive, kept, left = (np.asarray(tree[path]) for tree in trees)
        gone = alive & ~left
        removed += int(np.count_nonzero(gone))
        others += int(np.count_nonzero(gone & kept))
    return others / removed if removed else 0.0


def mean_steps(experiment: Experiment) -> int:
    """Return how many steps a level takes at most, the mean over all levels."""
    e, full = experiment, experiment.budget.steps
    steps = [
        (drawing_step(e, level) if e.draws(level) and level in e.passing else None) or full
        for level in range(len(e.sparsities))
    ]
    return round(sum(steps) / len(steps))
