"""Deeds around support: a firm asks and agrees to be named, the Department of its province ranks those that did.

Nobody else is shown a name. What a firm handed in counts, never a draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from core.domain.catalogue import Consent
from core.domain.findings import risk_tier
from core.domain.permissions import Action, Actor, Concern, Role, may, require
from core.domain.sizing import size_class
from core.domain.statistics.selection import (
    EVEN,
    MOST_WEIGHT,
    Candidate,
    Criterion,
    Ranked,
    Sensitivity,
    SupportRequest,
    Weights,
    Wish,
    points_of,
    ranked,
    sensitivity,
)
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.errors import BadInput, NotThere
from core.language import Language
from core.services import accounts
from core.services.environment import Environment, reading, transaction
from core.storage.repository import Repository
from core.storage.repository_support import Asking

PROVINCE = "tinh"
_ADDRESS = {
    Criterion.READINESS: "san-sang",
    Criterion.IMPACT: "tac-dong",
    Criterion.RISK: "rui-ro",
    Criterion.SIZE: "quy-mo",
}


def weights_of(address: Mapping[str, str]) -> Weights | None:
    """Read the weights of an address; one that is missing or cannot be read is 0. None where it names no weight."""

    def weight(text: str) -> int:
        return min(int(text), MOST_WEIGHT) if text.isascii() and text.isdecimal() and len(text) <= 2 else 0

    if not address.keys() & set(_ADDRESS.values()):
        return None
    return {one: weight(address.get(name, "")) for one, name in _ADDRESS.items()}


def weights_address(province: str, weights: Weights) -> dict[str, str]:
    """Return province and weights as an address has them; `weights_of` reads the weights back."""
    return {PROVINCE: province, **{name: str(weights[one]) for one, name in _ADDRESS.items()}}


# --- The firm


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """What a firm sees of its own request: its figures, its points and its place, never another firm.

    request: also one that has lapsed. province: whose Department would be told, empty while the firm has none.
    weights: those that the Department ranks by. place, of: None while it asks for nothing, and where fewer than
    MINIMUM_GROUP ask.
    """

    request: SupportRequest | None
    own: Candidate
    province: str
    weights: Weights
    points: Fraction
    place: int | None
    of: int | None
    may_ask: bool

    @property
    def stands(self) -> bool:
        """Tell whether the Department sees the name now."""
        return self.request is not None and self.request.lapse is None


def own_request(environment: Environment, actor: Actor, enterprise_id: UUID) -> OwnRequest:
    """Return the request of one's own firm. Raises NotThere."""
    if enterprise_id not in actor.memberships:
        raise NotThere
    require(actor, Action.VIEW_RESULT, Concern(enterprise_id=enterprise_id))
    with reading(environment) as repository:
        asking = repository.support.of_enterprise(enterprise_id)
        province, request = asking.profile.province, asking.request
        stands = request is not None and request.lapse is None
        others = _candidates(environment, repository, province) if stands else ()
        weights = _weights_in_use(repository, province)
    own = _candidate(environment, asking)
    places = {one.candidate.id: one.place for one in ranked(others, weights)} if len(others) >= MINIMUM_GROUP else {}
    return OwnRequest(
        request=request,
        own=own,
        province=province,
        weights=weights,
        points=points_of(own, weights),
        place=places.get(enterprise_id),
        of=len(others) if enterprise_id in places else None,
        may_ask=may(actor, Action.ASK_SUPPORT, Concern(enterprise_id=enterprise_id)),
    )


def ask(
    environment: Environment,
    actor: Actor,
    enterprise_id: UUID,
    wishes: Iterable[Wish],
    *,
    agreed: bool,
    language: Language,
) -> None:
    """Ask for support and agree to be named to the Department of the firm's province.

    Raises BadInput: wish-missing, consent-not-given, province-missing. Raises NotThere.
    """
    require(actor, Action.ASK_SUPPORT, Concern(enterprise_id=enterprise_id))
    wanted = frozenset(wishes)
    if not wanted:
        raise BadInput("wish-missing", field="wishes")
    if not agreed:
        raise BadInput("consent-not-given", field="consent")
    with transaction(environment, actor) as repository:
        repository.enterprises.lock(enterprise_id)
        province = repository.enterprises.get(enterprise_id).profile.province
        if not province:
            raise BadInput("province-missing", field="province")
        accounts.record_consent(environment, repository, actor, consent_to_name(environment), language, given=True)
        repository.support.ask(enterprise_id, province, wanted)


def withdraw(environment: Environment, actor: Actor, enterprise_id: UUID, language: Language) -> None:
    """Take a request back: the name leaves the Department's list at once, and one's consent ends with the last one.

    Raises NotThere.
    """
    require(actor, Action.ASK_SUPPORT, Concern(enterprise_id=enterprise_id))
    with transaction(environment, actor) as repository:
        repository.support.withdraw(enterprise_id)
        consent = consent_to_name(environment)
        agrees = consent.id in repository.accounts.standing_consents(actor.account_id)
        if agrees and not repository.support.rests_on(actor.account_id):
            accounts.record_consent(environment, repository, actor, consent, language, given=False)


def consent_to_name(environment: Environment) -> Consent:
    """Return the consent without which no request stands."""
    return next(one for one in environment.catalogue.consents if one.id == accounts.NAMING_CONSENT)


# --- The Department


@dataclass(frozen=True, slots=True)
class Selection:
    """The firms of a province that asked and agreed, ranked by chosen weights.

    in_use: the weights that firms are told.
    """

    province: str
    weights: Weights
    in_use: Weights
    ranked: tuple[Ranked, ...]
    sensitivity: Sensitivity


def provinces_of(actor: Actor) -> tuple[str, ...]:
    """Return the provinces whose firms somebody may select; empty for everybody without the permission."""
    held = {one.province for one in actor.roles if one.role is Role.OFFICIAL_PROVINCE}
    return tuple(sorted(one for one in held if may(actor, Action.SELECT_FIRMS, Concern(province=one))))


def selection(environment: Environment, actor: Actor, province: str, weights: Weights | None = None) -> Selection:
    """Return the ranking of a province as of now, by the weights in use where none are given.

    Raises NotThere for everybody but its official.
    """
    require(actor, Action.SELECT_FIRMS, Concern(province=province))
    with reading(environment) as repository:
        found = _candidates(environment, repository, province)
        in_use = _weights_in_use(repository, province)
    chosen = in_use if weights is None else weights
    return Selection(province, chosen, in_use, ranked(found, chosen), sensitivity(found, chosen))


def use_weights(environment: Environment, actor: Actor, province: str, weights: Weights) -> None:
    """Let these be the weights by which a province ranks and of which its firms are told.

    Raises BadInput("weights-all-zero"), NotThere.
    """
    require(actor, Action.SELECT_FIRMS, Concern(province=province))
    if province not in environment.catalogue.provinces:
        raise NotThere
    if not any(weights.values()):
        raise BadInput("weights-all-zero", field="weights")
    with transaction(environment, actor) as repository:
        repository.set_setting(_setting(province), " ".join(str(weights[one]) for one in Criterion))


def _weights_in_use(repository: Repository, province: str) -> Weights:
    kept = repository.setting(_setting(province))
    return dict(zip(Criterion, map(int, kept.split()), strict=True)) if kept else EVEN


def _setting(province: str) -> str:
    return f"support-weights.{province}"


def _candidates(environment: Environment, repository: Repository, province: str) -> tuple[Candidate, ...]:
    return tuple(_candidate(environment, one) for one in repository.support.of_province(province))


def _candidate(environment: Environment, asking: Asking) -> Candidate:
    catalogue, profile, request = environment.catalogue, asking.profile, asking.request
    return Candidate(
        id=asking.enterprise_id,
        name=profile.name,
        asked_at=request.asked_at if request else environment.now(),
        score=Fraction(asking.score) if asking.score else None,
        duties_failed=asking.gates_failed,
        risk=risk_tier(catalogue.method, profile),
        size=size_class(profile, catalogue.method, catalogue.vsic).size,
        wishes=request.wishes if request else (),
    )
