"""Deeds around the profile of an enterprise: open it, keep a field, see what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError
from stdnum.vn import mst

from core.domain.assessment import Answer
from core.domain.catalogue import Catalogue, Question
from core.domain.permissions import Action, Actor, Concern, Role, may, require
from core.domain.profile import EnterpriseKind, Profile, Use
from core.domain.sizing import SizeResult, size_class
from core.errors import NotThere, ProfileRefused
from core.language import clean
from core.services import accounts, counting
from core.services.assessing import NO_ANSWER
from core.services.environment import Environment, reading, transaction
from core.storage.repository_enterprises import KeptEnterprise

NAME_LIMIT = 300
ADDRESS_LIMIT = 500
TAX_CODE_LIMIT = 20
MOST_WORKERS = 1_000_000
MOST_BILLION_VND = Decimal(1_000_000)
ABSURD = 10**12
"""What no enterprise can have; below it a large number is kept with a doubt."""
PERSONAL_NUMBER_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Warn:
    """Something to look at again: kept all the same. `code` names the sentence profile.warning.<code>."""

    field: str
    code: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class OpenProfile:
    """An enterprise's profile and all that follows from it."""

    enterprise: KeptEnterprise
    size: SizeResult
    warnings: tuple[Warn, ...]
    missing: tuple[str, ...]
    may_edit: bool

    @property
    def profile(self) -> Profile:
        return self.enterprise.profile


def own_enterprise(actor: Actor, chosen: UUID | None = None) -> UUID:
    """Return the enterprise that a person works for: the chosen one of theirs, else the first. Raises NotThere."""
    if chosen is not None and chosen in actor.memberships:
        return chosen
    if chosen is not None or not actor.memberships:
        raise NotThere
    return next(iter(actor.memberships))


def begin(environment: Environment, actor: Actor, *, name: str, kind: EnterpriseKind) -> UUID:
    """Add the first enterprise of an account; trade and answers of a quick check done before come with it.

    All of it or nothing. Who has an enterprise by now, from another tab or a second click, gets that one.
    """
    profile = _checked(environment.catalogue, Profile(name=name, kind=kind))
    with transaction(environment, actor) as repository:
        repository.accounts.lock(actor.account_id)
        held = repository.accounts.memberships_of(actor.account_id)
        if held:
            return held[0].enterprise_id
        waiting = repository.accounts.take_pending_quick(actor.account_id)
        quick = accounts.quick_answers(environment.catalogue, waiting)
        sector = environment.catalogue.sectors.get(quick.sector) if quick else None
        if sector:
            profile = replace(profile, sector=sector.id, uses=sector.uses)
        enterprise = repository.enterprises.add(profile)
        repository.accounts.set_member(enterprise.id, actor.account_id, Role.OWNER.value)
        # Begun at once: a colleague who may only look can come before anybody has opened it.
        begun = repository.assessments.add(
            enterprise.id, profile.province, environment.catalogue.edition, environment.today()
        )
        for question, choice in quick.answers.items() if quick else ():
            repository.assessments.save_answer(begun.id, question, seen=NO_ANSWER, wanted=Answer(choice=choice))
        counting.renew_stages(environment, repository, enterprise.id)
        return enterprise.id


def open_profile(environment: Environment, actor: Actor, enterprise_id: UUID) -> OpenProfile:
    """Return the profile with its size class, what is missing, and what looks wrong."""
    with reading(environment) as repository:
        require(actor, Action.VIEW_PROFILE, Concern(enterprise_id=enterprise_id))
        kept = repository.enterprises.get(enterprise_id)
    return _open(environment.catalogue, actor, kept)


def save_profile(
    environment: Environment, actor: Actor, enterprise_id: UUID, *, seen: Profile, wanted: Profile
) -> OpenProfile:
    """Keep the fields of the profile that were changed. Raises Conflict, NotThere, ProfileRefused."""
    seen, wanted = _cleaned(seen), _checked(environment.catalogue, wanted)
    with transaction(environment, actor) as repository:
        require(actor, Action.EDIT_PROFILE, Concern(enterprise_id=enterprise_id))
        before = repository.enterprises.get(enterprise_id).profile.province
        kept = repository.enterprises.save_profile(enterprise_id, seen=seen, wanted=wanted)
        counting.renew_stages(environment, repository, enterprise_id)
        counting.renew_told(environment, repository, enterprise_id)
        if kept.profile.province != before:
            counting.renew_needs(environment, repository, enterprise_id)
    return _open(environment.catalogue, actor, kept)


def scope_of(catalogue: Catalogue, profile: Profile) -> Mapping[Use | None, tuple[Question, ...]]:
    """Return the questions in scope by the use that switches them on; under None those that everybody is asked."""
    found: dict[Use | None, tuple[Question, ...]] = {None: ()}
    for question in catalogue.questions.values():
        if question.applies_when.holds(profile):
            switches: list[Use | None] = [*sorted(question.applies_when.uses & profile.uses)]
            for use in switches or [None]:
                found[use] = (*found.get(use, ()), question)
    return found


def tax_code_warning(tax_code: str, kind: EnterpriseKind) -> Warn | None:
    """Return what looks wrong about a tax code. A true code is never refused: the reviewer sees it too."""
    if not tax_code:
        return None
    digits = mst.compact(tax_code)
    if kind is EnterpriseKind.HOUSEHOLD and digits.isdigit() and len(digits) == PERSONAL_NUMBER_DIGITS:
        return Warn("tax_code", "tax-code-personal", {})
    try:
        mst.validate(tax_code)
    except InvalidLength:
        return Warn("tax_code", "tax-code", {"why": "tax-code-length", "count": len(digits)})
    except InvalidChecksum:
        return Warn("tax_code", "tax-code", {"why": "tax-code-check"})
    except (InvalidFormat, ValidationError):
        return Warn("tax_code", "tax-code", {"why": "tax-code-letters"})
    return None


def missing_fields(profile: Profile) -> tuple[str, ...]:
    """Return the fields without which the draft has a blank, in order of the form."""
    needed = {
        "name": profile.name,
        "province": profile.province,
        "address": profile.address,
        "sector": profile.sector,
        "workers": profile.workers,
    }
    return tuple(field for field, value in needed.items() if value in ("", None))


def _open(catalogue: Catalogue, actor: Actor, kept: KeptEnterprise) -> OpenProfile:
    return OpenProfile(
        enterprise=kept,
        size=size_class(kept.profile, catalogue.method, catalogue.vsic),
        warnings=_warnings(kept.profile),
        missing=missing_fields(kept.profile),
        may_edit=may(actor, Action.EDIT_PROFILE, Concern(enterprise_id=kept.id)),
    )


def _cleaned(profile: Profile) -> Profile:
    return replace(
        profile,
        name=clean(profile.name),
        address=clean(profile.address),
        tax_code=clean(profile.tax_code).replace(" ", ""),
    )


def _checked(catalogue: Catalogue, profile: Profile) -> Profile:
    cleaned = _cleaned(profile)
    for field, text, limit in (
        ("name", cleaned.name, NAME_LIMIT),
        ("address", cleaned.address, ADDRESS_LIMIT),
        ("tax_code", cleaned.tax_code, TAX_CODE_LIMIT),
    ):
        if len(text) > limit:
            raise ProfileRefused("profile-too-long", field=field, length=len(text), limit=limit)
    if not cleaned.name:
        raise ProfileRefused("profile-without-name", field="name")
    for field, value in (
        ("workers", cleaned.workers),
        ("revenue", cleaned.revenue_billion_vnd),
        ("capital", cleaned.capital_billion_vnd),
    ):
        if value is not None and value < 0:
            raise ProfileRefused("profile-negative", field=field, value=value)
        if value is not None and value > ABSURD:
            raise ProfileRefused("profile-number-absurd", field=field, value=value, limit=ABSURD)
    for field, code, known in (
        ("province", cleaned.province, catalogue.provinces),
        ("sector", cleaned.sector, catalogue.sectors),
        ("vsic", cleaned.vsic, catalogue.vsic),
    ):
        if code and code not in known:
            raise ProfileRefused("profile-unknown-code", field=field, value=code)
    return cleaned


def _warnings(profile: Profile) -> tuple[Warn, ...]:
    found = [tax_code_warning(profile.tax_code, profile.kind)]
    for field, value, most in (
        ("workers", profile.workers, MOST_WORKERS),
        ("revenue", profile.revenue_billion_vnd, MOST_BILLION_VND),
        ("capital", profile.capital_billion_vnd, MOST_BILLION_VND),
    ):
        if value is not None and value > most:
            found.append(Warn(field, "large-number", {"value": value}))
    return tuple(warning for warning in found if warning)
