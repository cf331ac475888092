"""The officials' pages: whose they are, and that they say what the figures say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.instruments import ServiceKind
from core.domain.permissions import Role
from core.domain.statistics.figures import Dimension, Stage, Subject
from core.errors import BadInput, NotThere
from core.language import Language, number
from core.services import accounts, officials, populating
from core.services.environment import transaction
from core.storage.figures import Axis
from core.storage.repository_accounts import RoleGrant
from tests.pages.test_enterprise import words_of
from tests.services.test_agenda import COURSE, FAR, Tellers

OVERVIEW, MATURITY, NEEDS = "official/overview.py", "official/maturity.py", "official/needs.py"
STATUS_REPORT, AGENDA = "official/status_report.py", "official/agenda.py"
PAGES = (OVERVIEW, MATURITY, NEEDS, AGENDA, STATUS_REPORT)
FIRMS = 300


@pytest.fixture
def country(environment, sessions, signed_up, prepared):
    """Session keys of the people of `sessions` and of the nation's official, in a country of invented enterprises."""
    return dict(prepared("officials: country", lambda: _country(environment, sessions, signed_up)))


def _country(environment, sessions, signed_up):
    keys = {**sessions, "nation": signed_up("nation", "nation@uy-ban.example")}
    actor = accounts.actor_of_session(environment, keys["nation"])
    with transaction(environment, actor) as repository:
        repository.accounts.grant(actor.account_id, RoleGrant(Role.OFFICIAL_NATION.value, ""))
    return keys


@pytest.fixture
def filled(environment, country, monkeypatch, prepared):
    monkeypatch.setattr(populating, "count_others", lambda *_: 0)
    prepared("officials: filled", lambda: list(populating.populate(environment, FIRMS, seed=7)))
    return country


def person(environment, sessions, who):
    return accounts.actor_of_session(environment, sessions[who])


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("who", ["nation", "official"])
def test_officials_see_what_the_figures_say(visit, environment, filled, who, language):
    figures = officials.open_figures(environment, person(environment, filled, who))
    stages = figures.stages(Dimension.PROVINCE)

    app = visit(OVERVIEW, language=language, session=filled[who])
    assert not app.exception
    shown = words_of(app)
    total = stages.total if who == "nation" else stages.total_of("19")
    assert total is None or number(total, language) in shown.replace("\\", "")
    assert environment.catalogue.word("figures.stage.issued")[language] in shown
    assert ("target_count" in {one.key for one in app.text_input}) is (who == "official")

    year = figures.years[0]
    levels = figures.results(year, Subject.SELF_LEVEL, Dimension.PROVINCE)
    app = visit(MATURITY, language=language, session=filled[who])
    assert not app.exception
    assert number(levels.total, language) in words_of(app).replace("\\", "")
    app.query_params["theo"] = Dimension.SECTOR.value
    app.query_params["nhom"] = "tea-food"
    app.run()
    assert not app.exception
    assert any(environment.catalogue.sectors["tea-food"].title[language] in table.value.to_csv() for table in app.table)

    app = visit(STATUS_REPORT, language=language, session=filled[who])
    assert not app.exception
    shown = words_of(app).replace("\\", "")
    assert environment.catalogue.word("status-report.preview")[language] in shown
    assert "Thái Nguyên" in shown or "Thai Nguyen" in shown or who == "nation"
    issued = dict(zip(stages.columns, stages.line("19") if who == "official" else stages.column_totals, strict=True))
    row = next(table.value for table in app.table if len(table.value) == len(Stage))
    assert issued[Stage.NEW] is None or number(issued[Stage.NEW], language) in row.to_csv().replace("\\", "")


@pytest.mark.parametrize("language", list(Language))
def test_officials_see_needs_and_what_a_budget_closes(visit, environment, filled, language):
    demand = officials.open_figures(environment, person(environment, filled, "nation")).demand(
        ServiceKind.VERIFICATION, Axis.PROVINCE, Axis.MONTH
    )
    of_province = visit(NEEDS, language=language, session=filled["official"])
    assert not of_province.exception
    assert environment.catalogue.provinces["19"].name[language] in words_of(of_province)

    app = visit(NEEDS, language=language, session=filled["nation"])
    assert not app.exception
    shown = words_of(app).replace("\\", "")
    assert number(demand.total.services, language) in shown
    assert environment.catalogue.support_lines[0].share[language] in shown
    topic = next(one.key for one in app.text_input if "_cost_" in one.key).removeprefix("planner_cost_")
    for key, typed in ("budget", "20 triệu"), (f"cost_{topic}", "5.000.000"), (f"seats_{topic}", "20"):
        app.text_input(key=f"planner_{key}").set_value(typed)
    app.button[-1].click().run()
    assert "20 triệu" in words_of(app)
    app.text_input(key="planner_budget").set_value("20.000.000")
    app.button[-1].click().run()
    assert not app.exception
    assert app.query_params["ngan-sach"] == "20000000"
    assert app.query_params["khoa"] == f"{topic}:5000000:20"
    title = environment.catalogue.word("figures.sheet.allotment")[language].split("(")[0].strip()
    assert title in words_of(app)


def test_before_there_are_results_the_page_says_what_will_be_here(visit, environment, country):
    app = visit(MATURITY, session=country["nation"])
    assert not app.exception
    assert environment.catalogue.word("overview.nothing.title")[Language.VI] in words_of(app)


def test_nobody_else_opens_them(visit, environment, country):
    titles = {
        environment.catalogue.word(key)[Language.VI]
        for key in ("overview.lead", "overview.maturity.lead", "needs.lead", "status-report.lead")
    }
    for who in ("owner", "stranger", "adviser", "administrator", ""):
        for page in PAGES:
            try:
                app = visit(page, session=country.get(who, ""))
            except ValueError:
                continue  # the page is not among those that this person's router knows
            assert not any(title[:30] in words_of(app) for title in titles)


def test_a_province_sets_its_own_target(visit, environment, filled):
    app = visit(OVERVIEW, session=filled["official"])
    app.text_input(key="target_count").set_value("1.200")
    app.button(key="keep_target").click().run()
    assert not app.exception
    assert "1.200" in words_of(app).replace("\\", "")
    official, nation = (person(environment, filled, who) for who in ("official", "nation"))
    assert officials.target_of(environment, official, "19") == 1_200
    with pytest.raises(BadInput):
        officials.set_target(environment, official, "19", 0)
    for actor, province in ((official, "01"), (nation, "19"), (person(environment, filled, "owner"), "19")):
        with pytest.raises(NotThere):
            officials.set_target(environment, actor, province, 5)


@pytest.mark.parametrize("language", list(Language))
def test_officials_read_how_many_told_of_what_and_words_that_may_be_quoted(
    visit, environment, country, clock, language
):
    tellers = Tellers(environment, clock)
    for place in range(6):
        tellers.tell(replace(FAR, may_quote=place == 0), COURSE)
    clock.pass_time(seconds=61)
    for who in ("nation", "official"):
        app = visit(AGENDA, language=language, session=country[who])
        assert not app.exception
        shown = words_of(app)
        assert r"“Nơi kiểm định ở xa \*lắm\*”" in shown, "what people typed is not read as Markdown"
        assert "Cơ sở" not in shown
        assert environment.catalogue.word("agenda.quotes.none")[language] in shown, "nobody allowed to quote a proposal"
        assert shown.count("/tai-ve/kien-nghi-") == 3
