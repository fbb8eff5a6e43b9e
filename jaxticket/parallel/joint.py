"""Several tickets in one program: every dispatch does a step of all that have asked for one."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, PartitionSpec

from jaxticket.data import Batch, Feed
from jaxticket.parallel.hosts import Agreement, reaching
from jaxticket.parallel.mesh import DATA, TICKET, everywhere, placed, shard_of, sharding
from jaxticket.training import Step, TrainState
from jaxticket.training.loop import Measure, Metrics
from jaxticket.trees import Tree

Within = Literal["unrolled", "vmap"]
JointStep = Callable[..., tuple[TrainState, dict[str, jax.Array]]]


def joint_step(function: Step, mesh: Mesh, within: Within = "unrolled") -> JointStep:
    """Return the jitted `(states, active, masks, batches) -> (states, metrics)` of several tickets.

    All arguments have a leading axis of tickets, which the rows of the mesh share evenly. A ticket
    that is not active keeps its state bit for bit. The states are donated; metrics, [tickets] each,
    lie on every device.

    Args:
        function: one step of one ticket, of `jaxticket.training.step_function`.
        mesh: of `make_mesh`.
        within: how a device trains several tickets: their steps one after the other in the program
            (`unrolled`), or batched by `jax.vmap`, which makes grouped convolutions.
    """

    def one(state: TrainState, active: jax.Array, masks: Tree, batch: Any) -> tuple[Any, Any]:
        new, metrics = function(state, masks, batch)
        return jax.tree.map(lambda now, old: jnp.where(active, now, old), new, state), metrics

    def of_a_row(*stacked: Any) -> Any:
        if within == "vmap":
            return jax.vmap(one)(*stacked)
        tickets = stacked[1].shape[0]
        # Not lax.map: inside a loop the CPU's convolutions are many times slower.
        done = [one(*jax.tree.map(lambda x, t=t: x[t], stacked)) for t in range(tickets)]
        return jax.tree.map(lambda *each: jnp.stack(each), *done)

    program = of_a_row
    if mesh.shape[TICKET] > 1:
        by_row = PartitionSpec(TICKET)
        program = jax.shard_map(
            of_a_row, mesh=mesh, in_specs=by_row, out_specs=by_row, axis_names={TICKET},
            check_vma=False,
        )  # fmt: skip
    by_ticket = sharding(mesh, TICKET)
    return jax.jit(
        program,
        donate_argnums=0,
        in_shardings=(by_ticket, by_ticket, by_ticket, sharding(mesh, TICKET, DATA)),
        out_shardings=(by_ticket, sharding(mesh)),
    )


class Joint:
    """Trains several tickets, each asked for by its `Member`, a step of all a dispatch."""

    def __init__(
        self,
        function: Step,
        mesh: Mesh,
        tickets: int,
        within: Within = "unrolled",
        agreement: Agreement | None = None,
    ):
        """Make room for so many tickets.

        Args:
            function, mesh, within: as for `joint_step`.
            tickets: how many.
            agreement: is renewed with every dispatch.
        """
        rows = mesh.shape[TICKET]
        self.mesh = mesh
        self.places = -(-tickets // rows) * rows
        self.members = tuple(Member(self, place) for place in range(tickets))
        self._agreement = agreement
        self._step = joint_step(function, mesh, within)
        by_ticket = sharding(mesh, TICKET)
        self._put = jax.jit(_put, donate_argnums=0, out_shardings=by_ticket)
        self._take = jax.jit(_take, out_shardings=sharding(mesh))
        self._states: Any = None
        self._empty: Batch = {}

    def dispatch(self) -> None:
        """Do a step for every member that has asked since the last; the others stay as they are."""
        asked = [member for member in self.members if member.asked]
        with ExitStack() as stack:
            for member in asked:
                stack.enter_context(member.measure("data"))
            batches = self._batches(asked)
        if self._agreement is not None:
            self._agreement.renew()
        with ExitStack() as stack:
            stack.enter_context(reaching())
            for member in asked:
                stack.enter_context(member.measure("train"))
            active = np.isin(np.arange(self.places), [member.place for member in asked])
            active = placed(active, sharding(self.mesh, TICKET))
            states, masks = self._states
            states, metrics = self._step(states, active, masks, batches)
            self._states = (states, masks)
        for member in asked:
            member.stepped({name: _OfOne(value, member.place) for name, value in metrics.items()})

    def put(self, member: "Member", state: TrainState, masks: Tree, feed: Feed) -> None:
        """Let a ticket begin, or go on, from a state; the same in all processes."""
        mine = jax.tree.map(np.asarray, (state, masks))
        if self._states is None:
            zeros = jax.tree.map(lambda x: np.zeros((self.places, *x.shape), x.dtype), mine)
            self._states = jax.jit(lambda: zeros, out_shardings=sharding(self.mesh, TICKET))()
            first = next(feed.batches(int(state.step)))
            self._empty = {name: np.zeros_like(values) for name, values in first.items()}
        here = everywhere(self.mesh, (mine, np.int32(member.place)))
        self._states = self._put(self._states, *here)

    def take(self, place: int) -> TrainState:
        """Return a copy of a ticket's state, for this process alone and on one device of it."""
        with reaching():
            taken = self._take(self._states[0], everywhere(self.mesh, np.int32(place)))
            # By way of the host: a jitted function compiles anew for arrays bound to a device.
            return jax.tree.map(lambda leaf: jnp.array(np.asarray(leaf)), taken)

    def _batches(self, asked: list["Member"]) -> dict[str, jax.Array]:
        """Return the next batch of each ticket, [places, B, ...], each device's rows on it."""
        drawn = {member.place: member.draw() for member in asked}
        across = sharding(self.mesh, TICKET, DATA)

        def rows(name: str, empty: np.ndarray, place: int, wanted: slice) -> np.ndarray:
            batch = drawn.get(place)
            if batch is None:
                return empty[wanted]
            first = self.members[place].first_row
            return batch[name][wanted.start - first : wanted.stop - first]

        def whole(name: str, empty: np.ndarray) -> jax.Array:
            def part(index: Any) -> np.ndarray:
                places = range(*index[0].indices(self.places))
                wanted = slice(*index[1].indices(len(empty))[:2])
                return np.stack([rows(name, empty, place, wanted) for place in places])

            return jax.make_array_from_callback((self.places, *empty.shape), across, part)

        return {name: whole(name, empty) for name, empty in self._empty.items()}


class Member:
    """The trainer of one of several tickets; see `jaxticket.training.Trainer`."""

    def __init__(self, joint: Joint, place: int):
        """Train the ticket at a place of the joint states."""
        self._joint, self.place = joint, place
        self.asked = False

    def begin(self, state: TrainState, masks: Tree, feed: Feed, measure: Measure) -> None:
        """See `Trainer`; only the rows that this process's devices need are drawn."""
        self.measure = measure
        self.forget()
        self._joint.put(self, state, masks, feed)
        rows = self._joint.mesh.shape[TICKET]
        shard = shard_of(self._joint.mesh, self.place // (self._joint.places // rows))
        self._batches = None if shard is None else feed.batches(int(state.step), shard)
        index, number = shard or (0, 1)
        self.first_row = index * (feed.batch_size // number)

    def ask(self, most: int) -> None:
        """See `Trainer`; it is one step, whatever the most, in the next dispatch."""
        self.asked = True
        self.forget()

    def forget(self) -> None:
        """Let go of the copy of the state; the next that is asked for is made anew."""
        self._state = None

    def draw(self) -> Batch | None:
        """Return this process's rows of the next batch; None if it trains other tickets."""
        return None if self._batches is None else next(self._batches)

    def stepped(self, metrics: Metrics) -> None:
        """Take the metrics of the step that was done."""
        self.asked, self._metrics = False, metrics

    def answer(self) -> list[Metrics]:
        """See `Trainer`."""
        return [self._metrics]

    @property
    def state(self) -> TrainState:
        """See `Trainer`; a copy on one device of this process."""
        if self._state is None:
            self._state = self._joint.take(self.place)
        return self._state


@dataclass(frozen=True)
class _OfOne:
    """The value of one ticket; fetched when it is wanted, for all tickets at once."""

    values: jax.Array
    place: int

    def __float__(self) -> float:
        with reaching():
            return float(np.asarray(self.values)[self.place])


def _put(joint: Any, mine: Any, place: jax.Array) -> Any:
    return jax.tree.map(lambda whole, one: whole.at[place].set(one), joint, mine)


def _take(joint: Any, place: jax.Array) -> Any:
    return jax.tree.map(lambda whole: whole[place], joint)
