"""The log of events, looked over: does its chain close from the first event to the last?"""

from __future__ import annotations

from core.domain.permissions import Action, Actor, Concern, require
from core.services.environment import Environment, reading
from core.storage.repository_events import ChainCheck


def check_log(environment: Environment, actor: Actor) -> ChainCheck:
    """Walk the chain of events for an administrator. Raises NotThere for anybody else."""
    require(actor, Action.CHECK_LOG, Concern())
    return check_whole_log(environment)


def check_whole_log(environment: Environment) -> ChainCheck:
    """Walk the chain of events for whoever holds the database, on the command line."""
    with reading(environment) as repository:
        return repository.events.check()
