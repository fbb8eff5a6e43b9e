"""What is missing to know more than a headline says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jaxticket.verdicts.convergence import Convergence
from jaxticket.verdicts.judged_levels import LONG_DENSE, Level, lacking
from jaxticket.verdicts.rules import no_better_than_chance
from jaxticket.verdicts.wording import INCONCLUSIVE, NO_DIFFERENCE

LACKING = {
    "learning": "a dense network that has learnt", "controls": "controls", "seeds": "seeds",
    "training": "longer training", "groups": "more test groups",
}  # fmt: skip
SEEDS = 3


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What would tell more.

    Attributes:
        what: `learning`, `controls`, `seeds`, `training` or `groups`.
        names: the controls, or seeds, to add.
        why: in words.
        command: that adds it; empty where there is none.
    """

    what: str
    names: tuple[str, ...] = ()
    why: str
    command: str = ""

    @property
    def text(self) -> str:
        """What is missing, in a line."""
        names = f" ({', '.join(self.names)})" if self.names else ""
        return f"{LACKING[self.what]}{names}: {self.why}"


def what_is_missing(
    one: Level,
    convergence: Convergence,
    verdict: str,
    seeds: Sequence[int],
    wanted: Sequence[str],
) -> list[Missing]:
    """Return what would tell more, in the order of its weight.

    Args:
        one: the level that the headline speaks of.
        convergence: of the dense network.
        verdict: of the headline.
        seeds: that were trained.
        wanted: the controls that can be asked for.
    """
    if no_better_than_chance(one.evidence):  # and then controls and seeds tell nothing
        why = "not significantly above chance; longer training, more pictures or more test groups"
        return [Missing(what="learning", why=f"{why} may tell")]
    missing = longer(convergence)
    if convergence.status == "unknown" and one.longer is None:
        why = "whether dense had converged is open: train"
        missing.append(
            Missing(what="controls", names=(LONG_DENSE,), why=f"{why} it as long as the search")
            if LONG_DENSE in wanted
            else Missing(what="training", why=f"{why} all longer")
        )
    if names := lacking(one, wanted):
        missing.append(
            Missing(what="controls", names=names, why="is it this sparse network, or would any "
                    "do?")
        )  # fmt: skip
    parts = [one.evidence.over_dense, *one.evidence.over_controls.values()]
    fewest = min(part.seeds for part in parts)
    if fewest < SEEDS:
        more = [*seeds, *(n for n in range(SEEDS + len(seeds)) if n not in seeds)]
        missing.append(
            Missing(
                what="seeds", names=tuple(map(str, sorted(more[: max(SEEDS, len(seeds))]))),
                why="one seed says nothing of others"
                if fewest == 1
                else f"{fewest} seeds say little of others",
            )
        )  # fmt: skip
    widest = max(parts, key=lambda part: part.error)
    groups = widest.groups
    if any(np.isnan(part.low) for part in parts):
        missing.append(Missing(what="groups", why=f"{groups} are too few of some class"))
    elif verdict in (INCONCLUSIVE, NO_DIFFERENCE) and widest.group_variance > widest.seed_variance:
        missing.append(
            Missing(what="groups", why=f"the interval is as wide as {groups} of them leave it")
        )
    return missing


def longer(convergence: Convergence) -> list[Missing]:
    """Return longer training, where the dense network had not converged."""
    if convergence.status != "not converged":
        return []
    why = "dense had not converged: beating it is no finding; train all longer"
    return [Missing(what="training", why=why)]
