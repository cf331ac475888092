"""Accounts: signing up, in and out, passwords, who is who, and what people agreed to.

The actor is read from the stored session each time, so a sign-out or a block ends open tabs too.
Passwords are hashed outside transactions: that takes a tenth of a second, and a database waits for nobody.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from core.domain.assessment import Choice
from core.domain.catalogue import Catalogue, Consent
from core.domain.permissions import ENTERPRISE_ROLES, Action, Actor, Concern, GrantedRole, Role, require
from core.domain.profile import Profile
from core.errors import AccountRefused, NotThere
from core.language import Language, clean
from core.services import counting, passwords
from core.services.environment import Environment, reading, transaction
from core.storage.repository import Repository
from core.storage.repository_accounts import (
    ConsentRecord,
    DataRequest,
    KeptAccount,
    Membership,
    RoleGrant,
)
from core.storage.repository_enterprises import KeptEnterprise
from core.storage.repository_sign_ins import LoginSession, WhoIsHere

ATTEMPTS_PER_ACCOUNT = 5
SIGN_UPS_PER_ADDRESS = 40
"""New accounts from one address within the window: a training course fits, a flood does not."""
ATTEMPT_WINDOW = timedelta(minutes=15)
SESSION_IDLE = timedelta(days=7)
"""A browser that does not come back within this time signs in again."""
SESSION_LONGEST = timedelta(days=30)
_TOUCH_EVERY = timedelta(minutes=10)
RESET_LASTS = timedelta(hours=24)
QUICK_LIMIT = 4_000
"""Most characters of carried-over quick-check answers."""
# A rule that lets every real address pass; whether mail arrives is not ours to know.
NAMING_CONSENT = "department-sharing"
"""To be named to the Department, for firms that ask for support."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_EMAIL_LIMIT = 254
NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A begun session. `token` goes into the cookie and nowhere else."""

    token: str
    session: LoginSession
    account: KeptAccount


@dataclass(frozen=True, slots=True)
class Login:
    """Whose browser this is. `must_change`: nothing but a new password is allowed before."""

    session: LoginSession
    account: KeptAccount

    @property
    def must_change(self) -> bool:
        return self.account.must_change


@dataclass(frozen=True, slots=True)
class QuickAnswers:
    """Answers of the quick check: question id → choice; an empty sector was not chosen."""

    sector: str
    answers: Mapping[str, Choice]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as administrators see it."""

    account: KeptAccount
    roles: tuple[GrantedRole, ...]


def key_of(token: str) -> str:
    """Return what is stored in place of a token: its SHA-256, from which the token cannot be had back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def normal_email(email: str) -> str:
    """Return an address as accounts are kept by: lower case, without blanks. Raises AccountRefused."""
    normal = clean(email).lower()
    if len(normal) > _EMAIL_LIMIT or not _EMAIL.fullmatch(normal):
        raise AccountRefused("email-not-valid", field="email")
    return normal


# Signing up, in and out


def sign_up(
    environment: Environment,
    *,
    email: str,
    name: str,
    password: str,
    consents: frozenset[str],
    language: Language,
    address: str,
    quick: str = "",
    former_token: str = "",
) -> SignedIn:
    """Make an account and sign it in.

    consents: ids of the consents ticked, the needed ones among them. Every consent shown is kept, given or not, with
    the words that were shown. quick: answers of the quick check as JSON, dropped unless they fit the catalogue.
    Raises AccountRefused: email-not-valid, email-taken, name-missing, password-…, consent-missing, too-many-attempts.
    """
    normal = normal_email(email)
    shown_name = _checked_name(name)
    passwords.check(password, normal)
    for consent in environment.catalogue.consents:
        if consent.needed and consent.id not in consents:
            raise AccountRefused("consent-missing", field="consent", consent=consent.id)
    _count_attempt(environment, _attempt_key("sign-up", address), SIGN_UPS_PER_ADDRESS)
    password_hash = passwords.hash_of(environment, password)
    try:
        with transaction(environment) as repository:
            account = repository.accounts.add(
                email=normal,
                name=shown_name,
                password_hash=password_hash,
                language=language,
                pending_quick=quick_text(quick_answers(environment.catalogue, quick)),
            )
            for consent in environment.catalogue.consents:
                record = _consent_record(environment, consent, language, given=consent.id in consents)
                repository.accounts.add_consent(account.id, record)
            if former_token:
                repository.sign_ins.end(key_of(former_token))
            return begin_session(environment, repository, account, language)
    except IntegrityError as error:
        raise AccountRefused("email-taken", field="email") from error


def sign_in(
    environment: Environment,
    *,
    email: str,
    password: str,
    address: str,
    language: Language | None = None,
    former_token: str = "",
) -> SignedIn:
    """Sign in; without a language chosen, that of the account is used. The session of `former_token`, if any, ends.

    Raises AccountRefused: sign-in-failed (details: left, how many attempts remain), too-many-attempts (details:
    minutes), account-blocked (only with the right password). Unknown accounts get the same answer after the same work.
    """
    wanted = clean(email).lower()[:_EMAIL_LIMIT]
    account_key = _attempt_key("account", wanted)
    address_key = _attempt_key("address", address)
    # Counted before the password is looked at, so that many guesses at the same moment cannot slip through together.
    left = min(
        _count_attempt(environment, account_key, ATTEMPTS_PER_ACCOUNT),
        _count_attempt(environment, address_key, environment.settings.attempts_per_address),
    )
    with reading(environment) as repository:
        account = repository.accounts.by_email(wanted)
        kept_hash = (account and repository.accounts.password_hash(account.id)) or environment.nobodys_hash
    if not passwords.fits(environment, kept_hash, password) or account is None:
        raise AccountRefused("sign-in-failed", left=left)
    if account.is_blocked:
        raise AccountRefused("account-blocked")
    new_hash = passwords.hash_of(environment, password) if environment.hasher.check_needs_rehash(kept_hash) else ""
    with transaction(environment) as repository:
        repository.sign_ins.forget_attempts(account_key)
        repository.sign_ins.forget_attempts(address_key, latest_only=True)
        repository.sign_ins.drop_expired(environment.now() - ATTEMPT_WINDOW)
        if new_hash:
            repository.accounts.rehash(account.id, new_hash)
        if former_token:
            repository.sign_ins.end(key_of(former_token))
        return begin_session(environment, repository, account, language or account.language)


def sign_out(environment: Environment, session_key: str) -> None:
    """End a session; open tabs of it lose their rights with their next step."""
    with transaction(environment) as repository:
        repository.sign_ins.end(session_key)


def begin_session(
    environment: Environment, repository: Repository, account: KeptAccount, language: Language
) -> SignedIn:
    """Let a browser be signed in from here on; who it is was proved before."""
    token = secrets.token_urlsafe(32)
    now = environment.now()
    session = LoginSession(
        key=key_of(token),
        account_id=account.id,
        csrf=secrets.token_urlsafe(24),
        language=language,
        created_at=now,
        seen_at=now,
        expires_at=now + SESSION_IDLE,
    )
    repository.sign_ins.begin(session)
    return SignedIn(token, session, account)


# Who is here


def login_of_token(environment: Environment, token: str) -> Login | None:
    """Return whose browser shows this cookie; None when the session is unknown or over, or the account is blocked."""
    if not token:
        return None
    with reading(environment) as repository:
        found = _who(repository, key_of(token))
    return Login(found.session, found.account) if found else None


def keep_alive(environment: Environment, login: Login) -> None:
    """Let a session that is in use last longer, up to its longest time."""
    now = environment.now()
    if now - login.session.seen_at < _TOUCH_EVERY:
        return
    expires_at = min(now + SESSION_IDLE, login.session.created_at + SESSION_LONGEST)
    with transaction(environment) as repository:
        repository.sign_ins.touch(login.session.key, expires_at)


def actor_of_session(environment: Environment, session_key: str) -> Actor | None:
    """Return who acts, read anew from the stored session; None when nobody may act under it any more."""
    with reading(environment) as repository:
        found = _who(repository, session_key)
    if found is None or found.account.must_change:
        return None
    return replace(
        _actor(found.account, found.memberships, found.grants, found.session.language),
        advised=found.advised,
        accompanied=found.accompanied,
    )


def account_of_session(environment: Environment, session_key: str) -> KeptAccount:
    """Return whose session this is, also while the password must be changed. Raises NotThere."""
    with reading(environment) as repository:
        found = _who(repository, session_key)
    if found is None:
        raise NotThere
    return found.account


def has_password(environment: Environment, account: KeptAccount) -> bool:
    """Tell whether an account can be opened by a password, and not by the identity provider only."""
    with reading(environment) as repository:
        return bool(repository.accounts.password_hash(account.id))


def self_of(account: KeptAccount) -> Actor:
    """Return a person as the one who does something to their own account: known by name, with no rights."""
    return Actor(account_id=account.id, name=account.name, email=account.email)


def actor_of_account(environment: Environment, account_id: UUID) -> Actor:
    """Return an account as an actor, for the command line. Raises NotThere for a blocked or missing one."""
    with reading(environment) as repository:
        account = repository.accounts.get(account_id)
        if account.is_blocked:
            raise NotThere
        return _actor_of(repository, account)


def set_language(environment: Environment, session_key: str, language: Language) -> None:
    """Keep the language of a signed-in browser, and of the account for the next one."""
    with transaction(environment) as repository:
        session = repository.sign_ins.get(session_key)
        if session is not None:
            repository.sign_ins.set_language(session_key, language)
            repository.accounts.set_language(session.account_id, language)


# Passwords


def change_password(environment: Environment, session_key: str, *, current: str, new: str) -> None:
    """Change one's own password; every other session of the account ends.

    Raises AccountRefused: current-password-wrong, password-…, too-many-attempts; NotThere without a session.
    """
    account = account_of_session(environment, session_key)
    left = _count_attempt(environment, _attempt_key("account", account.email), ATTEMPTS_PER_ACCOUNT)
    with reading(environment) as repository:
        kept_hash = repository.accounts.password_hash(account.id) or environment.nobodys_hash
    if not passwords.fits(environment, kept_hash, current):
        raise AccountRefused("current-password-wrong", field="current", left=left)
    passwords.check(new, account.email)
    if new == current:
        raise AccountRefused("password-same", field="password")
    new_hash = passwords.hash_of(environment, new)
    with transaction(environment, self_of(account)) as repository:
        repository.sign_ins.forget_attempts(_attempt_key("account", account.email))
        repository.accounts.set_password_hash(account.id, new_hash)
        repository.sign_ins.end_all(account.id, keep=session_key)
        repository.sign_ins.drop_links("reset", account.id)


def make_reset_link(environment: Environment, actor: Actor, account_id: UUID) -> str:
    """Return a link for a new password, to be handed to its owner; it works once, within a day. Raises NotThere."""
    require(actor, Action.MANAGE_ACCOUNTS, Concern())
    token = secrets.token_urlsafe(32)
    with transaction(environment, actor) as repository:
        account = repository.accounts.get(account_id)
        repository.sign_ins.drop_links("reset", account.id)
        repository.sign_ins.add_link(key_of(token), "reset", environment.now() + RESET_LASTS, account_id=account.id)
    return f"{environment.settings.public_address}/dat-lai/{token}"


def reset_account(environment: Environment, token: str) -> KeptAccount | None:
    """Return whose password a link would set, None when the link is used up or over."""
    with reading(environment) as repository:
        link = repository.sign_ins.link(key_of(token))
        if link is None or link.purpose != "reset" or link.account_id is None:
            return None
        return repository.accounts.get(link.account_id)


def reset_password(environment: Environment, token: str, new: str) -> None:
    """Set a new password by a link; all sessions end, and attempts count from zero. Raises AccountRefused."""
    account = reset_account(environment, token)
    if account is None:
        raise AccountRefused("link-over")
    passwords.check(new, account.email)
    new_hash = passwords.hash_of(environment, new)
    with transaction(environment, self_of(account)) as repository:
        if repository.sign_ins.use_link(key_of(token)) is None:
            raise AccountRefused("link-over")
        repository.accounts.set_password_hash(account.id, new_hash)
        repository.sign_ins.end_all(account.id)
        repository.sign_ins.forget_attempts(_attempt_key("account", account.email))


# The first administrator, and administration


def make_first_link(environment: Environment) -> str | None:
    """Return a link by which the first administrator makes an account, None when there are accounts already."""
    token = secrets.token_urlsafe(32)
    with transaction(environment) as repository:
        if repository.accounts.count():
            return None
        repository.sign_ins.add_link(key_of(token), "first-administrator", environment.now() + RESET_LASTS)
    return f"{environment.settings.public_address}/bat-dau/{token}"


def is_first_link(environment: Environment, token: str) -> bool:
    """Tell whether a link for the first administrator can still be used."""
    with reading(environment) as repository:
        link = repository.sign_ins.link(key_of(token))
        return link is not None and link.purpose == "first-administrator" and not repository.accounts.count()


def begin_installation(
    environment: Environment, token: str, *, email: str, name: str, password: str, language: Language
) -> SignedIn:
    """Make the first administrator by the link of the first start. Raises AccountRefused."""
    normal = normal_email(email)
    shown_name = _checked_name(name)
    passwords.check(password, normal)
    if not is_first_link(environment, token):
        raise AccountRefused("link-over")
    password_hash = passwords.hash_of(environment, password)
    with transaction(environment) as repository:
        if repository.sign_ins.use_link(key_of(token)) is None or repository.accounts.count():
            raise AccountRefused("link-over")
        account = repository.accounts.add(email=normal, name=shown_name, password_hash=password_hash, language=language)
        repository.accounts.grant(account.id, RoleGrant(Role.ADMINISTRATOR.value))
        return begin_session(environment, repository, account, language)


def add_account(
    environment: Environment,
    *,
    email: str,
    name: str,
    password: str,
    roles: tuple[GrantedRole, ...] = (),
    must_change: bool = True,
) -> KeptAccount:
    """Make an account from the command line, where whoever can write to the database may do anything.

    Raises AccountRefused: email-not-valid, email-taken, name-missing, password-…, role-not-valid.
    """
    normal = normal_email(email)
    shown_name = _checked_name(name)
    passwords.check(password, normal)
    for granted in roles:
        _check_grant(environment, granted)
    password_hash = passwords.hash_of(environment, password)
    try:
        with transaction(environment) as repository:
            account = repository.accounts.add(
                email=normal,
                name=shown_name,
                password_hash=password_hash,
                language=Language.VI,
                must_change=must_change,
            )
            for granted in roles:
                repository.accounts.grant(account.id, RoleGrant(granted.role.value, granted.province))
            return account
    except IntegrityError as error:
        raise AccountRefused("email-taken", field="email") from error


def list_accounts(environment: Environment, actor: Actor) -> tuple[AccountLine, ...]:
    """Return all accounts with their roles, by address. Raises NotThere."""
    require(actor, Action.MANAGE_ACCOUNTS, Concern())
    with reading(environment) as repository:
        grants = repository.accounts.grants()
        return tuple(
            AccountLine(account, _granted(grants.get(account.id, ()))) for account in repository.accounts.all()
        )


def set_blocked(environment: Environment, actor: Actor, account_id: UUID, *, blocked: bool) -> None:
    """Block an account, which ends its sessions, or unblock it. Raises NotThere, AccountRefused for oneself."""
    require(actor, Action.MANAGE_ACCOUNTS, Concern())
    if blocked and account_id == actor.account_id:
        raise AccountRefused("not-oneself")
    with transaction(environment, actor) as repository:
        repository.accounts.set_blocked(account_id, blocked=blocked)
        if blocked:
            repository.sign_ins.end_all(account_id)


def set_role(environment: Environment, actor: Actor, account_id: UUID, granted: GrantedRole, *, given: bool) -> None:
    """Give or take a role outside enterprises. Raises NotThere, AccountRefused: role-not-valid, not-oneself."""
    require(actor, Action.MANAGE_ACCOUNTS, Concern())
    _check_grant(environment, granted)
    if not given and account_id == actor.account_id and granted.role is Role.ADMINISTRATOR:
        # There is always somebody left who can give it back.
        raise AccountRefused("not-oneself")
    with transaction(environment, actor) as repository:
        repository.accounts.get(account_id)
        change = repository.accounts.grant if given else repository.accounts.revoke
        change(account_id, RoleGrant(granted.role.value, granted.province))


# A first enterprise


def create_enterprise(environment: Environment, actor: Actor, profile: Profile) -> KeptEnterprise:
    """Add an enterprise; whoever adds it is its owner."""
    with transaction(environment, actor) as repository:
        enterprise = repository.enterprises.add(profile)
        repository.accounts.set_member(enterprise.id, actor.account_id, Role.OWNER.value)
        counting.renew_stages(environment, repository, enterprise.id)
        return enterprise


# One's own data


def correct_contact(environment: Environment, actor: Actor, *, name: str, post: str, phone: str) -> None:
    """Correct one's own name, post and telephone. Raises AccountRefused."""
    shown_name = _checked_name(name)
    with transaction(environment, actor) as repository:
        repository.accounts.set_contact(
            actor.account_id, name=shown_name, post=clean(post)[:NAME_LIMIT], phone=clean(phone)[:NAME_LIMIT]
        )


def consents(environment: Environment, actor: Actor) -> tuple[ConsentRecord, ...]:
    """Return all that one gave and withdrew, oldest first."""
    with reading(environment) as repository:
        return repository.accounts.consents_of(actor.account_id)


def standing_consents(environment: Environment, actor: Actor) -> frozenset[str]:
    """Return the ids of one's consents that stand."""
    with reading(environment) as repository:
        return repository.accounts.standing_consents(actor.account_id)


def set_consent(environment: Environment, actor: Actor, consent_id: str, *, given: bool, language: Language) -> None:
    """Give or withdraw a consent. Raises NotThere for an unknown one.

    Withdrawing a needed one means that the account cannot go on: that is a request to delete it, with its due day.
    Without the one to be named to the Department, no request for support of theirs stands: their firms leave its list.
    """
    consent = next((consent for consent in environment.catalogue.consents if consent.id == consent_id), None)
    if consent is None:
        raise NotThere
    with transaction(environment, actor) as repository:
        record_consent(environment, repository, actor, consent, language, given=given)
        if consent.needed and not given:
            repository.accounts.add_request(actor.account_id, "delete", _finish_by(environment))
        if consent.id == NAMING_CONSENT and not given:
            repository.support.withdraw_all_of(actor.account_id)


def record_consent(
    environment: Environment, repository: Repository, actor: Actor, consent: Consent, language: Language, *, given: bool
) -> None:
    """Keep a consent with the words that were shown, for deeds that ask for one on their way."""
    repository.accounts.add_consent(actor.account_id, _consent_record(environment, consent, language, given=given))


def ask_about_data(environment: Environment, actor: Actor, kind: str) -> DataRequest:
    """Keep a request about one's own data. kind: answer, restrict, object or delete.

    An answer is due within 2 working days, the others within 15 days. Source: Decree 356/2025/ND-CP.
    """
    if kind not in ("answer", "restrict", "object", "delete"):
        raise NotThere
    due_on = _working_days_after(environment.today(), 2) if kind == "answer" else _finish_by(environment)
    with transaction(environment, actor) as repository:
        return repository.accounts.add_request(actor.account_id, kind, due_on)


def own_requests(environment: Environment, actor: Actor) -> tuple[DataRequest, ...]:
    """Return one's own requests, by due day."""
    with reading(environment) as repository:
        return repository.accounts.requests(actor.account_id)


def open_requests(environment: Environment, actor: Actor) -> tuple[DataRequest, ...]:
    """Return everybody's requests that wait, by due day. Raises NotThere."""
    require(actor, Action.MANAGE_ACCOUNTS, Concern())
    with reading(environment) as repository:
        return repository.accounts.requests(open_only=True)


def finish_request(environment: Environment, actor: Actor, request_id: UUID) -> None:
    """Note that a request is done. Raises NotThere."""
    require(actor, Action.MANAGE_ACCOUNTS, Concern())
    with transaction(environment, actor) as repository:
        repository.accounts.finish_request(request_id)


def erase_own_account(environment: Environment, actor: Actor) -> None:
    """Delete one's own account. Raises AccountRefused while one is the only owner of an enterprise.

    What the person wrote for an enterprise stays with the enterprise, without the name.
    """
    with transaction(environment, actor) as repository:
        for membership in repository.accounts.memberships_of(actor.account_id):
            repository.enterprises.lock(membership.enterprise_id)
            if repository.accounts.is_last_owner(membership.enterprise_id, actor.account_id):
                raise AccountRefused("last-owner")
        repository.accounts.erase(actor.account_id)


# Quick-check answers


def quick_text(quick: QuickAnswers | None) -> str:
    """Return quick-check answers as they travel in a form and wait at an account; empty for none."""
    if quick is None:
        return ""
    answers = {question: choice.value for question, choice in quick.answers.items()}
    return json.dumps({"sector": quick.sector, "answers": answers}, sort_keys=True)


def quick_answers(catalogue: Catalogue, text: str) -> QuickAnswers | None:
    """Return the quick-check answers that a text from outside holds, None unless all of them fit the catalogue."""
    if not text or len(text) > QUICK_LIMIT:
        return None
    try:
        parsed = json.loads(text)
        sector = parsed["sector"]
        answers = {question: Choice(choice) for question, choice in parsed["answers"].items()}
        knows_sector = sector == "" or sector in catalogue.sectors
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    asked = {question.id for question in catalogue.questions.values() if question.quick}
    fits = knows_sector and answers and answers.keys() <= asked
    return QuickAnswers(sector, answers) if fits else None


# Helpers


def _who(repository: Repository, session_key: str) -> WhoIsHere | None:
    found = repository.sign_ins.who(session_key) if session_key else None
    is_over = found is None or found.session.expires_at <= repository.stamp.at or found.account.is_blocked
    return None if is_over else found


def _actor_of(repository: Repository, account: KeptAccount) -> Actor:
    memberships, grants = repository.accounts.memberships_of(account.id), repository.accounts.grants_of(account.id)
    joined = [one for one in repository.advising.open_for(account.id) if one.is_on]
    beside = [one for one in repository.advising.open_of(held.enterprise_id for held in memberships) if one.is_on]
    return replace(
        _actor(account, memberships, grants, account.language),
        advised={one.enterprise_id: one.province for one in joined},
        accompanied={one.enterprise_id: one.adviser_id for one in beside},
    )


def _actor(
    account: KeptAccount, memberships: tuple[Membership, ...], grants: tuple[RoleGrant, ...], language: Language
) -> Actor:
    return Actor(
        account_id=account.id,
        name=account.name,
        email=account.email,
        memberships={membership.enterprise_id: Role(membership.role) for membership in memberships},
        roles=_granted(grants),
        language=language,
    )


def _granted(grants: tuple[RoleGrant, ...]) -> tuple[GrantedRole, ...]:
    return tuple(GrantedRole(Role(grant.role), grant.province) for grant in grants)


def _attempt_key(kind: str, value: str) -> str:
    # Hashed: the table of attempts holds no addresses of people or machines.
    return key_of(f"{kind}:{value}")


def _count_attempt(environment: Environment, key: str, limit: int) -> int:
    """Count an attempt and return how many are left after it. Raises AccountRefused when there was none left."""
    with transaction(environment) as repository:
        left = repository.sign_ins.attempt(key, environment.now() - ATTEMPT_WINDOW, limit)
    if left is None:
        raise AccountRefused("too-many-attempts", minutes=int(ATTEMPT_WINDOW.total_seconds() // 60))
    return left


def _checked_name(name: str) -> str:
    shown = " ".join(clean(name).split())
    if not 0 < len(shown) <= NAME_LIMIT:
        raise AccountRefused("name-missing", field="name")
    return shown


def _check_grant(environment: Environment, granted: GrantedRole) -> None:
    needs_province = granted.role in (Role.ADVISER, Role.LEAD_ADVISER, Role.OFFICIAL_PROVINCE)
    is_whole = bool(granted.province) == needs_province
    is_known = not granted.province or granted.province in environment.catalogue.provinces
    if granted.role in ENTERPRISE_ROLES or not is_whole or not is_known:
        raise AccountRefused("role-not-valid", role=granted.role.value, province=granted.province)


def _consent_record(environment: Environment, consent: Consent, language: Language, *, given: bool) -> ConsentRecord:
    return ConsentRecord(
        consent=consent.id,
        version=consent.version,
        language=language,
        text=consent.label[language],
        given=given,
        at=environment.now(),
    )


def _finish_by(environment: Environment) -> date:
    return environment.today() + timedelta(days=15)


def _working_days_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
