"""Moves a stored state through a table of rows. The only place that changes a state.

`transitions` works upon a throw-away carrier that is given the stored state, so the library
never meets a database row and nothing outlives the move.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from transitions import Machine, MachineError

from journal_core.access.terms import Permission
from journal_core.context import Actor
from journal_core.errors import TransitionRefused


class Stateful(Protocol):
    """A row with a named state."""

    state: Any


@dataclass(frozen=True, kw_only=True)
class Move:
    """One row of a workflow: who may move what from where to where, and by which clause."""

    trigger: str
    source: tuple[StrEnum, ...]
    target: StrEnum
    permission: Permission
    clause: str


class _Carrier:
    state: str


def advance(moves: Sequence[Move], row: Stateful, trigger: str, actor: Actor) -> Move:
    """Move the row at once, or raise what `open_move` raises."""
    move = open_move(moves, row, trigger, actor)
    settle(row, move)
    return move


def settle(row: Stateful, move: Move) -> None:
    """Store the state that a move found open leads to.

    Last in its act: the row's constraints tie the state to facts that must stand before.
    """
    row.state = move.target


def open_move(moves: Sequence[Move], row: Stateful, trigger: str, actor: Actor) -> Move:
    """The move of this name that the row's state allows; nothing is changed yet.

    Raises NotAllowed when the actor may not make any move of this name, and
    TransitionRefused when the state does not allow it.
    """
    before = row.state
    named = [move for move in moves if move.trigger == trigger]
    for permission in {move.permission for move in named}:
        actor.require(permission)
    carrier = _Carrier()
    Machine(
        carrier,
        states=sorted({state.value for move in moves for state in (*move.source, move.target)}),
        transitions=[
            {
                "trigger": move.trigger,
                "source": [state.value for state in move.source],
                "dest": move.target.value,
            }
            for move in moves
        ],
        initial=before.value,
        auto_transitions=False,
    )
    try:
        getattr(carrier, trigger)()
    except MachineError as error:
        raise TransitionRefused(
            "move_not_open", named[0].clause, state=before, trigger=trigger
        ) from error
    return next(move for move in named if move.target.value == carrier.state)


def open_triggers(moves: Sequence[Move], state: StrEnum, actor: Actor) -> frozenset[str]:
    """The moves that this actor may make from this state, for the screen."""
    return frozenset(
        move.trigger for move in moves if state in move.source and actor.may(move.permission)
    )
