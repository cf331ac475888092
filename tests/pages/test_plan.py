"""The plan on screen: the same numbers as in its files, what a viewer may not change, what is kept when typed."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal

import pytest

from core.domain.instruments import MeasuringInstrument
from core.domain.profile import EnterpriseKind, Profile, Use
from core.domain.register.papers import PlanWriter, plan_document
from core.domain.register.points import ProcessPoint, ServiceBody
from core.language import Language, money
from core.services import accounts, planning, registering
from core.services.environment import transaction

NAME = "Hợp tác xã Chè Suối Cạn"
CENTRE = "Trung tâm Đo lường Bình Nguyên"
LANGUAGES = list(Language)
PARTS = ("letter", "bodies", "costs")
INSTRUMENTS = (
    MeasuringInstrument(
        "C-01",
        name="Cân *bàn* <b>nhận chè</b>",
        group2_row="8b",
        unit="kg",
        range="1–150",
        error_found="+0,5 %",
        point="leaf-intake",
        verified_on=date(2026, 3, 1),
        verified_by=CENTRE,
        verification_price_vnd=450_000,
    ),
    MeasuringInstrument("C-02", group2_row="8b", verified_on=date(2026, 3, 20), verified_by=CENTRE),
    MeasuringInstrument(
        "C-03", name="Cân quá hạn", group2_row="8b", verified_on=date(2025, 3, 1), verification_price_vnd=600_000
    ),
    MeasuringInstrument("N-01", name="Nhiệt kế", calibrated_on=date(2026, 8, 31), interval_months=6, price_vnd=350_000),
    MeasuringInstrument("N-02", name="Nhiệt kế chưa có ngày"),
)
POINT = ProcessPoint("leaf-intake", step="Cân nhận chè", unit="kg")
MOISTURE = ProcessPoint("moisture", step="Đo độ ẩm", unit="%")


@pytest.fixture
def people(environment, signed_up):
    """Session keys of three members of a tea cooperative with a register."""
    keys = {who: signed_up(who, f"{who}@vidu.example") for who in ("owner", "editor", "viewer")}
    actors = {who: accounts.actor_of_session(environment, key) for who, key in keys.items()}
    profile = Profile(NAME, EnterpriseKind.COOPERATIVE, province="19", sector="tea-food", uses=frozenset({Use.GROUP2}))
    enterprise = accounts.create_enterprise(environment, actors["owner"], profile)
    with transaction(environment, actors["owner"]) as repository:
        for who in ("editor", "viewer"):
            repository.accounts.set_member(enterprise.id, actors[who].account_id, who)
    owner = accounts.actor_of_session(environment, keys["owner"])
    registering.save_instruments(environment, owner, enterprise.id, [(None, one) for one in INSTRUMENTS])
    registering.save_body(
        environment, owner, enterprise.id, seen=None, wanted=ServiceBody(CENTRE, visit_price_vnd=500_000)
    )
    for point in (POINT, MOISTURE):
        registering.save_point(environment, owner, enterprise.id, seen=None, wanted=point)
    return keys


@pytest.fixture
def owner(environment, people):
    actor = accounts.actor_of_session(environment, people["owner"])
    return actor, next(iter(actor.memberships))


@pytest.fixture
def plan_page(visit, people):
    """Open the plan of a year with all its parts: `plan_page(2027, who="viewer")`."""

    def open_page(year, *, who="owner", language=Language.VI):
        app = visit("enterprise/plan.py", language=language, session=people[who])
        app.query_params["nam"] = str(year)
        for part in PARTS:
            app.session_state[f"plan_look_{part}"] = True
        return app.run()

    return open_page


def words_of(app):
    kinds = (app.title, app.header, app.markdown, app.caption, app.error, app.warning, app.info)
    shown = [one.value for kind in kinds for one in kind]
    html = [one.proto.body for one in app.get("html")]
    return "\n".join([*shown, *html])


def metrics_of(app):
    return [one.value for one in app.metric]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["owner", "editor", "viewer"])
@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_every_member_sees_every_year_with_all_its_parts(plan_page, who, year, language):
    app = plan_page(year, who=who, language=language)
    assert not app.exception
    assert not [text for text in words_of(app).split("\n") if "<b>nhận chè</b>" in text.replace("\\", "<")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("year", [2026, 2027])
def test_the_screen_shows_the_numbers_of_the_paper(plan_page, environment, owner, year, language):
    plan = planning.open_plan(environment, *owner, year).plan
    total = plan.total
    app = plan_page(year, language=language)

    assert metrics_of(app) == [
        str(total.services),
        str(total.visits),
        PlanWriter(environment.catalogue, language).amount(total.cost),
        str(total.cost.unknown),
    ]
    (table,) = [one.value for one in app.table]
    column = table[environment.catalogue.word("plan.table.cost")[language]]
    known = [int(re.sub(r"\D", "", cell)) for cell in column if any(letter.isdigit() for letter in cell)]
    assert sum(known[:-1]) == known[-1] == total.cost.known_vnd

    document = plan_document(environment.catalogue, Profile(NAME), plan, language)
    on_paper = " ".join(str(part) for part in document.parts)
    assert money(total.cost.known_vnd, language) in on_paper
    shown = words_of(app)
    for one in plan.services:
        if one.price_vnd is not None:
            assert money(one.price_vnd, language) in shown


def test_what_the_law_does_not_allow_now_is_said_in_every_year(plan_page):
    for year in (2026, 2027):
        (error,) = [one.value for one in plan_page(year).error]
        assert "C-03" in error
        assert "C-01" not in error


def test_what_has_no_date_and_no_price_is_named(plan_page):
    shown = words_of(plan_page(2027))
    assert "Nhiệt kế chưa có ngày" in shown
    assert "Chưa có ngày hiệu chuẩn gần nhất" in shown
    assert "chưa có giá" in shown
    assert "gồm thuế" in shown


def test_a_viewer_can_change_nothing(plan_page):
    app = plan_page(2027, who="viewer")
    kinds = (app.radio, app.text_input, app.checkbox, app.selectbox, app.button, app.pills)
    open_ones = [one.key for kind in kinds for one in kind if not one.disabled]
    changing = [key for key in open_ones if not str(key).startswith(("plan_look_", "preview_"))]
    assert changing == []
    components = [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.json]
    assert all(data.get("disabled", True) for data in components)


def test_a_better_instrument_and_wrong_decisions_are_reckoned_and_not_kept(plan_page, environment, owner):
    point = ProcessPoint(
        "leaf-intake", step="Cân nhận chè", unit="kg", throughput=Decimal(50_000), unit_price_vnd=Decimal(8_000)
    )
    registering.save_point(environment, *owner, seen=POINT, wanted=point)
    app = plan_page(2027)
    app.session_state["plan_look_trials_plan_point_leaf-intake"] = True
    app.run()
    app.text_input(key="plan_look_better_plan_point_leaf-intake").set_value("0,1").run()
    app.text_input(key="plan_look_price_plan_point_leaf-intake").set_value("16.000.000").run()
    app.text_input(key="plan_look_items_plan_point_leaf-intake").set_value("1000").run()

    assert not app.exception
    shown = words_of(app)
    assert "**1.600.000 đ**" in shown
    assert "**120,0 tháng**" in shown
    assert "Chưa đánh giá được" in shown
    assert registering.open_register(environment, *owner).points[0] == point


@pytest.mark.parametrize("typed", ["năm tấn", "-5", "99999999999"])
def test_a_trial_that_cannot_be_read_is_refused_under_its_box(plan_page, typed):
    app = plan_page(2027)
    app.session_state["plan_look_trials_plan_point_leaf-intake"] = True
    app.run()
    app.text_input(key="plan_look_price_plan_point_leaf-intake").set_value(typed).run()

    assert not app.exception
    assert "Mã để hỏi" in words_of(app)


def test_a_body_that_the_register_names_is_taken(plan_page, environment, owner):
    gauge = MeasuringInstrument(
        "A-01", calibrated_on=date(2026, 5, 1), calibrated_by="Phòng Ví Dụ", interval_months=12, price_vnd=1
    )
    registering.save_instrument(environment, *owner, seen=None, wanted=gauge)
    app = plan_page(2027)
    app.button(key="plan_take_bodies").click().run()

    assert not app.exception
    bodies = registering.open_register(environment, *owner).bodies
    assert bodies == (ServiceBody(CENTRE, visit_price_vnd=500_000), ServiceBody("Phòng Ví Dụ"))


def test_the_same_body_is_not_added_without_a_name(plan_page, environment, owner):
    app = plan_page(2027)
    app.button(key="plan_add_body").click().run()
    assert not app.exception
    assert "Mã để hỏi" in words_of(app)
    assert len(registering.open_register(environment, *owner).bodies) == 1


def test_the_letter_is_offered_for_the_months_that_have_something(plan_page):
    app = plan_page(2027)
    assert f"de-nghi-vi.pdf?noi={CENTRE.split(maxsplit=1)[0]}"[:18] in words_of(app)

    app.selectbox(key="plan_look_letter_first").select(12).run()
    assert "không có việc nào" in words_of(app)


def test_the_list_is_filtered_by_month(plan_page, environment, owner):
    app = plan_page(2027)
    app.pills(key="plan_look_month").set_value(8).run()

    assert not app.exception
    assert "**1 lượt, 1 chuyến: 350.000 đ**" in words_of(app)


@pytest.mark.parametrize("asked", ["1999", "abcd", "9999", "²⁰²⁷"])
def test_a_year_that_cannot_be_planned_shows_this_year(plan_page, asked):
    app = plan_page(asked)
    assert not app.exception
    assert app.pills(key="plan_look_year").value == 2026
