"""Deeds around an advised session: the owner offers it, the adviser comes in, either side ends it at once.

Named by e-mail, not opened by a code: nobody can guess their way in, and only that one person is let in.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.domain.advising import AdvisedSession, last_moment
from core.domain.notices import NoticeKind
from core.domain.permissions import REVIEWER_ROLES, Action, Actor, Concern, may, require
from core.errors import NotThere, SessionRefused
from core.language import clean
from core.services import noticing
from core.services.environment import Environment, reading, transaction
from core.storage.repository import Repository
from core.storage.repository_assessments import KeptAssessment


@dataclass(frozen=True, slots=True)
class FirmsSession:
    """What an enterprise sees of its advised session; `session` is the open one, joined or not."""

    session: AdvisedSession | None
    may_open: bool
    may_end: bool


def of_firm(environment: Environment, actor: Actor, enterprise_id: UUID) -> FirmsSession:
    """Return the open session of one's enterprise. Raises NotThere."""
    if enterprise_id not in actor.memberships:
        raise NotThere
    with reading(environment) as repository:
        concern = _concern(_newest(repository, enterprise_id))
        found = repository.advising.open_of([enterprise_id])
    return FirmsSession(
        session=found[0] if found else None,
        may_open=may(actor, Action.OPEN_SESSION, concern),
        may_end=may(actor, Action.END_SESSION, concern),
    )


def open_at_firms(environment: Environment, actor: Actor) -> tuple[AdvisedSession, ...]:
    """Return the open sessions of all enterprises of a person, joined or not."""
    if not actor.memberships:
        return ()
    with reading(environment) as repository:
        return repository.advising.open_of(actor.memberships)


def offered_to(environment: Environment, actor: Actor) -> tuple[AdvisedSession, ...]:
    """Return the open sessions that were offered to an adviser and that they may come into."""
    with reading(environment) as repository:
        return tuple(one for one in repository.advising.open_for(actor.account_id) if _is_invited(actor, one))


def offer(environment: Environment, actor: Actor, enterprise_id: UUID, email: str) -> AdvisedSession:
    """Offer a session to the adviser with this address, until the end of the day; it is on when they come in.

    Raises SessionRefused: session-already-open; adviser-not-here for any address that is not that of a reviewer of the
    enterprise's province from outside it; NotThere.
    """
    with transaction(environment, actor) as repository:
        repository.enterprises.lock(enterprise_id)
        assessment = _newest(repository, enterprise_id)
        require(actor, Action.OPEN_SESSION, _concern(assessment))
        if repository.advising.open_of([enterprise_id]):
            raise SessionRefused("session-already-open")
        address = clean(email).lower()
        account = repository.accounts.by_email(address)
        if account is None or account.is_blocked or not _advises(repository, account.id, assessment):
            raise SessionRefused("adviser-not-here", field="email", seen=address)
        until = last_moment(environment.now())
        session = repository.advising.offer(enterprise_id, assessment.province, account.id, until)
        noticing.tell_of_session(repository, session)
        return session


def join(environment: Environment, actor: Actor, session_id: UUID) -> AdvisedSession:
    """Come into a session that was offered; from now on answers say that one was there. Raises NotThere."""
    with transaction(environment, actor) as repository:
        session = repository.advising.get(session_id, lock=True)
        if session.ended_at is not None or session.expires_at <= environment.now() or not _is_invited(actor, session):
            raise NotThere
        repository.advising.join(session_id)
        joined = repository.advising.get(session_id)
        noticing.tell_of_session(repository, joined)
        return joined


def end(environment: Environment, actor: Actor, session_id: UUID) -> None:
    """End a session, or decline it: by the firm or by its adviser, at once. Raises NotThere."""
    with transaction(environment, actor) as repository:
        session = repository.advising.get(session_id, lock=True)
        if session.adviser_id != actor.account_id:
            require(actor, Action.END_SESSION, Concern(enterprise_id=session.enterprise_id))
        repository.advising.end(session_id)
        _take_back(repository, session)


def end_open(repository: Repository, enterprise_id: UUID) -> None:
    """End what is open because the answers are handed in; for services that have asked the permission."""
    for session in repository.advising.open_of([enterprise_id]):
        repository.advising.end(session.id)
        _take_back(repository, session)


def _take_back(repository: Repository, session: AdvisedSession) -> None:
    repository.notices.take_back((session.adviser_id,), NoticeKind.SESSION_OFFERED, session.enterprise_id)


def _is_invited(actor: Actor, session: AdvisedSession) -> bool:
    """Tell whether the session is theirs, and they still review in its province and stand outside the enterprise."""
    return (
        session.adviser_id == actor.account_id
        and session.enterprise_id not in actor.memberships
        and any(held.role in REVIEWER_ROLES and held.province == session.province for held in actor.roles)
    )


def _advises(repository: Repository, account_id: UUID, assessment: KeptAssessment) -> bool:
    belongs = {held.enterprise_id for held in repository.accounts.memberships_of(account_id)}
    return (
        bool(assessment.province)
        and assessment.enterprise_id not in belongs
        and any(
            held.role in REVIEWER_ROLES and held.province == assessment.province
            for held in repository.accounts.grants_of(account_id)
        )
    )


def _newest(repository: Repository, enterprise_id: UUID) -> KeptAssessment:
    found = next(iter(repository.assessments.of_enterprise(enterprise_id)), None)
    if found is None:
        raise NotThere
    return found


def _concern(assessment: KeptAssessment) -> Concern:
    return Concern(enterprise_id=assessment.enterprise_id, province=assessment.province, state=assessment.state)
