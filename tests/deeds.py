"""Where every action of the permission table is done: services with prepared arguments, page and control of each.

A new action needs a row here; tests/services/test_cells.py walks the whole table through the services of these ways,
tests/pages/test_cells.py through their pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text

from core.domain.assessment import Answer, AssessmentState, Choice, Evidence
from core.domain.carrying_out import TaskMark, TaskState
from core.domain.instruments import MeasuringInstrument
from core.domain.permissions import Action, Actor, GrantedRole, Relation, Role
from core.domain.profile import Profile
from core.domain.programme import ItemKind
from core.domain.review import Ruling, RulingKind
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
    redlining,
    registering,
    reviewing,
    selecting,
    two_views,
)
from core.services.assessing import OpenAssessment
from core.services.environment import Environment, transaction
from core.services.programming import OpenProgramme
from tests.conftest import NOW, PASSWORD, People

QUESTION = "named-person"
TOGETHER = "measuring-points"
"""The question that was answered together with an adviser."""
MIDDLING = Answer(Choice.LEVEL_2)
UNBACKED = Answer(Choice.LEVEL_4)
ANSWERED = replace(MIDDLING, evidence=Evidence.FILE)
"""How `QUESTION` is answered."""
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
    """One enterprise that has everything a deed can be about, and the people around it.

    `Way.control`, `Way.address` and `Way.opened` are filled with its fields.
    """

    people: People
    reviewers: dict[str, Actor]
    profile: Profile
    enterprise_id: UUID
    assessment_id: UUID
    submission_id: UUID
    session_id: UUID
    line_id: UUID
    closed_views: UUID
    open_views: UUID
    open_topic: str
    handed_out_id: UUID
    code: str
    task_id: str
    province: str
    programme: OpenProgramme
    exported: str


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
    """One way to an action: the page and the control that offer it, and the service that does it.

    control: key of a widget or of a part of the page, or a piece of a file's address; names in braces stand for fields
    of World. reads: the control is looked at, so it may be disabled. address: what the address of the page says.
    opened: key of the part that has to be opened before the control is drawn. first: what has to be done before.
    sides: for whom the page is made. is_stateless: the service asks whatever the state of the assessment is.
    asks: another action that the service asks for, because one screen shows both.
    """

    page: str
    control: str
    call: Call
    address: Mapping[str, str] = field(default_factory=dict)
    reads: bool = False
    opened: str = ""
    first: Callable[[Environment, World], object] | None = None
    sides: frozenset[Side] = frozenset({Side.FIRM})
    is_stateless: bool = False
    asks: Action | None = None


ON_THE_COMMAND_LINE = ""
"""Control of what no page offers: an administrator does it in a terminal."""


def _see_views(environment: Environment, actor: Actor, world: World) -> None:
    """Whoever may not see what others said is shown the page without it."""
    topics = two_views.open_views(environment, actor, world.enterprise_id).topics
    if all(one.agenda is None for one in topics if one.kept.id == world.closed_views):
        raise NotThere


def _open_review(environment: Environment, actor: Actor, world: World) -> object:
    return reviewing.open_review(environment, actor, world.submission_id)


def _answer(environment: Environment, actor: Actor, world: World) -> object:
    wanted = replace(ANSWERED, note="Ghi thêm")
    return assessing.save_answer(environment, actor, world.assessment_id, QUESTION, seen=ANSWERED, wanted=wanted)


def _attach(environment: Environment, actor: Actor, world: World) -> object:
    return assessing.attach(environment, actor, world.assessment_id, QUESTION, "quyet-dinh.pdf", PDF)


def _view_answers(environment: Environment, actor: Actor, world: World) -> object:
    return assessing.news_since(environment, actor, world.assessment_id, None)


def _remark(environment: Environment, actor: Actor, world: World) -> None:
    reviewing.remark(environment, actor, world.submission_id, "Một lời")


def _take(environment: Environment, actor: Actor, world: World) -> None:
    reviewing.take(environment, actor, world.submission_id, seen=None)


def _hand_over(environment: Environment, actor: Actor, world: World) -> None:
    reviewing.hand_over(environment, actor, [world.submission_id], None, REASON)


def _end_session(environment: Environment, actor: Actor, world: World) -> None:
    advising.end(environment, actor, world.session_id)


def _ended_by_firm(environment: Environment, world: World) -> None:
    advising.end(environment, world.people.owner, world.session_id)


_REVIEWER = frozenset({Side.REVIEWER})
_ADVISED = frozenset({Side.ADVISED})
_OFFICE = frozenset({Side.OFFICE})
_BESIDE = "adviser/advised.py"
_REVIEW = "adviser/review.py"
_REDLINE = "adviser/redline.py"
_OF_FIRM = {"id": "{enterprise_id}"}
_TOPIC = {"chu-de": "1"}
_QUESTIONS = {"id": "{submission_id}", "loc": "tat-ca"}
_OF_PROVINCE = {"theo": "province", "nhom": "{province}"}
_CLAUSES = {"id": "{submission_id}", "phan": "tasks"}
_OUTCOME = {"id": "{submission_id}", "phan": "ket-luan"}

_READ = Way(
    _REVIEW, "point_named-person", _open_review, _QUESTIONS, reads=True, sides=_REVIEWER, asks=Action.VIEW_ANSWERS
)

DEEDS: dict[Action, tuple[Way, ...]] = {
    Action.VIEW_PROFILE: (
        Way(
            "enterprise/profile.py",
            "profile_name",
            lambda e, a, w: enterprises.open_profile(e, a, w.enterprise_id),
            reads=True,
            is_stateless=True,
        ),
        _READ,
    ),
    Action.EDIT_PROFILE: (
        Way(
            "enterprise/profile.py",
            "profile_name",
            lambda e, a, w: enterprises.save_profile(e, a, w.enterprise_id, seen=w.profile, wanted=w.profile),
            is_stateless=True,
        ),
    ),
    Action.VIEW_ANSWERS: (
        Way("enterprise/assessment.py", "choice_named-person", _view_answers, _TOPIC, reads=True),
        Way(_BESIDE, "choice_named-person", _view_answers, _OF_FIRM | _TOPIC, reads=True, sides=_ADVISED),
        _READ,
        replace(_READ, page=_REDLINE, control="redline_section", address=_CLAUSES),
    ),
    Action.ANSWER: (
        Way("enterprise/assessment.py", "choice_named-person", _answer, _TOPIC),
        Way(_BESIDE, "choice_named-person", _answer, _OF_FIRM | _TOPIC, sides=_ADVISED),
    ),
    Action.ATTACH_EVIDENCE: (
        Way("enterprise/assessment.py", "upload_named-person", _attach, _TOPIC, opened="more_named-person"),
        Way(
            _BESIDE,
            "upload_named-person",
            _attach,
            _OF_FIRM | _TOPIC,
            opened="more_named-person",
            sides=_ADVISED,
        ),
    ),
    Action.VIEW_REGISTER: (
        Way(
            "enterprise/register.py",
            "open_{line_id}",
            lambda e, a, w: registering.open_register(e, a, w.enterprise_id),
            reads=True,
        ),
        Way(
            "enterprise/instrument.py",
            "part_edit_{line_id}",
            lambda e, a, w: registering.open_line(e, a, w.enterprise_id, w.line_id),
            {"id": "{line_id}"},
            reads=True,
        ),
    ),
    Action.EDIT_REGISTER: (
        Way(
            "enterprise/register.py",
            "add_instrument",
            lambda e, a, w: registering.save_instrument(
                e, a, w.enterprise_id, seen=None, wanted=MeasuringInstrument(code="C-02")
            ),
        ),
        Way(
            "enterprise/instrument.py",
            "remove_line_yes",
            lambda e, a, w: registering.remove_instrument(e, a, w.enterprise_id, "C-01"),
            {"id": "{line_id}"},
        ),
    ),
    Action.VIEW_RESULT: (
        Way(
            "enterprise/result.py",
            "to_programme",
            lambda e, a, w: assessing.result(e, a, w.enterprise_id),
            reads=True,
        ),
        replace(_READ, control="capped", address=_OUTCOME),
    ),
    Action.EDIT_PROGRAMME: (
        Way(
            "enterprise/programme.py",
            "add_task",
            lambda e, a, w: programming.add_item(e, a, w.programme, ItemKind.TASK),
            {"phan": "tasks"},
        ),
    ),
    Action.DOWNLOAD_DRAFT: (
        Way(
            "enterprise/handed_out.py",
            "/tai-ve/ban-co-ma/{handed_out_id}/",
            lambda e, a, w: handing_out.handed_out(e, a, w.enterprise_id),
            reads=True,
        ),
        Way(
            _REVIEW,
            "handed_out_open",
            lambda e, a, w: handing_out.handed_out_beside(e, a, w.submission_id),
            _OUTCOME,
            reads=True,
            sides=_REVIEWER,
            asks=Action.VIEW_ANSWERS,
        ),
    ),
    Action.STEP_PROGRAMME: (
        Way(
            "enterprise/issuing.py",
            "do_end",
            lambda e, a, w: issuing.end(e, a, w.enterprise_id, day=NOW.date()),
            is_stateless=True,
        ),
    ),
    Action.FOLLOW_PROGRAMME: (
        Way(
            "enterprise/issuing.py",
            "task_state_{task_id}",
            lambda e, a, w: following.save_mark(
                e, a, w.enterprise_id, w.task_id, seen=None, wanted=TaskMark(TaskState.DOING)
            ),
            opened="task_{task_id}",
            is_stateless=True,
        ),
    ),
    Action.HAND_OUT_DRAFT: (
        Way(
            "enterprise/handed_out.py",
            "revoke_yes_{code}",
            lambda e, a, w: handing_out.revoke(e, a, w.handed_out_id, REASON),
        ),
    ),
    Action.EXPORT_DATA: (
        Way(
            "enterprise/my_data.py",
            "/tai-ve/{enterprise_id}/du-lieu.json",
            lambda e, a, w: exchanging.export_data(e, a, w.enterprise_id),
        ),
    ),
    Action.IMPORT_DATA: (
        Way(
            "enterprise/my_data.py",
            "import",
            lambda e, a, w: exchanging.preview_import(e, a, w.enterprise_id, w.exported),
        ),
    ),
    Action.DELETE_DATA: (
        Way("enterprise/my_data.py", "delete", lambda e, a, w: own_data.erase(e, a, w.enterprise_id, w.profile.name)),
    ),
    Action.MANAGE_MEMBERS: (
        Way(
            "enterprise/members.py",
            "invite",
            lambda e, a, w: members.invite(e, a, w.enterprise_id, Role.VIEWER),
            is_stateless=True,
        ),
    ),
    Action.OPEN_SESSION: (
        Way(
            "enterprise/advising.py",
            "advising_offer",
            lambda e, a, w: advising.offer(e, a, w.enterprise_id, "nobody@vidu.example"),
            first=_ended_by_firm,
        ),
    ),
    Action.END_SESSION: (
        Way("enterprise/advising.py", "session_end_{session_id}", _end_session, is_stateless=True),
        Way("adviser/queue.py", "session_end_{session_id}", _end_session, sides=_ADVISED, is_stateless=True),
    ),
    Action.SUBMIT: (Way("enterprise/hand_in.py", "submit", lambda e, a, w: reviewing.submit(e, a, w.enterprise_id)),),
    Action.WITHDRAW: (
        Way("enterprise/hand_in.py", "withdraw_yes", lambda e, a, w: reviewing.withdraw(e, a, w.enterprise_id)),
    ),
    Action.BEGIN_NEXT: (
        Way(
            "enterprise/over_time.py",
            "begin_next_yes",
            lambda e, a, w: assessing.begin_next(e, a, w.enterprise_id),
        ),
    ),
    Action.GIVE_VIEW: (
        Way(
            "enterprise/two_views.py",
            "own_view_done",
            lambda e, a, w: two_views.set_done(e, a, w.open_views, is_done=True),
            {"chu-de": "2"},
        ),
    ),
    Action.SEE_VIEWS: (Way("enterprise/two_views.py", "point_named-person", _see_views, _TOPIC, reads=True),),
    Action.MANAGE_VIEWS: (
        Way(
            "enterprise/two_views.py",
            "close_yes_{open_topic}",
            lambda e, a, w: two_views.close(e, a, w.open_views),
        ),
    ),
    Action.VIEW_PAST: (
        Way(
            "enterprise/over_time.py",
            "day_tu",
            lambda e, a, w: comparing.open_past(e, a, w.enterprise_id),
            reads=True,
            is_stateless=True,
        ),
    ),
    Action.REMARK: (
        Way("enterprise/hand_in.py", "remark_.send", _remark),
        Way(_REVIEW, "remark_overall.send", _remark, _OUTCOME, sides=_REVIEWER | _ADVISED),
    ),
    Action.REVIEW: (
        Way(_REVIEW, "take", _take, _QUESTIONS, sides=_REVIEWER),
        Way("adviser/queue.py", "take_{submission_id}", _take, sides=_REVIEWER),
        Way(
            _REVIEW,
            "ruling_named-person",
            lambda e, a, w: reviewing.rule(
                e, a, w.submission_id, QUESTION, on_round=1, seen=Ruling(RulingKind.ACCEPTED, ANSWERED), wanted=None
            ),
            _QUESTIONS,
            sides=_REVIEWER,
        ),
        Way(
            _REDLINE,
            "propose_new_task",
            lambda e, a, w: redlining.send(e, a, w.submission_id, on_round=1),
            _CLAUSES,
            sides=_REVIEWER,
        ),
    ),
    Action.FINISH_REVIEW: (
        Way(
            _REVIEW,
            "decide_reviewed",
            lambda e, a, w: reviewing.finish(e, a, w.submission_id, "", on_round=1),
            _OUTCOME,
            sides=_REVIEWER,
        ),
    ),
    Action.REVOKE_DECISION: (
        Way(
            _REVIEW,
            "revoke_yes",
            lambda e, a, w: reviewing.revoke(e, a, w.submission_id, REASON),
            _OUTCOME,
            sides=_REVIEWER,
        ),
    ),
    Action.ASSIGN_REVIEW: (
        Way("adviser/queue.py", "tick_{submission_id}", _hand_over, sides=_REVIEWER),
        Way(_REVIEW, "hand_over", _hand_over, _OUTCOME, sides=_REVIEWER),
    ),
    Action.VIEW_AGGREGATES: (
        Way(
            "official/overview.py",
            "figures_by",
            lambda e, a, w: officials.target_of(e, a, PROVINCE),
            _OF_PROVINCE,
            reads=True,
            sides=_OFFICE,
            is_stateless=True,
        ),
    ),
    Action.SET_TARGET: (
        Way(
            "official/overview.py",
            "keep_target",
            lambda e, a, w: officials.set_target(e, a, PROVINCE, 5),
            _OF_PROVINCE,
            sides=_OFFICE,
            is_stateless=True,
        ),
    ),
    Action.ASK_SUPPORT: (
        Way(
            "enterprise/support.py",
            "support_ask",
            lambda e, a, w: selecting.ask(e, a, w.enterprise_id, [Wish.TRAINING], agreed=True, language=Language.VI),
            is_stateless=True,
        ),
    ),
    Action.SELECT_FIRMS: (
        Way(
            "official/selection.py",
            "weight_risk",
            lambda e, a, w: selecting.selection(e, a, PROVINCE),
            {selecting.PROVINCE: "{province}"},
            sides=_OFFICE,
            is_stateless=True,
        ),
    ),
    Action.MANAGE_ACCOUNTS: (
        Way(
            "admin/administration.py",
            ON_THE_COMMAND_LINE,
            lambda e, a, w: accounts.list_accounts(e, a),
            sides=_OFFICE,
            is_stateless=True,
        ),
    ),
    Action.CHECK_LOG: (
        Way(
            "admin/administration.py",
            "check_log",
            lambda e, a, w: auditing.check_log(e, a),
            sides=_OFFICE,
            is_stateless=True,
        ),
    ),
    Action.OPEN_PUBLIC_PAGE: (
        Way(
            "admin/administration.py",
            "change_public_page",
            lambda e, a, w: public_figures.set_open(e, a, True),
            sides=_OFFICE,
            is_stateless=True,
        ),
    ),
    Action.PREVIEW_METHOD: (
        Way(
            "admin/administration.py",
            ON_THE_COMMAND_LINE,
            lambda e, a, w: recomputing.preview_method(e, a, b"", "method.toml"),
            sides=_OFFICE,
            is_stateless=True,
        ),
    ),
}


def make_world(environment: Environment, people: People) -> World:
    """Let the cooperative and its adviser do everything once: its assessment is reviewed, a session is on.

    Its programme is under way, and an amendment is being written; somebody puts the assessment into a state afterwards.
    """
    owner, enterprise_id = people.owner, people.enterprise_id
    place = environment, owner, enterprise_id
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

    opened = assessing.open_assessment(*place)
    first, second = opened.catalogue.topics[:2]
    _answer_all(environment, opened, owner, lambda: actor("co_author"))
    assessing.attach(environment, owner, opened.id, QUESTION, "quyet-dinh.pdf", PDF)
    line = registering.save_instrument(*place, seen=None, wanted=MeasuringInstrument(code="C-01", name="Cân bàn"))
    asked = [people.owner.account_id, people.editor.account_id]
    two_views.give_topic(*place, first.id, asked)
    two_views.give_topic(*place, second.id, [*asked, people.viewer.account_id])
    views = {one.topic.id: one.kept.id for one in two_views.open_views(*place).topics}
    for person, choice in ((owner, Choice.LEVEL_1), (people.editor, Choice.LEVEL_3)):
        two_views.save_view(environment, person, views[first.id], QUESTION, seen=Answer(), wanted=Answer(choice))
    two_views.close(environment, owner, views[first.id])
    handed_out = handing_out.hand_out(*place)
    task_id = _under_way(*place)
    issuing.amend(*place, reason=REASON)
    receipt = reviewing.submit(*place)
    _review(environment, people.adviser, receipt.submission_id)
    put_into(environment, people, AssessmentState.DRAFT)
    exported = exchanging.export_data(*place)
    programme = programming.open_programme(*place)
    session = advising.offer(*place, "advised@to.example")
    advising.join(environment, actor("advised"), session.id)
    assert programme is not None
    return World(
        people=people,
        reviewers={"assigned": people.adviser, **{name: actor(name) for name in names}},
        profile=opened.profile,
        enterprise_id=enterprise_id,
        assessment_id=opened.id,
        submission_id=receipt.submission_id,
        session_id=session.id,
        line_id=line.id,
        closed_views=views[first.id],
        open_views=views[second.id],
        open_topic=second.id,
        handed_out_id=handed_out.id,
        code=handed_out.draft.code,
        task_id=task_id,
        province=PROVINCE,
        programme=programme,
        exported=exported,
    )


def _answer_all(environment: Environment, opened: OpenAssessment, owner: Actor, co_author: Callable[[], Actor]) -> None:
    """Answer what is asked; one answer is written together with an adviser."""
    questions = [one.id for topic in assessing.progress(opened) for one in topic.questions if one.id != TOGETHER]
    for question in questions:
        assessing.save_answer(environment, owner, opened.id, question, seen=Answer(), wanted=MIDDLING)
    session = advising.offer(environment, owner, opened.enterprise.id, co_author().email)
    advising.join(environment, co_author(), session.id)
    assessing.save_answer(environment, co_author(), opened.id, TOGETHER, seen=Answer(), wanted=UNBACKED)
    advising.end(environment, owner, session.id)


def _under_way(environment: Environment, owner: Actor, enterprise_id: UUID) -> str:
    """Carry the programme on until tasks are done by it; return the id of a task."""
    place, today = (environment, owner, enterprise_id), NOW.date()
    issuing.ask_opinions(*place, asked="Tổ sao", day=today)
    issuing.agree(*place, day=today)
    issuing.issue(*place, number="05/QĐ-HTX", day=today)
    issuing.start(*place, day=today)
    life = issuing.life_of(*place)
    followed = following.followed(environment, life) if life else None
    assert followed is not None
    return followed.tasks[0].item.id


def _review(environment: Environment, adviser: Actor, submission_id: UUID) -> None:
    """Accept everything and call it reviewed."""
    opened = reviewing.open_review(environment, adviser, submission_id)
    reviewing.accept_together(environment, adviser, opened, opened.progress.unsettled)
    reviewing.finish(environment, adviser, submission_id, "", on_round=1)


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
