"""What officials are shown, from the deeds of enterprises to the protected tables."""

from __future__ import annotations

import pytest

from core.domain.assessment import Answer, Choice
from core.domain.instruments import MeasuringInstrument, ServiceKind
from core.domain.permissions import GrantedRole, Role
from core.domain.profile import Profile
from core.domain.statistics.figures import Dimension, Stage, Subject
from core.errors import NotThere
from core.services import accounts, assessing, counting, officials, own_data, registering, reviewing
from core.services.environment import reading
from core.storage.asking import table
from core.storage.figures import Axis
from tests.conftest import PASSWORD

YEAR = 2026


class Firms:
    """Enterprises that are made, answered and handed in through the services."""

    def __init__(self, environment):
        self.environment = environment
        self.count = 0

    def person(self, *roles):
        self.count += 1
        kept = accounts.add_account(
            self.environment,
            email=f"p{self.count}@vidu.example",
            name=f"Người {self.count}",
            password=PASSWORD,
            roles=roles,
            must_change=False,
        )
        return accounts.actor_of_account(self.environment, kept.id)

    def add(self, province="19", sector="tea-food", level=2, answers=1, **profile):
        owner = self.person()
        made = Profile(name=f"Cơ sở {self.count}", province=province, sector=sector, tax_code="0100109106", **profile)
        enterprise = accounts.create_enterprise(self.environment, owner, made)
        owner = accounts.actor_of_account(self.environment, owner.account_id)
        if answers:
            opened = assessing.open_assessment(self.environment, owner, enterprise.id)
            question = next(iter(opened.catalogue.questions))
            wanted = Answer(Choice(str(level)), note="Ghi chú riêng")
            assessing.save_answer(self.environment, owner, opened.id, question, seen=Answer(), wanted=wanted)
        return owner, enterprise.id

    def hand_in(self, **options):
        owner, enterprise_id = self.add(**options)
        reviewing.submit(self.environment, owner, enterprise_id)
        return owner, enterprise_id


@pytest.fixture
def firms(environment):
    return Firms(environment)


def figures(environment, firms, clock, *roles):
    clock.pass_time(seconds=61)
    official = firms.person(*(roles or (GrantedRole(Role.OFFICIAL_NATION),)))
    return officials.open_figures(environment, official)


def counted(shown, dimension=Dimension.PROVINCE):
    return shown.results(YEAR, Subject.SELF_LEVEL, dimension)


def test_results_are_counted_when_five_have_come_together(environment, firms, clock):
    for _ in range(4):
        firms.hand_in()
    assert counted(figures(environment, firms, clock)).total == 0
    firms.hand_in()
    found = counted(figures(environment, firms, clock))
    assert (found.total, found.total_of("19"), found.hidden) == (5, 5, 0)
    firms.hand_in()
    assert counted(figures(environment, firms, clock)).total == 5


def test_withdrawn_and_drafts_are_never_counted(environment, firms, clock):
    handed_in = [firms.hand_in(level=3) for _ in range(6)]
    firms.add()
    shown = figures(environment, firms, clock)
    assert counted(shown).total == 6
    reviewing.withdraw(environment, *handed_in[0])
    found = counted(figures(environment, firms, clock))
    assert found.total == 0, "those counted together wait together"
    with reading(environment) as repository:
        assert repository.counting.results_of(handed_in[0][1], waiting=True) == ()
        assert len(repository.counting.results_of(handed_in[1][1], waiting=True)) == 1


def test_what_deeds_have_counted_is_what_a_recount_finds(environment, firms, clock):
    people = [firms.hand_in(level=level) for level in (0, 1, 2, 3, 4, 2, 3)]
    line = MeasuringInstrument(code="C-1", name="Cân bàn", group2_row="8b")
    for owner, enterprise_id in people[:5]:
        registering.save_instrument(environment, owner, enterprise_id, seen=None, wanted=line)
    reviewing.withdraw(environment, *people[6])
    own_data.erase(environment, *people[5], "Cơ sở 6")
    figures(environment, firms, clock)

    def rows():
        with environment.database.reading() as session:
            return {
                name: sorted(
                    map(str, session.execute(table(name).select().order_by(table(name).c.enterprise_id)).all())
                )
                for name in ("counted_result", "enterprise_stage", "demand")
            }

    before = rows()
    assert all(before.values())
    counting.recount(environment)
    assert rows() == before


def test_stages_follow_the_deeds(environment, firms, clock):
    for _ in range(5):
        firms.add(answers=0)
    for _ in range(6):
        firms.add()
    for _ in range(7):
        firms.hand_in()
    stages = figures(environment, firms, clock).stages(Dimension.PROVINCE)
    assert dict(zip(stages.columns, stages.line("19"), strict=True)) == {
        Stage.NEW: 5,
        Stage.STARTED: 6,
        Stage.SUBMITTED: 7,
        Stage.REVIEWED: 0,
        Stage.ISSUED: 0,
        Stage.REPORTING: 0,
    }
    assert (stages.total, stages.hidden) == (18, 0)


def test_needs_are_counted_when_five_have_come_together(environment, firms, clock):
    line = MeasuringInstrument(code="C-1", name="Cân bàn", group2_row="8b", verification_price_vnd=200_000)
    for _ in range(5):
        owner, enterprise_id = firms.add()
        registering.save_instrument(environment, owner, enterprise_id, seen=None, wanted=line)
    shown = figures(environment, firms, clock)
    found = shown.demand(ServiceKind.VERIFICATION, Axis.PROVINCE, Axis.KIND)
    assert found.line("19")[0].services == 5
    assert found.total.cost_vnd == 1_000_000
    registering.remove_instrument(environment, owner, enterprise_id, "C-1")
    shown = figures(environment, firms, clock)
    assert shown.demand(ServiceKind.VERIFICATION, Axis.PROVINCE, Axis.KIND).total.services == 5


def test_officials_of_a_province_see_their_lines_and_the_nation(environment, firms, clock):
    for province in ("19", "01"):
        for _ in range(6):
            firms.hand_in(province=province)
    shown = figures(environment, firms, clock, GrantedRole(Role.OFFICIAL_PROVINCE, "19"))
    found = counted(shown)
    assert (found.rows, found.total) == (("19",), 12)
    assert shown.stages(Dimension.PROVINCE).rows == ("19",)
    assert shown.means(YEAR, Dimension.PROVINCE).rows == ("19",)
    assert shown.pairs(YEAR, Dimension.PROVINCE, Dimension.SECTOR).rows == ("19",)
    assert counted(shown, Dimension.SECTOR).total == 12
    for crossed in (
        lambda: shown.pairs(YEAR, Dimension.SECTOR, Dimension.PROVINCE),
        lambda: shown.pair_means(YEAR, Dimension.SIZE, Dimension.PROVINCE),
        lambda: shown.demand(ServiceKind.CALIBRATION, Axis.KIND, Axis.PROVINCE),
    ):
        with pytest.raises(NotThere):
            crossed()


def test_nobody_else_is_shown_figures(environment, people):
    for actor in (people.owner, people.editor, people.adviser, people.administrator, people.stranger):
        with pytest.raises(NotThere):
            officials.open_figures(environment, actor)


def test_no_name_tax_code_or_note_is_in_what_officials_get(environment, firms, clock):
    for _ in range(6):
        firms.hand_in()
    shown = figures(environment, firms, clock)
    tables = [
        shown.stages(Dimension.KIND),
        counted(shown),
        shown.means(YEAR, Dimension.SECTOR),
        shown.pair_means(YEAR, Dimension.PROVINCE, Dimension.SECTOR),
        shown.quartiles(YEAR, Dimension.SIZE),
    ]
    population = shown._figures._population
    texts = [*map(repr, tables), *(repr(one.words) for one in (*population.places.values(), population.kinds))]
    for secret in ("Cơ sở", "0100109106", "Ghi chú riêng", "vidu.example"):
        assert not any(secret in text for text in texts)
