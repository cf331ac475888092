"""The log of events, looked over: does its chain close from the first event to the last?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.permissions import Action, Actor, Concern, require
from core.services.environment import Environment, reading


@dataclass(frozen=True, slots=True)
class BrokenEvent:
    """The event at which the chain does not close."""

    sequence: int
    action: str
    place: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LogCheck:
    """How many events close the chain from its beginning, and the first that does not."""

    whole: int
    broken: BrokenEvent | None


def check_log(environment: Environment, actor: Actor) -> LogCheck:
    """Walk the chain of events for an administrator. Raises NotThere for anybody else."""
    require(actor, Action.CHECK_LOG, Concern())
    return check_whole_log(environment)


def check_whole_log(environment: Environment) -> LogCheck:
    """Walk the chain of events for whoever holds the database, on the command line."""
    with reading(environment) as repository:
        found = repository.events.check()
    event = found.broken
    if event is None:
        return LogCheck(found.whole, None)
    return LogCheck(
        found.whole,
        BrokenEvent(event.sequence, event.action, f"{event.object_kind} {event.object_id}", event.at),
    )
