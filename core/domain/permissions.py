"""Who may do what: one table of action × role × relation × state of the assessment.

What is not in the table is refused. Services ask here before every deed; screens ask the same to know what to show.
Drafts are seen by the enterprise only, officials see aggregates only, and nobody reviews an enterprise they belong to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from core.domain.assessment import AssessmentState
from core.errors import NotThere
from core.language import Language


class Role(StrEnum):
    """The first three are held in one enterprise; the others are granted, with a province where one is named."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"
    ADVISER = "adviser"
    LEAD_ADVISER = "lead_adviser"
    OFFICIAL_PROVINCE = "official_province"
    OFFICIAL_NATION = "official_nation"
    ADMINISTRATOR = "administrator"


ENTERPRISE_ROLES = (Role.OWNER, Role.EDITOR, Role.VIEWER)
REVIEWER_ROLES = (Role.ADVISER, Role.LEAD_ADVISER)


class Relation(StrEnum):
    """How a person stands to what they ask for: their own enterprise, one of their province, or neither.

    ADVISED: an enterprise of their province with which they fill in answers in a session that is on now. CO_AUTHOR: one
    of whose answers they have written some so; they may review the rest, and somebody else has to finish.
    """

    OWN = "own"
    ASSIGNED = "assigned"
    ADVISED = "advised"
    CO_AUTHOR = "co_author"
    OTHER = "other"


class Action(StrEnum):
    """What can be done; each service is one of them."""

    VIEW_PROFILE = "view_profile"
    EDIT_PROFILE = "edit_profile"
    VIEW_ANSWERS = "view_answers"
    ANSWER = "answer"
    ATTACH_EVIDENCE = "attach_evidence"
    VIEW_REGISTER = "view_register"
    EDIT_REGISTER = "edit_register"
    VIEW_RESULT = "view_result"
    EDIT_PROGRAMME = "edit_programme"
    DOWNLOAD_DRAFT = "download_draft"
    STEP_PROGRAMME = "step_programme"
    FOLLOW_PROGRAMME = "follow_programme"
    HAND_OUT_DRAFT = "hand_out_draft"
    EXPORT_DATA = "export_data"
    IMPORT_DATA = "import_data"
    DELETE_DATA = "delete_data"
    MANAGE_MEMBERS = "manage_members"
    OPEN_SESSION = "open_session"
    END_SESSION = "end_session"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    BEGIN_NEXT = "begin_next"
    GIVE_VIEW = "give_view"
    SEE_VIEWS = "see_views"
    MANAGE_VIEWS = "manage_views"
    VIEW_PAST = "view_past"
    REMARK = "remark"
    REVIEW = "review"
    FINISH_REVIEW = "finish_review"
    REVOKE_DECISION = "revoke_decision"
    ASSIGN_REVIEW = "assign_review"
    VIEW_AGGREGATES = "view_aggregates"
    SET_TARGET = "set_target"
    ASK_SUPPORT = "ask_support"
    SELECT_FIRMS = "select_firms"
    MANAGE_ACCOUNTS = "manage_accounts"
    CHECK_LOG = "check_log"
    PREVIEW_METHOD = "preview_method"
    OPEN_PUBLIC_PAGE = "open_public_page"


States = frozenset[AssessmentState | None]
"""States of the assessment in which an action is allowed; None stands for an action that concerns no assessment."""

_ANY: States = frozenset({None, *AssessmentState})
_BEING_ANSWERED: States = frozenset({AssessmentState.DRAFT, AssessmentState.CHANGES_REQUESTED})
_NOT_WITH_REVIEWER: States = _BEING_ANSWERED | {AssessmentState.REVIEWED}
_AWAITING_REVIEW: States = frozenset({AssessmentState.SUBMITTED, AssessmentState.IN_REVIEW})
_HANDED_IN: States = _AWAITING_REVIEW | {AssessmentState.CHANGES_REQUESTED, AssessmentState.REVIEWED}
_NOT_YET_REVIEWED: States = _BEING_ANSWERED | _AWAITING_REVIEW
_IN_DIALOGUE: States = _AWAITING_REVIEW | {AssessmentState.CHANGES_REQUESTED}
_DECIDED: States = frozenset({AssessmentState.CHANGES_REQUESTED, AssessmentState.REVIEWED})

_VIEWER: Mapping[Action, States] = {
    Action.VIEW_PROFILE: _ANY,
    Action.VIEW_ANSWERS: _ANY,
    Action.VIEW_REGISTER: _ANY,
    Action.VIEW_RESULT: _ANY,
    # What was written between two rounds is a draft of its time: reviewers compare rounds, never days.
    Action.VIEW_PAST: _ANY,
    # Who only reads may be asked for a view of their own: it is no part of the firm's record.
    Action.GIVE_VIEW: _BEING_ANSWERED,
    Action.DOWNLOAD_DRAFT: _ANY,
}
_EDITOR: Mapping[Action, States] = {
    **_VIEWER,
    Action.EDIT_PROFILE: _ANY,
    Action.ANSWER: _BEING_ANSWERED,
    Action.ATTACH_EVIDENCE: _BEING_ANSWERED,
    # Certificates come and dates pass also while a reviewer reads: the register lives on.
    Action.EDIT_REGISTER: _ANY,
    # The draft travels with the submission: it stands still while a reviewer reads it.
    Action.EDIT_PROGRAMME: _NOT_WITH_REVIEWER,
    Action.FOLLOW_PROGRAMME: _ANY,
    Action.HAND_OUT_DRAFT: _ANY,
    Action.EXPORT_DATA: _ANY,
    Action.IMPORT_DATA: _BEING_ANSWERED,
    Action.REMARK: _IN_DIALOGUE,
    # Of people whose views are closed; whoever gave one sees them too, and nobody before that.
    Action.SEE_VIEWS: _ANY,
    Action.END_SESSION: _ANY,
}
_OWNER: Mapping[Action, States] = {
    **_EDITOR,
    Action.DELETE_DATA: _ANY,
    Action.MANAGE_MEMBERS: _ANY,
    # Asking, agreeing, issuing and ending are the enterprise's own affair, whatever a reviewer reads meanwhile.
    Action.STEP_PROGRAMME: _ANY,
    # To be named to the Department is agreed to by whoever answers for the firm, and taken back at any time.
    Action.ASK_SUPPORT: _ANY,
    Action.OPEN_SESSION: _BEING_ANSWERED,
    Action.SUBMIT: _BEING_ANSWERED,
    Action.WITHDRAW: _NOT_YET_REVIEWED,
    Action.MANAGE_VIEWS: _BEING_ANSWERED,
    Action.BEGIN_NEXT: frozenset({AssessmentState.REVIEWED}),
}
# While changes are requested the answers are written again: a reviewer is shown what was handed in, not the draft.
_ADVISER: Mapping[Action, States] = {
    Action.VIEW_PROFILE: _HANDED_IN,
    Action.VIEW_ANSWERS: _HANDED_IN,
    Action.VIEW_REGISTER: _HANDED_IN,
    Action.VIEW_RESULT: _HANDED_IN,
    Action.DOWNLOAD_DRAFT: _HANDED_IN,
    Action.REMARK: _IN_DIALOGUE,
    Action.REVIEW: _AWAITING_REVIEW,
    Action.FINISH_REVIEW: _AWAITING_REVIEW,
    Action.REVOKE_DECISION: _DECIDED,
}
_LEAD_ADVISER: Mapping[Action, States] = {**_ADVISER, Action.ASSIGN_REVIEW: _AWAITING_REVIEW}
# Who fills in with the firm sees the draft and answers in it; nobody reviews at the same time.
_ADVISED: Mapping[Action, States] = {
    Action.VIEW_PROFILE: _HANDED_IN | {None, AssessmentState.DRAFT},
    Action.VIEW_ANSWERS: _HANDED_IN | {AssessmentState.DRAFT},
    Action.ANSWER: _BEING_ANSWERED,
    Action.VIEW_REGISTER: _HANDED_IN,
    Action.VIEW_RESULT: _HANDED_IN,
    Action.DOWNLOAD_DRAFT: _HANDED_IN,
    Action.REMARK: _IN_DIALOGUE,
    Action.END_SESSION: _ANY,
}
# Nobody reviews what they wrote: the last word on a file is somebody else's.
_CO_AUTHOR: Mapping[Action, States] = {
    action: states for action, states in _ADVISER.items() if action is not Action.FINISH_REVIEW
}
_LEAD_CO_AUTHOR: Mapping[Action, States] = {**_CO_AUTHOR, Action.ASSIGN_REVIEW: _AWAITING_REVIEW}
_OFFICIAL: Mapping[Action, States] = {Action.VIEW_AGGREGATES: _ANY}
_OFFICIAL_OF_PROVINCE: Mapping[Action, States] = {
    **_OFFICIAL,
    Action.SET_TARGET: _ANY,
    # Only firms that asked to be named to this Department.
    Action.SELECT_FIRMS: _ANY,
}
_ADMINISTRATOR: Mapping[Action, States] = {
    Action.MANAGE_ACCOUNTS: _ANY,
    Action.CHECK_LOG: _ANY,
    Action.PREVIEW_METHOD: _ANY,
    Action.OPEN_PUBLIC_PAGE: _ANY,
}

_TABLE: Mapping[tuple[Role, Relation], Mapping[Action, States]] = {
    (Role.OWNER, Relation.OWN): _OWNER,
    (Role.EDITOR, Relation.OWN): _EDITOR,
    (Role.VIEWER, Relation.OWN): _VIEWER,
    (Role.ADVISER, Relation.ASSIGNED): _ADVISER,
    (Role.LEAD_ADVISER, Relation.ASSIGNED): _LEAD_ADVISER,
    (Role.ADVISER, Relation.ADVISED): _ADVISED,
    (Role.LEAD_ADVISER, Relation.ADVISED): _ADVISED,
    (Role.ADVISER, Relation.CO_AUTHOR): _CO_AUTHOR,
    (Role.LEAD_ADVISER, Relation.CO_AUTHOR): _LEAD_CO_AUTHOR,
    (Role.OFFICIAL_PROVINCE, Relation.ASSIGNED): _OFFICIAL_OF_PROVINCE,
    (Role.OFFICIAL_NATION, Relation.ASSIGNED): _OFFICIAL,
    (Role.ADMINISTRATOR, Relation.OTHER): _ADMINISTRATOR,
}


def is_allowed(action: Action, role: Role, relation: Relation, state: AssessmentState | None = None) -> bool:
    """Tell what the table says; `state` is that of the assessment concerned, None when there is none."""
    return state in _TABLE.get((role, relation), {}).get(action, frozenset())


@dataclass(frozen=True, slots=True)
class GrantedRole:
    """A role outside enterprises; `province` is its code, empty for the nation and the administrator."""

    role: Role
    province: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks, as the stored session says. memberships: enterprise → owner, editor or viewer.

    advised: enterprise with which they fill in answers just now → its province. accompanied: own enterprise that an
    adviser fills in answers with just now → the adviser's account.
    """

    account_id: UUID
    name: str
    email: str
    memberships: Mapping[UUID, Role] = field(default_factory=dict)
    roles: tuple[GrantedRole, ...] = ()
    language: Language = Language.VI
    advised: Mapping[UUID, str] = field(default_factory=dict)
    accompanied: Mapping[UUID, UUID] = field(default_factory=dict)

    def adviser_beside(self, enterprise_id: UUID) -> UUID | None:
        """Return the account of the adviser who takes part in what this person writes for an enterprise, if any."""
        return self.account_id if enterprise_id in self.advised else self.accompanied.get(enterprise_id)


@dataclass(frozen=True, slots=True)
class Concern:
    """What a deed is about: an enterprise, with its province and the state of its assessment; or only a province.

    written_with: accounts of the advisers who wrote answers of the assessment together with the firm.
    """

    enterprise_id: UUID | None = None
    province: str = ""
    state: AssessmentState | None = None
    written_with: frozenset[UUID] = frozenset()


def relation(actor: Actor, granted: GrantedRole, concern: Concern) -> Relation:
    """Return how a granted role stands to a concern; OWN for every enterprise the person belongs to."""
    if concern.enterprise_id is not None and concern.enterprise_id in actor.memberships:
        return Relation.OWN
    if granted.role is Role.OFFICIAL_NATION:
        return Relation.ASSIGNED
    is_reviewer = bool(granted.role in REVIEWER_ROLES and granted.province)
    if is_reviewer and concern.enterprise_id and actor.advised.get(concern.enterprise_id) == granted.province:
        return Relation.ADVISED
    if not granted.province or granted.province != concern.province:
        return Relation.OTHER
    return Relation.CO_AUTHOR if is_reviewer and actor.account_id in concern.written_with else Relation.ASSIGNED


def may(actor: Actor, action: Action, concern: Concern) -> bool:
    """Tell whether any role of the actor allows the action."""
    standings = [
        (granted.role, relation(actor, granted, concern))
        for granted in actor.roles
        if granted.role not in ENTERPRISE_ROLES
    ]
    if concern.enterprise_id is not None and concern.enterprise_id in actor.memberships:
        standings.append((actor.memberships[concern.enterprise_id], Relation.OWN))
    return any(is_allowed(action, role, how, concern.state) for role, how in standings)


def require(actor: Actor, action: Action, concern: Concern) -> None:
    """Raise NotThere unless the actor may; "no such thing" and "not for you" are one answer."""
    if not may(actor, action, concern):
        raise NotThere()
