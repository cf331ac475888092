"""What officials are shown, from the deeds of enterprises to the protected tables."""

from __future__ import annotations

import pytest

from core.domain.assessment import Answer, Choice
from core.domain.permissions import GrantedRole, Role
from core.domain.profile import Profile
from core.domain.statistics.figures import Dimension, Subject
from core.services import accounts, assessing, officials, reviewing
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
    table = counted(figures(environment, firms, clock))
    assert (table.total, table.total_of("19"), table.hidden) == (5, 5, 0)
    firms.hand_in()
    assert counted(figures(environment, firms, clock)).total == 5
