"""Where every action of the permission table is done: services with prepared arguments, and the page of each.

A new action needs a row here; tests/services/test_cells.py walks the whole table through these ways.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text

from core.domain.assessment import Answer, AssessmentState, Choice
from core.domain.instruments import MeasuringInstrument
from core.domain.permissions import Action, Actor, GrantedRole, Relation, Role
from core.domain.profile import Profile
from core.domain.programme import ItemKind
from core.domain.statistics.selection import Wish
from core.errors import NotThere
from core.language import Language
from core.services import (
    accounts,
    advising,
    assessing,
    auditing,
    comparing,
    enterprises,
    exchanging,
    following,
    handing_out,
    issuing,
    members,
    officials,
    own_data,
    programming,
    public_figures,
    recomputing,
    registering,
    reviewing,
    selecting,
    two_views,
)
from core.services.environment import Environment, transaction
from core.services.programming import OpenProgramme
from tests.conftest import NOW, PASSWORD, People

QUESTION = "named-person"
PDF = b"%PDF-1.4\n%%EOF\n"
PROVINCE = "19"
REASON = "Lý do"


class Side(StrEnum):
    """For whom a way is made; to everybody else it may be closed, though the table allows the action."""

    FIRM = "firm"
    ADVISED = "advised"
    REVIEWER = "reviewer"
    OFFICE = "office"


@dataclass(frozen=True)
class World:
    """One enterprise that has everything a deed can be about, and the people around it."""

    people: People
    reviewers: dict[str, Actor]
    profile: Profile
    assessment_id: UUID
    submission_id: UUID
    session_id: UUID
    closed_views: UUID
    open_views: UUID
    handed_out_id: UUID
    programme: OpenProgramme
    exported: str

    @property
    def enterprise_id(self) -> UUID:
        return self.people.enterprise_id


@dataclass(frozen=True)
class Standing:
    """Somebody in one role and one relation to the enterprise."""

    role: Role
    relation: Relation
    actor: Actor
    side: Side


Call = Callable[[Environment, Actor, World], object]


@dataclass(frozen=True)
class Way:
    """One way to an action. is_stateless: the service asks whatever the state of the assessment is.

    asks: another action that the service asks for, because one screen shows both.
    """

    page: str
    call: Call
    sides: frozenset[Side] = frozenset(Side)
    is_stateless: bool = False
    asks: Action | None = None


def _see_views(environment: Environment, actor: Actor, world: World) -> None:
    """Whoever may not see what others said is shown the page without it."""
    topics = two_views.open_views(environment, actor, world.enterprise_id).topics
    if all(one.agenda is None for one in topics if one.kept.id == world.closed_views):
        raise NotThere


def _open_review(environment: Environment, actor: Actor, world: World) -> object:
    return reviewing.open_review(environment, actor, world.submission_id)


_INSIDE = frozenset({Side.FIRM, Side.ADVISED})
_REVIEWER = frozenset({Side.REVIEWER})
_READ = Way("adviser/review.py", _open_review, _REVIEWER, asks=Action.VIEW_ANSWERS)

DEEDS: dict[Action, tuple[Way, ...]] = {
    Action.VIEW_PROFILE: (
        Way(
            "enterprise/profile.py",
            lambda e, a, w: enterprises.open_profile(e, a, w.enterprise_id),
            _INSIDE,
            is_stateless=True,
        ),
        _READ,
    ),
    Action.EDIT_PROFILE: (
        Way(
            "enterprise/profile.py",
            lambda e, a, w: enterprises.save_profile(e, a, w.enterprise_id, seen=w.profile, wanted=w.profile),
            is_stateless=True,
        ),
    ),
    Action.VIEW_ANSWERS: (
        Way("enterprise/assessment.py", lambda e, a, w: assessing.news_since(e, a, w.assessment_id, None)),
        _READ,
    ),
    Action.ANSWER: (
        Way(
            "enterprise/assessment.py",
            lambda e, a, w: assessing.save_answer(
                e, a, w.assessment_id, QUESTION, seen=Answer(), wanted=Answer(note="Ghi thêm")
            ),
        ),
    ),
    Action.ATTACH_EVIDENCE: (
        Way(
            "enterprise/assessment.py",
            lambda e, a, w: assessing.attach(e, a, w.assessment_id, QUESTION, "quyet-dinh.pdf", PDF),
        ),
    ),
    Action.VIEW_REGISTER: (
        Way("enterprise/register.py", lambda e, a, w: registering.open_register(e, a, w.enterprise_id)),
    ),
    Action.EDIT_REGISTER: (
        Way(
            "enterprise/instrument.py",
            lambda e, a, w: registering.save_instrument(
                e, a, w.enterprise_id, seen=None, wanted=MeasuringInstrument(code="C-01")
            ),
        ),
    ),
    Action.VIEW_RESULT: (
        Way("enterprise/result.py", lambda e, a, w: assessing.result(e, a, w.enterprise_id), _INSIDE),
        _READ,
    ),
    Action.EDIT_PROGRAMME: (
        Way("enterprise/programme.py", lambda e, a, w: programming.add_item(e, a, w.programme, ItemKind.TASK)),
    ),
    Action.DOWNLOAD_DRAFT: (
        Way("enterprise/handed_out.py", lambda e, a, w: handing_out.handed_out(e, a, w.enterprise_id)),
    ),
    Action.STEP_PROGRAMME: (
        Way(
            "enterprise/issuing.py",
            lambda e, a, w: issuing.end(e, a, w.enterprise_id, day=NOW.date()),
            is_stateless=True,
        ),
    ),
    Action.FOLLOW_PROGRAMME: (
        Way(
            "enterprise/issuing.py",
            lambda e, a, w: following.save_mark(e, a, w.enterprise_id, "task", seen=None, wanted=None),
            is_stateless=True,
        ),
    ),
    Action.HAND_OUT_DRAFT: (
        Way("enterprise/handed_out.py", lambda e, a, w: handing_out.revoke(e, a, w.handed_out_id, REASON)),
    ),
    Action.EXPORT_DATA: (Way("enterprise/my_data.py", lambda e, a, w: exchanging.export_data(e, a, w.enterprise_id)),),
    Action.IMPORT_DATA: (
        Way("enterprise/my_data.py", lambda e, a, w: exchanging.preview_import(e, a, w.enterprise_id, w.exported)),
    ),
    Action.DELETE_DATA: (
        Way("enterprise/my_data.py", lambda e, a, w: own_data.erase(e, a, w.enterprise_id, w.profile.name)),
    ),
    Action.MANAGE_MEMBERS: (
        Way(
            "enterprise/members.py",
            lambda e, a, w: members.invite(e, a, w.enterprise_id, Role.VIEWER),
            is_stateless=True,
        ),
    ),
    Action.OPEN_SESSION: (
        Way(
            "enterprise/advising.py",
            lambda e, a, w: advising.offer(e, a, w.enterprise_id, "nobody@vidu.example"),
        ),
    ),
    Action.END_SESSION: (
        Way("enterprise/advising.py", lambda e, a, w: advising.end(e, a, w.session_id), is_stateless=True),
    ),
    Action.SUBMIT: (Way("enterprise/hand_in.py", lambda e, a, w: reviewing.submit(e, a, w.enterprise_id)),),
    Action.WITHDRAW: (Way("enterprise/hand_in.py", lambda e, a, w: reviewing.withdraw(e, a, w.enterprise_id)),),
    Action.BEGIN_NEXT: (Way("enterprise/over_time.py", lambda e, a, w: assessing.begin_next(e, a, w.enterprise_id)),),
    Action.GIVE_VIEW: (
        Way("enterprise/two_views.py", lambda e, a, w: two_views.set_done(e, a, w.open_views, is_done=True)),
    ),
    Action.SEE_VIEWS: (Way("enterprise/two_views.py", _see_views),),
    Action.MANAGE_VIEWS: (Way("enterprise/two_views.py", lambda e, a, w: two_views.close(e, a, w.open_views)),),
    Action.VIEW_PAST: (
        Way(
            "enterprise/over_time.py",
            lambda e, a, w: comparing.open_past(e, a, w.enterprise_id),
            is_stateless=True,
        ),
    ),
    Action.REMARK: (Way("adviser/review.py", lambda e, a, w: reviewing.remark(e, a, w.submission_id, "Một lời")),),
    Action.REVIEW: (Way("adviser/review.py", lambda e, a, w: reviewing.take(e, a, w.submission_id, seen=None)),),
    Action.FINISH_REVIEW: (
        Way("adviser/review.py", lambda e, a, w: reviewing.finish(e, a, w.submission_id, "", on_round=1)),
    ),
    Action.REVOKE_DECISION: (
        Way("adviser/review.py", lambda e, a, w: reviewing.revoke(e, a, w.submission_id, REASON)),
    ),
    Action.ASSIGN_REVIEW: (
        Way("adviser/queue.py", lambda e, a, w: reviewing.hand_over(e, a, [w.submission_id], None, REASON)),
    ),
    Action.VIEW_AGGREGATES: (
        Way("official/overview.py", lambda e, a, w: officials.target_of(e, a, PROVINCE), is_stateless=True),
    ),
    Action.SET_TARGET: (
        Way("official/overview.py", lambda e, a, w: officials.set_target(e, a, PROVINCE, 5), is_stateless=True),
    ),
    Action.ASK_SUPPORT: (
        Way(
            "enterprise/support.py",
            lambda e, a, w: selecting.ask(e, a, w.enterprise_id, [Wish.TRAINING], agreed=True, language=Language.VI),
            is_stateless=True,
        ),
    ),
    Action.SELECT_FIRMS: (
        Way("official/selection.py", lambda e, a, w: selecting.selection(e, a, PROVINCE), is_stateless=True),
    ),
    Action.MANAGE_ACCOUNTS: (
        Way("admin/administration.py", lambda e, a, w: accounts.list_accounts(e, a), is_stateless=True),
    ),
    Action.CHECK_LOG: (Way("admin/administration.py", lambda e, a, w: auditing.check_log(e, a), is_stateless=True),),
    Action.OPEN_PUBLIC_PAGE: (
        Way("admin/administration.py", lambda e, a, w: public_figures.set_open(e, a, True), is_stateless=True),
    ),
    Action.PREVIEW_METHOD: (
        Way(
            "admin/administration.py",
            lambda e, a, w: recomputing.preview_method(e, a, b"", "method.toml"),
            is_stateless=True,
        ),
    ),
}


def make_world(environment: Environment, people: People) -> World:
    """Let the cooperative do everything once: its assessment is handed in, a session is on, nothing is decided."""
    owner, enterprise_id = people.owner, people.enterprise_id
    names = {"advised": PROVINCE, "co_author": PROVINCE, "elsewhere": "01"}
    made = {
        name: accounts.add_account(
            environment,
            email=f"{name}@to.example",
            name=name,
            password=PASSWORD,
            roles=(GrantedRole(Role.ADVISER, province),),
            must_change=False,
        ).id
        for name, province in names.items()
    }

    def actor(name: str) -> Actor:
        return accounts.actor_of_account(environment, made[name])

    opened = assessing.open_assessment(environment, owner, enterprise_id)
    first, second = opened.catalogue.topics[:2]
    session = advising.offer(environment, owner, enterprise_id, "co_author@to.example")
    advising.join(environment, actor("co_author"), session.id)
    assessing.save_answer(
        environment, actor("co_author"), opened.id, "measuring-points", seen=Answer(), wanted=Answer(Choice.LEVEL_2)
    )
    advising.end(environment, owner, session.id)
    asked = [people.owner.account_id, people.editor.account_id]
    two_views.give_topic(environment, owner, enterprise_id, first.id, asked)
    two_views.give_topic(environment, owner, enterprise_id, second.id, [*asked, people.viewer.account_id])
    views = {one.topic.id: one.kept.id for one in two_views.open_views(environment, owner, enterprise_id).topics}
    two_views.close(environment, owner, views[first.id])
    exported = exchanging.export_data(environment, owner, enterprise_id)
    programme = programming.open_programme(environment, owner, enterprise_id)
    handed_out = handing_out.hand_out(environment, owner, enterprise_id)
    receipt = reviewing.submit(environment, owner, enterprise_id)
    put_into(environment, people, AssessmentState.DRAFT)
    session = advising.offer(environment, owner, enterprise_id, "advised@to.example")
    advising.join(environment, actor("advised"), session.id)
    assert programme is not None
    return World(
        people=people,
        reviewers={"assigned": people.adviser, **{name: actor(name) for name in names}},
        profile=opened.profile,
        assessment_id=opened.id,
        submission_id=receipt.submission_id,
        session_id=session.id,
        closed_views=views[first.id],
        open_views=views[second.id],
        handed_out_id=handed_out.id,
        programme=programme,
        exported=exported,
    )


def put_into(environment: Environment, people: People, state: AssessmentState) -> None:
    """Put the assessment and its submission into a state, without the steps that lead there."""
    with transaction(environment) as repository:
        for table in ("assessment", "submission"):
            statement = text(f"UPDATE {table} SET state = :state WHERE enterprise_id = :enterprise")
            repository.session.execute(statement, {"state": state.value, "enterprise": people.enterprise_id.hex})


def standings(world: World) -> tuple[Standing, ...]:
    """Return everybody who can stand to the enterprise, in every role and relation there is."""
    people, there = world.people, world.reviewers
    firms = [
        Standing(role, Relation.OWN, actor, Side.FIRM)
        for role, actor in ((Role.OWNER, people.owner), (Role.EDITOR, people.editor), (Role.VIEWER, people.viewer))
    ]
    strangers = [
        Standing(
            role,
            Relation.OTHER,
            replace(people.stranger, memberships={people.strangers_enterprise_id: role}),
            Side.FIRM,
        )
        for role in (Role.OWNER, Role.EDITOR, Role.VIEWER)
    ]
    reviewers = [
        Standing(role, relation, replace(actor, roles=(GrantedRole(role, actor.roles[0].province),)), side)
        for role in (Role.ADVISER, Role.LEAD_ADVISER)
        for relation, actor, side in (
            (Relation.ASSIGNED, there["assigned"], Side.REVIEWER),
            (Relation.CO_AUTHOR, there["co_author"], Side.REVIEWER),
            (Relation.ADVISED, there["advised"], Side.ADVISED),
            (Relation.OTHER, there["elsewhere"], Side.REVIEWER),
        )
    ]
    official = people.official
    offices = [
        Standing(Role.OFFICIAL_PROVINCE, Relation.ASSIGNED, official, Side.OFFICE),
        Standing(
            Role.OFFICIAL_PROVINCE,
            Relation.OTHER,
            replace(official, roles=(GrantedRole(Role.OFFICIAL_PROVINCE, "01"),)),
            Side.OFFICE,
        ),
        Standing(
            Role.OFFICIAL_NATION,
            Relation.ASSIGNED,
            replace(official, roles=(GrantedRole(Role.OFFICIAL_NATION),)),
            Side.OFFICE,
        ),
        Standing(Role.ADMINISTRATOR, Relation.OTHER, people.administrator, Side.OFFICE),
    ]
    return (*firms, *strangers, *reviewers, *offices)
