"""The metrology bench on screen: worked examples, inputs that cannot be read, and where results go."""

from __future__ import annotations

import re

import pytest

from core.domain.instruments import MeasuringInstrument
from core.domain.metrology.uncertainty import Coverage, LineKind
from core.language import Language
from core.services import assessing, noting
from core.storage.content import load_catalogue
from pages.enterprise.bench.attaching import Goal, Manner
from tests.domain.worked_examples import inputs_of
from tests.pages.test_enterprise import LANGUAGES, VIETNAMESE, own, words_of
from tests.pages.test_register import keep, register_of

PAGE = "enterprise/tools.py"
TOOLS = ["budget", "decision", "study", "lot"]
MEMBERS = ["owner", "editor", "viewer"]


@pytest.fixture
def bench(visit, sessions):
    """Open a tool: `bench("budget", who="viewer", language=Language.EN)`."""

    def open_tool(tool, *, who="owner", language=Language.VI):
        app = visit(PAGE, language=language, session=sessions[who])
        app.pills(key="tools_chosen").set_value(tool).run()
        assert not app.exception
        return app

    return open_tool


def example(app, tool):
    app.button(key=f"do_example_{tool}").click().run()
    assert not app.exception
    return app


def fill(app, tool, **values):
    for name, value in values.items():
        app.text_input(key=f"tools_in_{tool}_{name}").set_value(value)
    app.run()
    assert not app.exception
    return app


def choose(app, key, value):
    app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def attach_open(app, tool):
    app.session_state[f"do_attach_{tool}"] = True
    return app.run()


def seen(app):
    return "\n".join([words_of(app), *(one.value for one in (*app.info, *app.warning, *app.success))])


def mend_of(code):
    return load_catalogue().word(f"errors.{code}.mend").vi


def fields_of(app):
    kinds = (app.text_input, app.text_area, app.selectbox, app.pills)
    return {one.key: one.value for kind in kinds for one in kind if one.key.startswith("tools_in_")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", MEMBERS)
@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_opens_empty_and_with_its_example_for_every_member(bench, tool, who, language):
    app = bench(tool, who=who, language=language)
    assert app.title[0].value == ("Công cụ" if language is Language.VI else "Tools")

    example(app, tool)
    attach_open(app, tool)

    assert not app.exception
    assert "⚠" not in seen(app)
    assert ("Mã lỗi" if language is Language.VI else "Error code") not in seen(app)


@pytest.mark.parametrize("tool", TOOLS)
def test_english_tools_hold_no_vietnamese(bench, tool):
    app = example(bench(tool, language=Language.EN), tool)

    kinds = (app.button, app.text_input, app.text_area, app.selectbox, app.caption, app.markdown, app.expander)
    texts = [getattr(one, "label", None) or getattr(one, "value", "") for kind in kinds for one in kind]
    for text in [*texts, *(option for one in app.selectbox for option in one.options)]:
        bare = str(text).replace("Tiếng Việt", "").replace("Đo Chuẩn", "")
        assert not VIETNAMESE.search(bare), text


@pytest.mark.parametrize("tool", TOOLS)
def test_an_example_gives_back_what_was_typed_before(bench, tool):
    app = bench(tool)
    first = next(one for one in app.text_input if one.key.startswith("tools_in_"))
    first.set_value("0,25").run()
    before = fields_of(app)

    example(app, tool)
    assert fields_of(app) != before
    example(app, tool)

    assert fields_of(app) == before


def test_what_was_typed_outlives_other_tools_and_other_pages(bench):
    app = bench("budget")
    fill(app, "budget", unit="mm", **{"1_value": "0,3"})

    app.switch_page("enterprise/register.py").run()
    app.switch_page(PAGE).run()

    assert fields_of(app)["tools_in_budget_unit"] == "mm"
    assert fields_of(app)["tools_in_budget_1_value"] == "0,3"


# uncertainty ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said", "numbers"),
    [
        (Language.VI, "(10,52 ± 0,14) g", ["0,07118 g", "0,1424 g", "0,14 g"]),
        (Language.EN, "(10.52 ± 0.14) g", ["0.07118 g", "0.1424 g", "0.14 g"]),
    ],
)
def test_the_budget_shows_its_worked_example(bench, language, said, numbers):
    app = example(bench("budget", language=language), "budget")

    # EX-UNC-2: u = 0.0711805, U = 0.142361.
    assert said in seen(app)
    assert [one for one in numbers if f"<dd>{one}</dd>" not in seen(app)] == []
    value = fields_of(app)["tools_in_budget_-2_value"]
    assert float(value.replace(",", ".")) == inputs_of("EX-UNC-2")["lines"][2]["value"]


def test_a_budget_by_students_t_takes_the_effective_degrees_of_freedom(bench):
    """EX-UNC-3, the end gauge of GUM H.1: ν = 16.7, cut to 16; k = 2.92 for 99 %."""
    app = bench("budget")
    app.button(key="do_add_source").click().run()
    given = inputs_of("EX-UNC-3")
    for line, (u, degrees) in enumerate(zip(given["u"], given["dof"], strict=True), start=1):
        fill(app, "budget", **{f"{line}_value": str(u).replace(".", ",")})
        fill(app, "budget", **{f"{line}_coverage": "1", f"{line}_degrees": str(degrees).replace(".", ",")})
    choose(app, "tools_in_budget_coverage", Coverage.STUDENT_T)
    fill(app, "budget", probability="99", unit="nm")

    assert "U = 93 nm, với k = 2,92 (khoảng 99\u00a0%)" in seen(app)
    # The guide prints 16.7, counted on with a rounded u_c.
    assert "<dd>16,8</dd>" in seen(app)


def test_few_degrees_of_freedom_are_told(bench):
    app = bench("budget")
    choose(app, "tools_in_budget_1_kind", LineKind.TYPE_A)
    fill(app, "budget", **{"1_value": "0,3", "1_readings": "4"})

    assert "Bậc tự do hiệu dụng chỉ là 3" in seen(app)


@pytest.mark.parametrize(
    ("value", "code"), [("abc", "number-unreadable"), ("1.250", "number-ambiguous"), ("-1", "number-negative")]
)
def test_a_value_that_cannot_be_read_is_told_at_its_field(bench, value, code):
    app = fill(bench("budget"), "budget", **{"1_value": value})

    assert code in seen(app)
    assert "U = " not in seen(app)
    fill(app, "budget", **{"1_value": "1"})
    assert code not in seen(app)


def test_sources_are_added_and_taken_away_without_losing_the_others(bench):
    app = bench("budget")
    fill(app, "budget", **{"1_value": "0,1", "3_value": "0,3"})
    app.button(key="do_add_source").click().run()
    fill(app, "budget", **{"4_value": "0,4"})
    app.button(key="do_remove_1").click().run()

    values = [value for key, value in fields_of(app).items() if key.endswith("_value")]
    assert values == ["", "0,3", "0,4"]


# conformity and risk --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said", "numbers"),
    [
        (
            Language.VI,
            "Phù hợp có điều kiện: 10,5 mm nằm trong giới hạn 9 đến 11 mm nhưng gần giới hạn hơn U = 0,8 mm",
            ["10,6\u00a0%", "89,4\u00a0%", "0,00884\u00a0%"],
        ),
        (
            Language.EN,
            "Conditional pass: 10.5 mm lies within 9 to 11 mm, but nearer to a limit than U = 0.8 mm",
            ["10.6\u00a0%", "89.4\u00a0%", "0.00884\u00a0%"],
        ),
    ],
)
def test_a_decision_shows_its_worked_example(bench, language, said, numbers):
    app = example(bench("decision", language=language), "decision")

    assert ("TUR = 1,25" if language is Language.VI else "TUR = 1.25") in seen(app)
    # EX-CON-1: 0.0088417 % below, 10.56498 % above, 89.426181 % within.
    assert said in seen(app)
    assert [one for one in numbers if f"<dd>{one}</dd>" not in seen(app)] == []


def test_guard_bands_and_risks_stand_side_by_side_as_published(bench):
    app = fill(bench("decision"), "decision", reading="0", lower="-1", upper="1", uncertainty="0,4")
    fill(app, "decision", **{"in-tolerance": "80", "target": "1"})
    # EX-GB-1 (0.6, 0.9165, 0.9142) and EX-GB-2 (0.8496) at a ratio of 2.5.
    factors = re.findall(r" · g = (\S+)", seen(app))
    assert factors == ["1", "0,6", "0,917", "0,914", "0,85", "0,85"]

    fill(app, "decision", uncertainty="0,5", **{"in-tolerance": "95"})
    # EX-PFA-1: 1.33734 % and 4.17753 % without a guard band, at a ratio of 2.
    accepted = re.findall(r"<dt>Nhận nhầm \(PFA\)</dt><dd>([^<]+)</dd>", seen(app))
    rejected = re.findall(r"<dt>Loại nhầm \(PFR\)</dt><dd>([^<]+)</dd>", seen(app))
    assert (accepted[0], rejected[0]) == ("1,34\u00a0%", "4,18\u00a0%")
    assert "coi 95\u00a0% hàng đạt" in seen(app)


def test_one_limit_gives_a_statement_without_ratios(bench):
    app = fill(bench("decision"), "decision", reading="4,8", upper="5", uncertainty="0,1")

    assert "Phù hợp: 4,8 nằm trong giới hạn đến 5" in seen(app)
    assert "cần cả hai giới hạn" in seen(app)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"lower": "11", "upper": "9"}, "limits-reversed"),
        ({"uncertainty": "0"}, "number-not-positive"),
        ({"in-tolerance": "100"}, "share-out-of-range"),
        ({"reading": "mười"}, "number-unreadable"),
    ],
)
def test_a_decision_on_impossible_numbers_is_refused_with_a_mend(bench, values, code):
    app = example(bench("decision"), "decision")
    fill(app, "decision", **values)

    assert code in seen(app)
    assert mend_of(code) in seen(app)


# gauge study ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said", "numbers"),
    [
        (
            Language.VI,
            "chấp nhận có điều kiện: %GRR = 27,9\u00a0%",
            ["27,86\u00a0%", "0,1999 mm", "0,2268 mm", "1,042 mm"],
        ),
        (Language.EN, "with conditions: %GRR = 27.9\u00a0%", ["27.86\u00a0%", "0.1999 mm", "0.2268 mm", "1.042 mm"]),
    ],
)
def test_a_study_shows_its_worked_example(bench, language, said, numbers):
    app = example(bench("study", language=language), "study")

    # EX-GRR-2: 27.86 %, four categories.
    assert said in seen(app)
    assert [one for one in [*numbers, "4"] if f"<dd>{one}</dd>" not in seen(app)] == []
    squares = "88,3619" if language is Language.VI else "88.3619"
    assert squares in seen(app)


def paste(app, tool, name, text):
    app.text_area(key=f"tools_in_{tool}_{name}").set_value(text).run()
    assert not app.exception
    return app


def long_table(data, mark="\t"):
    lines = [mark.join(("Người đo", "Mẫu", "Số đọc"))]
    for appraiser, trials in enumerate(data):
        for values in trials:
            lines += [
                mark.join((f"N{appraiser}", f"M{part}", f"{one}".replace(".", ","))) for part, one in enumerate(values)
            ]
    return "\n".join(lines)


def test_a_long_table_pasted_with_tabs_gives_the_same_study(bench):
    app = paste(bench("study"), "study", "table", long_table(inputs_of("EX-GRR-1")["data"]))

    # EX-GRR-1: 0.100833, 8.001667, 0.011667, 0.075.
    for squares in ("0,100833", "8,00167", "0,0116667", "0,075"):
        assert f"Tổng bình phương {squares}" in seen(app)


def test_a_tolerance_adds_its_own_verdict(bench):
    app = fill(example(bench("study"), "study"), "study", tolerance="20")

    assert "So với dung sai: 9,07\u00a0%, chấp nhận được." in seen(app)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("A;1;1,0;2,0\nA;2", "Dòng 2 của bảng có 2 ô, còn dòng đầu có 4 ô"),
        ("x;y;1;2\nA;1;1,0;abc\nA;2;1,1;", "Dòng 2, ô 4: “abc” không phải là số."),
        ("x;y;1;2\nA;1;1,0;abc\nA;2;1,1;", "Dòng 3, ô 4: còn trống."),
        ("x;y;1;2\nA;1;1.250;2", "Dòng 2, ô 3: “1.250” có thể là hàng nghìn"),
        ("1,0\n2,0", "Không thấy các ô của bảng"),
        ("x;y;1;1\nA;1;1;2", "Tên mẫu “1” đứng ở hai cột"),
        ("A;M1;1,0\nA;M1;1,1\nA;M2;2,0\nB;M1;1\nB;M1;1\nB;M2;2\nB;M2;2", "Người đo “A” đo mẫu “M2” 1 lần"),
        ("x;y;1;2\nA;1;1;1\nA;2;1;1\nB;1;1;1\nB;2;1;1", "Mọi số đọc đều bằng nhau"),
    ],
)
def test_a_table_that_cannot_be_counted_names_the_place(bench, table, told):
    app = paste(bench("study"), "study", "table", table)

    assert told in seen(app).replace("\\", "")
    assert "%GRR =" not in seen(app)


# prepackages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said", "told"),
    [
        (
            Language.VI,
            "Lô đạt: trung bình 999 g, không thấp hơn 998,82 g; 4 gói thiếu quá T = 15 g (cho phép 5)",
            ["1.000 − 0,295 × 4 = 998,82 g", "U = 2 g không quá T/5 = 3 g", "1.003,48 g", "khoảng 6.960.000 đồng"],
        ),
        (
            Language.EN,
            "The lot passes: mean 999 g, not below 998.82 g; 4 packs lack more than T = 15 g (5 are allowed)",
            [
                "1,000 − 0.295 × 4 = 998.82 g",
                "U = 2 g is not above T/5 = 3 g",
                "1,003.48 g",
                "348 kg, about 6,960,000 VND",
            ],
        ),
    ],
)
def test_a_lot_shows_its_worked_example(bench, language, said, told):
    app = example(bench("lot", language=language), "lot")

    # EX-PRE-2: mean 999, s = 4, limit 998.82, four packs below 985 g and none below 970 g.
    assert said in seen(app)
    assert [one for one in told if one not in seen(app)] == []


@pytest.mark.parametrize(
    ("nominal", "tolerance"),
    list(zip(inputs_of("EX-PRE-1")["nominal"], ("2,7", "4,5", "8,1", "10,5", "15", "75"), strict=True)),
)
def test_the_tolerable_deficiency_is_told_with_its_doubt(bench, nominal, tolerance):
    app = fill(bench("lot"), "lot", nominal=str(nominal))

    assert f"T = {tolerance} g" in seen(app)
    assert "Phụ lục IV của Thông tư số 21/2014/TT-BKHCN" in seen(app)


def test_kilograms_are_checked_in_grams_and_money_is_counted_by_kilogram(bench):
    app = choose(bench("lot"), "tools_in_lot_unit", "kg")
    fill(app, "lot", nominal="1", lot="1.000", deviation="0,009", scale="0,004", packs="100.000", price="20.000")

    assert "T = 15 g" in seen(app)
    assert "cân 80 gói" in seen(app)
    assert "U = 4 g lớn hơn T/5 = 3 g" in seen(app)
    assert "348 kg, khoảng 6.960.000 đồng" in seen(app)


def test_a_lot_that_fails_says_by_which_tests(bench):
    app = fill(bench("lot"), "lot", nominal="100", lot="200")
    paste(app, "lot", "contents", "\n".join(["99"] * 45 + ["95"] * 4 + ["90"]))

    assert "Lô không đạt: trung bình 98,5 g thấp hơn 99" in seen(app)
    assert "5 gói thiếu quá T, chỉ cho phép 3; 1 gói thiếu quá 2T" in seen(app)


@pytest.mark.parametrize(
    ("lot", "contents", "told"),
    [
        ("1000", "99; 100; 101", "Mẫu có 3 gói, phương án lấy mẫu cần đúng 80 gói"),
        ("50", "99; 100; 101", "Lô 50 gói nhỏ hơn lô nhỏ nhất"),
        ("1000", "99; nặng; 101", "Dòng 1, ô 2: “nặng” không phải là số."),
        ("2,5", "99", "không phải là số nguyên"),
    ],
)
def test_a_lot_that_cannot_be_judged_says_why(bench, lot, contents, told):
    app = paste(fill(bench("lot"), "lot", nominal="100", lot=lot), "lot", "contents", contents)

    assert told in seen(app)
    assert "Lô đạt" not in seen(app)


# attaching ------------------------------------------------------------------------------------------------------------


def own_budget(app, line):
    fill(app, "budget", unit="g", **{"1_value": "0,1"})
    attach_open(app, "budget")
    app.selectbox(key="do_instrument_budget").set_value(str(line.id)).run()
    return app


def test_a_result_becomes_a_dated_line_of_an_instruments_note(bench, environment, sessions, now):
    [line] = keep(environment, sessions, MeasuringInstrument("C-01", "Cân", note="Mua năm 2020"))
    app = own_budget(bench("budget", who="editor"), line)

    app.button(key="do_keep_budget").click().run()
    assert "Đã gắn vào C-01" in seen(app)
    app.button(key="do_keep_budget").click().run()

    [kept] = register_of(environment, sessions).instruments
    day = f"{environment.today():%d/%m/%Y}"
    assert kept.note == (
        f"Mua năm 2020\n{day} · Công cụ: Độ không đảm bảo đo mở rộng U = 0,10 g, với k = 2 (khoảng 95\u00a0%)."
    )
    assert (kept.uncertainty, kept.coverage) == ("", "")


def test_a_budget_becomes_the_uncertainty_of_an_instrument_only_when_chosen(bench, environment, sessions):
    [line] = keep(environment, sessions, MeasuringInstrument("C-01", "Cân", uncertainty="0,5 g", coverage="2"))
    app = own_budget(bench("budget"), line)
    choose(app, "do_manner_budget", Manner.UNCERTAINTY)
    assert "U = 0,5 g (k = 2)" in seen(app)

    app.button(key="do_keep_budget").click().run()

    [kept] = register_of(environment, sessions).instruments
    assert (kept.uncertainty, kept.coverage, kept.note) == ("0,10 g", "2", "")


def test_an_uncertainty_that_somebody_changed_meanwhile_is_told_and_kept_until_decided(bench, environment, sessions):
    [line] = keep(environment, sessions, MeasuringInstrument("C-01", "Cân", uncertainty="0,5 g", coverage="2"))
    app = own_budget(bench("budget"), line)
    choose(app, "do_manner_budget", Manner.UNCERTAINTY)
    actor, enterprise_id = own(environment, sessions)
    noting.set_uncertainty(environment, actor, enterprise_id, seen=line.instrument, uncertainty="0,7 g", coverage="2")

    app.button(key="do_keep_budget").click().run()
    [kept] = register_of(environment, sessions).instruments
    assert kept.uncertainty == "0,7 g"
    assert "0,7 g" in seen(app)
    app.button(key=f"tools_attach_budget_{line.id}.yours").click().run()

    [kept] = register_of(environment, sessions).instruments
    assert kept.uncertainty == "0,10 g"


def test_a_result_becomes_a_line_of_an_answers_note(bench, environment, sessions):
    actor, enterprise_id = own(environment, sessions)
    question = next(iter(assessing.open_assessment(environment, actor, enterprise_id).catalogue.questions))
    app = fill(bench("budget", who="editor"), "budget", **{"1_value": "0,1"})
    attach_open(app, "budget")
    choose(app, "do_goal_budget", Goal.ANSWER)
    app.selectbox(key="do_question_budget").set_value(question).run()

    app.button(key="do_keep_budget").click().run()

    answer = assessing.open_assessment(environment, actor, enterprise_id).answer(question)
    assert "U = 0,10, với k = 2" in answer.note
    assert answer.choice is None


@pytest.mark.parametrize("goal", list(Goal))
def test_a_viewer_computes_and_attaches_nothing(bench, environment, sessions, goal):
    keep(environment, sessions, MeasuringInstrument("C-01", "Cân"))
    app = fill(bench("budget", who="viewer"), "budget", **{"1_value": "0,1"})
    assert "U = 0,10" in seen(app)
    attach_open(app, "budget")
    choose(app, "do_goal_budget", goal)

    assert "Người xem dùng được công cụ" in seen(app)
    assert [one.key for one in app.button if one.key == "do_keep_budget"] == []


def test_the_numbers_of_an_example_are_attached_to_nothing(bench, environment, sessions):
    keep(environment, sessions, MeasuringInstrument("C-01", "Cân"))
    app = attach_open(example(bench("budget"), "budget"), "budget")
    assert "số của ví dụ" in seen(app)

    fill(app, "budget", **{"-4_value": "0,2"})

    assert app.selectbox(key="do_instrument_budget").options


@pytest.mark.parametrize("page", ["enterprise/register.py", "enterprise/home.py"])
def test_the_tools_are_reached_from_the_register_and_from_home(visit, environment, sessions, page):
    app = visit(page, session=sessions["owner"])
    assert "cong-cu" in {one.proto.page for one in app.get("page_link")}
