"""What officials, firms and everybody see of the figures: no violation of axe, nothing sideways."""

from __future__ import annotations

import pytest

from core.domain.permissions import Role
from core.language import Language
from core.services import accounts, populating, public_figures
from core.services.environment import reading, transaction
from tests.e2e.server import Server
from tests.e2e.steps import Person

FIRMS = 400
OFFICIALS = ("/toan-canh", "/muc-do", "/nhu-cau", "/kien-nghi", "/bao-cao-tinh-hinh")
CHARTS = "[data-testid=stVegaLiteChart]"
PAINTED = f"() => [...document.querySelectorAll('{CHARTS}')].every(one => one.querySelector('canvas, svg'))"
SIDEWAYS = "() => document.querySelector('.stMain').scrollWidth - document.querySelector('.stMain').clientWidth"


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """A server with a country of invented firms, whose figures are open to everybody."""
    server = Server(tmp_path_factory.mktemp("country"))
    server.command_line("migrate")
    environment = server.environment_behind
    for _ in populating.populate(environment, FIRMS, seed=7):
        pass
    public_figures.set_open(environment, server.add_officer("Quản trị", Role.ADMINISTRATOR).actor, True)
    server.start()
    yield server
    server.stop()


def owner_of_a_counted_firm(server):
    """Let somebody belong to a firm whose result is counted, and sign them in."""
    member = server.add_officer("Chủ đơn vị", Role.OFFICIAL_NATION)
    environment = server.environment_behind
    with reading(environment) as repository:
        found = (one for one in repository.counting.enterprises() if repository.counting.results_of(one, waiting=False))
        enterprise_id = next(found)
    with transaction(environment, accounts.actor_of_account(environment, member.actor.account_id)) as repository:
        repository.accounts.set_member(enterprise_id, member.actor.account_id, Role.OWNER.value)
    return member


@pytest.mark.parametrize(("language", "phone"), [(Language.VI, True), (Language.EN, False)])
def test_figures_are_read_by_everybody(country, visitor, language, phone):
    official = country.add_officer("Cán bộ", Role.OFFICIAL_NATION)
    places = [(official, (*OFFICIALS, "/so-lieu-chung")), (owner_of_a_counted_firm(country), ("/ket-qua",))]
    faults = []
    for member, addresses in places:
        person = Person.signed_in(visitor(phone=phone), country, member, language)
        for address in addresses:
            person.go(address)
            person.page.wait_for_function(PAINTED)
            person.settle()
            faults += [f"{address}: {one}" for one in person.violations()]
            if (wider := person.page.evaluate(SIDEWAYS)) > 0:
                faults.append(f"{address}: {wider} px sideways")
    assert not faults, "\n".join(faults)
