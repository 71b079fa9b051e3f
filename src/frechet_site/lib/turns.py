"""Turns at the engine: a person has one question in work and one that waits, so that nobody fills it alone.

    with asked_by(asker), turn() as granted: ...

`@limited` says who asks. Strangers are told apart by address; a few people may sit behind one, so that
a few of their questions wait. What is asked with each keystroke gives its place up to the next question
of the same page: nobody reads the answer any more. Each process of the server counts for itself, as it
has an engine of its own.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, final

PATIENCE_SECONDS: Final = 20
PLACES_OF_A_PERSON: Final = 1
PLACES_OF_AN_ADDRESS: Final = 3


@final
@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, from which open page, and whether as they type."""

    who: str
    page: str
    signed_in: bool
    typing: bool

    @property
    def places(self) -> int:
        """How many of their questions may wait."""
        return PLACES_OF_A_PERSON if self.signed_in else PLACES_OF_AN_ADDRESS

    @property
    def refusal(self) -> tuple[str, str, str]:
        """What is said when no place is left: kind, message, hint."""
        if self.signed_in:
            return "turn", "Your last question is still being answered.", "Wait for it, then ask again."
        told = "The engine is still busy with questions from your network address."
        return "turn", told, "Try again in a few seconds, or log in: then you have a place of your own."


@final
@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """A question that waits; it is admitted, or told that it has lost its place."""

    asker: Asker
    admitted: Future[bool] = field(default_factory=Future)


ASKER: Final[ContextVar[Asker | None]] = ContextVar("asker", default=None)


@contextmanager
def asked_by(asker: Asker) -> Iterator[None]:
    """Say who asks what is asked inside."""
    token = ASKER.set(asker)
    try:
        yield
    finally:
        ASKER.reset(token)


@final
class Turns:
    """The questions that wait, for each person who has one in work."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.lanes: dict[str, deque[Ticket]] = {}

    def enter(self, asker: Asker) -> bool:
        """Wait for one's turn; tell whether it came."""
        with self.lock:
            lane = self.lanes.get(asker.who)
            if lane is None:
                self.lanes[asker.who] = deque()
                return True
            _give_up(lane, asker)
            if len(lane) >= asker.places:
                return False
            ticket = Ticket(asker)
            lane.append(ticket)
        return self._admitted(ticket, lane)

    def leave(self, asker: Asker) -> None:
        """Let the next one in."""
        with self.lock:
            if lane := self.lanes[asker.who]:
                lane.popleft().admitted.set_result(True)
            else:
                del self.lanes[asker.who]

    def _admitted(self, ticket: Ticket, lane: deque[Ticket]) -> bool:
        try:
            return ticket.admitted.result(PATIENCE_SECONDS)
        except FutureTimeout:
            with self.lock:
                if ticket in lane:
                    lane.remove(ticket)
                    return False
            return ticket.admitted.result()


def _give_up(lane: deque[Ticket], newer: Asker) -> None:
    """Take out what the same page asked as somebody typed; pages without a name are not known to be one."""
    older = [one for one in lane if one.asker.typing and newer.page and one.asker.page == newer.page]
    for ticket in older:
        lane.remove(ticket)
        ticket.admitted.set_result(False)


TURNS: Final = Turns()


@contextmanager
def turn(turns: Turns = TURNS) -> Iterator[Asker | None]:
    """Wait for the turn of whoever asks; yield them if it did not come, and nobody if it did."""
    asker = ASKER.get()
    if asker is None:
        yield None
    elif not turns.enter(asker):
        yield asker
    else:
        try:
            yield None
        finally:
            turns.leave(asker)
