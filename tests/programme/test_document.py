"""The document that comes of a draft: complete, in both languages, and never made up."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.assessment import Answer, Choice, Evidence
from core.domain.document import Bars, Gantt, Heading, ItemList, Paragraph, PartKind, Radar, Table
from core.domain.instruments import MeasuringInstrument
from core.domain.profile import EnterpriseKind
from core.domain.programme import CheckMark, build_programme, outline
from core.domain.programme_edits import Edit, draft_programme
from core.domain.programme_facts import DraftFacts
from core.domain.programme_fields import ItemKind, MoneySource
from core.language import Language, clean, day, number
from tests.programme.support import (
    ON,
    VIETNAMESE,
    analysis_of,
    analysis_of_case,
    answers_of,
    case,
    catalogue,
    drawings_of,
    profile_of,
    text_of,
    texts_of,
)

SECTORS = ["", *sorted(catalogue().sectors)]
KINDS_AND_SECTORS = list(itertools.product(EnterpriseKind, SECTORS))
HOSTILE = "<b>đậm</b> {name} {{x}} %s \\n 😀 & \" ' </para> https://vidu.example " + "ă" * 9_900
# Numbers of documents, and Vietnamese words that are explained in quotation marks or brackets, stay in English.
KEPT_IN_ENGLISH = re.compile(r"\S*/?(?:QĐ|NĐ)-\S+|“[^”]*”|\([^)]*\)|đồng")


def document(analysis, language=Language.VI, edits=()):
    return build_programme(draft_programme(analysis, edits), language, ON)


def tables(doc):
    return [block for part in doc.parts for block in part.blocks if isinstance(block, Table)]


def table(doc, table_id):
    return next(
        block for part in doc.parts for block in part.blocks if isinstance(block, Table) and block.id == table_id
    )


def has_table(doc, table_id):
    return table_id in {block.id for block in tables(doc)}


@pytest.mark.parametrize("kind, sector", KINDS_AND_SECTORS)
@pytest.mark.parametrize("language", Language)
def test_every_kind_in_every_sector_becomes_a_document_without_leftovers(kind, sector, language):
    doc = document(analysis_of(profile_of(kind, sector)), language)
    text = text_of(doc)
    assert "{" not in text
    assert "}" not in text
    assert [part.kind for part in doc.parts] == [PartKind.DECISION, PartKind.PROGRAMME, *[PartKind.APPENDIX] * 4]
    blocks = [block for part in doc.parts for block in part.blocks]
    assert all(block.text.strip() for block in blocks if isinstance(block, (Paragraph, Heading)))
    assert all(item.strip() for block in blocks if isinstance(block, ItemList) for item in block.items)
    if language is Language.EN:
        assert not VIETNAMESE.search(KEPT_IN_ENGLISH.sub("", text))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", EnterpriseKind)
def test_a_document_without_any_answer_says_that_there_is_no_score(kind, language):
    doc = document(analysis_of(profile_of(kind), {}), language)
    text = text_of(doc)
    assert "{" not in text
    assert {"vi": "Chưa đủ câu trả lời để tính điểm chung", "en": "There are not enough answers"}[language] in text
    assert {"vi": "Hoàn thành phần tự đánh giá", "en": "Complete the self-assessment"}[language] in text
    assert not any(isinstance(drawing.figure, (Radar, Gantt)) for drawing in drawings_of(doc))


def test_an_assessment_that_was_called_not_applicable_throughout_becomes_a_document():
    profile = profile_of()
    answers = {question: Answer(Choice.NOT_APPLICABLE, "không có") for question in answers_of(profile)}
    assert "{" not in text_of(document(analysis_of(profile, answers)))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_every_finding_stands_in_the_document_with_state_risk_cause_action_owner_and_due_date(language, level):
    analysis = analysis_of(answers=answers_of(profile_of(), level))
    draft = draft_programme(analysis)
    doc = build_programme(draft, language, ON)
    rows = [
        row
        for name in ("organisation", "method", "technique", "effect")
        if has_table(doc, f"{name}-findings")
        for row in table(doc, f"{name}-findings").rows
    ]
    assert len(rows) == len(analysis.treated) > 0
    text = text_of(doc)
    for finding in analysis.treated:
        task, cause = draft.item(f"task:{finding.question}"), draft.item(f"finding:{finding.question}")
        (row,) = [one for one in rows if task.text("title", language) in one[3]]
        assert cause.text("cause", language) in row[2]
        assert task.text("owner", language) in row[3]
        assert day(task.day("due"), language) in row[3]
        if level < 3:
            assert catalogue().questions[finding.question].action[language] in text
            assert catalogue().findings[finding.question].risk[language] == row[1]
            assert catalogue().findings[finding.question].object[language] in row[0]
        plan = [one for one in table(doc, "plan").rows if one[1] == task.text("title", language)]
        assert len(plan) == 1


@pytest.mark.parametrize("language", Language)
def test_appendix_one_lists_every_question_with_its_answer(language):
    profile = profile_of()
    answers = answers_of(profile)
    answers["named-person"] = Answer(Choice.UNKNOWN)
    answers["lab-comparison"] = Answer(Choice.NOT_APPLICABLE, "Không có phòng thử")
    answers["goals"] = Answer(Choice.LEVEL_2, note="Xem sổ số 7")
    del answers["budget"]
    analysis = analysis_of(profile, answers)
    rows = {row[0]: row for row in table(document(analysis, language), "answers").rows}
    asked = [question for topic in catalogue().topics for question in catalogue().applicable(topic, profile)]
    assert list(rows) == [question.number for question in asked]
    for question in asked:
        answer = answers.get(question.id, Answer())
        assert rows[question.number][1] == question.text[language]
        if answer.level is not None:
            assert rows[question.number][2] == str(answer.level)
            # Level 4 is worded as level 3 and something more: alone it would point at words that are not there.
            full = question.levels[min(answer.level, 3)][language]
            assert rows[question.number][3].startswith(full.rstrip("."))
            more = question.levels[answer.level][language].partition("; ")[2] if answer.level == 4 else ""
            assert more in rows[question.number][3]
            assert not re.search(r"như mức \d|as level \d", rows[question.number][3], re.IGNORECASE)
    unknown, not_applicable = rows["1.1"], rows["8.6"]
    assert unknown[2] == {"vi": "không biết", "en": "don't know"}[language]
    assert unknown[3] == {"vi": "cần tìm hiểu", "en": "to be found out"}[language]
    assert not_applicable[2:] == ({"vi": "không áp dụng", "en": "not applicable"}[language], "Không có phòng thử")
    assert rows["9.2"][3].endswith("Xem sổ số 7")
    assert rows["9.3"][2] == {"vi": "chưa trả lời", "en": "unanswered"}[language]


@pytest.mark.parametrize("language", Language)
def test_numbers_are_those_of_the_scorecard_with_one_decimal(language):
    analysis = analysis_of()
    rows = table(document(analysis, language), "topics").rows
    assert [row[3] for row in rows] == [number(topic.low, language, 1) for topic in analysis.scorecard.topics]
    assert number(analysis.scorecard.low, language, 1) in text_of(document(analysis, language))
    (radar,) = [one.figure for one in drawings_of(document(analysis, language)) if isinstance(one.figure, Radar)]
    assert [axis.score for axis in radar.axes] == [topic.low for topic in analysis.scorecard.topics]


def test_a_scorecard_is_shown_as_it_is_handed_in():
    analysis = analysis_of()
    other = replace(analysis, scorecard=replace(analysis.scorecard, low=analysis.scorecard.high / 3))
    assert number(other.scorecard.low, Language.VI, 1) in text_of(document(other))


@pytest.mark.parametrize("field", ["note", "reason"])
def test_hostile_text_stays_plain_text(field):
    hostile = clean(HOSTILE)[:9_999] if field == "note" else clean(HOSTILE)[:999]
    profile = profile_of(name="<b>HTX</b> {score} & 😀")
    answers = answers_of(profile)
    answers["goals"] = (
        Answer(Choice.LEVEL_1, note=hostile, evidence=Evidence.DESCRIBED)
        if field == "note"
        else Answer(Choice.NOT_APPLICABLE, reason=hostile)
    )
    edits = [
        Edit("task:house-rule/title", hostile[:4_000]),
        Edit("organisation/place", "{tax_code} <i>"),
        Edit("own-solution:1/text", "{solution_text};;"),
    ]
    texts = texts_of(document(analysis_of(profile, answers), edits=edits).parts)
    assert any(hostile in text for text in texts)
    assert any("<b>HTX</b> {score} & 😀" in text for text in texts)
    assert any(text.startswith("{tax_code} <i>, ") for text in texts)
    assert any(text == "{solution_text};" for text in texts)


@pytest.mark.parametrize("language", Language)
def test_the_same_inputs_give_an_equal_document(language):
    instruments = (MeasuringInstrument("C-1", group2_row="8b"),)
    edits = [Edit("own-task:1/title", "Mua quả cân"), Edit("task:house-rule/money", "100")]
    first = document(analysis_of(instruments=instruments), language, edits)
    assert first == document(analysis_of(instruments=instruments), language, edits[::-1])
    assert hash(first.parts) is not None


def test_typed_words_stand_in_both_languages_as_they_were_typed():
    edits = [Edit("task:house-rule/title", "Viết nội quy cân"), Edit("finding:house-rule/cause", "Chưa ai viết")]
    for language in Language:
        text = text_of(document(analysis_of(answers=answers_of(profile_of(), 1)), language, edits))
        assert "Viết nội quy cân" in text
        assert "Chưa ai viết." in text


def test_a_task_that_was_left_out_stands_in_no_plan_and_the_finding_says_so():
    analysis = analysis_of(answers=answers_of(profile_of(), 1))
    doc = document(analysis, edits=[Edit("task:house-rule/included", "no")])
    action = catalogue().questions["house-rule"].action.vi
    assert action not in {row[1] for row in table(doc, "plan").rows}
    (row,) = [row for row in table(doc, "organisation-findings").rows if action in row[3]]
    assert "chưa đưa vào Chương trình kỳ này" in row[3]


money = st.dictionaries(
    st.sampled_from(sorted(answers_of(profile_of()))),
    st.tuples(st.integers(0, 10**9), st.sampled_from(MoneySource), st.dates(date(2026, 1, 1), date(2031, 12, 31))),
    max_size=12,
)


@given(money)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_money_adds_up_by_year_and_by_source(given_money):
    edits = [
        edit
        for question, (amount, source, due) in given_money.items()
        for edit in (
            Edit(f"task:{question}/money", str(amount)),
            Edit(f"task:{question}/source", source.value),
            Edit(f"task:{question}/due", due.isoformat()),
        )
    ]
    facts = DraftFacts(draft_programme(analysis_of(answers=answers_of(profile_of(), 0)), edits))
    total = sum(amount for amount, _, _ in given_money.values())
    by_source = [sum(getattr(year, source) for year in facts.money_years) for source in MoneySource]
    assert sum(year.total for year in facts.money_years) == sum(by_source) == facts.budget_total == total
    assert {year.year for year in facts.money_years} >= {2027, 2028, 2029}
    assert len(facts.unpriced) == len(facts.tasks) - len(given_money)
    doc = build_programme(facts.draft, Language.VI, ON)
    if total:
        shown = table(doc, "money-by-year")
        assert shown.total[-1] == number(total, Language.VI)
        (bars,) = [one.figure for one in drawings_of(doc) if one.id == "money-by-year-chart"]
        assert sum(bar.value for bar in bars.bars) == total
    else:
        assert not has_table(doc, "money-by-year")


def test_figures_are_numbered_in_the_order_in_which_they_are_shown():
    priced = [Edit("task:house-rule/money", "100")]
    without = document(analysis_of(answers=answers_of(profile_of(), 1)), edits=priced)
    due = (MeasuringInstrument("C-1", group2_row="8b", verified_until=date(2027, 5, 5)),)
    everything = document(analysis_of(answers=answers_of(profile_of(), 1), instruments=due), Language.EN, priced)
    assert [one.caption.split(".")[0] for one in drawings_of(without)] == ["Hình 1", "Hình 2", "Hình 3"]
    assert [one.caption.split(".")[0] for one in drawings_of(everything)] == [f"Figure {n}" for n in (1, 2, 3, 4)]
    assert [type(one.figure) for one in drawings_of(everything)] == [Bars, Bars, Radar, Gantt]


def test_the_timeline_stands_in_appendix_three_with_one_bar_for_each_task():
    doc = document(analysis_of())
    appendix = next(part for part in doc.parts if part.title == "Phụ lục III")
    (timeline,) = drawings_of(replace(doc, parts=(appendix,)))
    assert len(timeline.figure.rows) == len(table(doc, "plan").rows)
    assert all(timeline.figure.start <= row.start <= row.end <= timeline.figure.end for row in timeline.figure.rows)


def test_instruments_stand_in_appendix_two_and_doubtful_cycles_carry_a_mark():
    instruments = (
        MeasuringInstrument("C-1", "Cân ô tô", group2_row="10", verified_on=date(2026, 3, 1)),
        MeasuringInstrument("C-2", "Cân bàn", group2_row="8b", verified_on=date(2024, 3, 1)),
        MeasuringInstrument("C-3", "Cân đồng hồ", group2_row="8b"),
        MeasuringInstrument("C-4", "Cân cũ", group2_row="8b", in_use=False),
        MeasuringInstrument("N-1", "Nhiệt kế", calibrated_on=date(2026, 1, 1), interval_months=12),
    )
    doc = document(analysis_of(instruments=instruments))
    states = {row[1]: (row[5], row[7], row[8]) for row in table(doc, "register").rows}
    assert states == {
        "C-1": ("2", "01/03/2027", "còn hạn (*)"),
        "C-2": ("2", "01/03/2025", "quá hạn"),
        "C-3": ("2", "chưa biết", "chưa kiểm định"),
        "C-4": ("2", "chưa biết", "ngừng sử dụng"),
        "N-1": ("1", "01/01/2027", "còn hạn"),
    }
    text = text_of(doc)
    assert "(*) Chu kỳ cần kiểm tra với Thông tư số 04/2026/TT-BKHCN." in text
    assert "Có 2 phương tiện đo nhóm 2 quá hạn hoặc chưa kiểm định" in text
    assert "C-2, Cân bàn, ……: quá hạn;" in text


def test_without_a_register_there_is_a_form_to_fill_in():
    doc = document(analysis_of())
    assert table(doc, "register-blank").blank_rows == 12
    assert not has_table(doc, "register")


def test_number_date_and_signature_stay_blank_and_every_page_says_draft():
    doc = document(analysis_of())
    decision = doc.parts[0]
    assert doc.stamp == "DỰ THẢO"
    assert document(analysis_of(), Language.EN).stamp == "DRAFT"
    assert decision.signature.name == ""
    assert any(line.text.startswith("Số: ……/QĐ-") for line in decision.head_left)
    assert any("ngày … tháng … năm 20…" in line.text for line in decision.head_right)


def test_the_foot_tells_edition_day_and_the_code_where_there_is_one():
    draft = draft_programme(analysis_of())
    assert build_programme(draft, Language.VI, ON).foot == "Bộ câu hỏi phiên bản 2026.1 · lập ngày 22/11/2026"
    doc = build_programme(draft, Language.EN, ON, CheckMark("AB-12", "https://dochuan.example/kiem-tra"))
    assert doc.foot.endswith("\nCheck code AB-12 · to be checked at dochuan.example/kiem-tra")
    assert doc.foot_code == "https://dochuan.example/kiem-tra?ma=AB12"


@pytest.mark.parametrize(
    "kind, edits, lines",
    [
        (EnterpriseKind.COMPANY, {}, ("GIÁM ĐỐC",)),
        (EnterpriseKind.COMPANY, {"signer": "council"}, ("TM. HỘI ĐỒNG THÀNH VIÊN", "CHỦ TỊCH")),
        (EnterpriseKind.COOPERATIVE, {"signer": "council"}, ("TM. HỘI ĐỒNG QUẢN TRỊ", "CHỦ TỊCH")),
        (EnterpriseKind.COMPANY, {"signer": "deputy"}, ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        (
            EnterpriseKind.PUBLIC_UNIT,
            {"signer": "deputy", "head_title": "Viện trưởng"},
            ("KT. VIỆN TRƯỞNG", "PHÓ GIÁM ĐỐC"),
        ),
        (EnterpriseKind.PUBLIC_UNIT, {"signer": "council"}, ("GIÁM ĐỐC",)),
        (EnterpriseKind.HOUSEHOLD, {"signer": "council"}, ("CHỦ HỘ KINH DOANH",)),
        (EnterpriseKind.HOUSEHOLD, {"signer": "deputy"}, ("CHỦ HỘ KINH DOANH",)),
    ],
)
def test_each_kind_is_signed_in_its_own_way(kind, edits, lines):
    typed = [Edit(f"organisation/{name}", value) for name, value in edits.items()]
    assert document(analysis_of(profile_of(kind)), edits=typed).parts[0].signature.lines == lines


def test_who_issues_a_household_programme_is_not_named_twice():
    doc = document(analysis_of(profile_of(EnterpriseKind.HOUSEHOLD, name="Hộ kinh doanh Hải sản Cửa Ví Dụ")))
    assert doc.parts[0].issuer == "CHỦ HỘ KINH DOANH HẢI SẢN CỬA VÍ DỤ"


def test_a_programme_that_an_adviser_has_seen_and_opinions_were_asked_for_says_so():
    analysis = analysis_of(adviser_body="Tổ chuyên gia Ví Dụ", reviewed_on=date(2026, 12, 5), opinions_asked=True)
    text = text_of(document(analysis))
    assert "Tổ chuyên gia Ví Dụ đã xem xét kết quả tự đánh giá ngày 05/12/2026." in text
    assert "Căn cứ ý kiến góp ý của các bộ phận và cá nhân có liên quan đối với dự thảo Chương trình;" in text
    assert "chưa có bên ngoài xem xét" not in text


def test_a_reviewed_score_is_stated_beside_the_score_that_is_self_assessed():
    own = analysis_of()
    low = own.scorecard.low / 2
    seen = replace(own, reviewed_on=date(2026, 12, 5), validated_scorecard=replace(own.scorecard, low=low))
    sentence = "nêu dưới đây là điểm tự đánh giá"
    assert sentence in text_of(document(seen))
    assert f"ghi nhận, điểm chung là {number(low, Language.VI, 1)}" in text_of(document(seen))
    assert sentence not in text_of(document(own))


def test_lists_end_with_a_full_stop_and_no_text_ends_twice():
    for language in Language:
        doc = document(analysis_of_case(case("tea")), language)
        lists = [block for part in doc.parts for block in part.blocks if isinstance(block, ItemList)]
        assert all(not one.items[-1].endswith(";") for one in lists)
        assert not [text for text in texts_of(doc.parts) if re.search(r"[^.]\.\.(?!\.)|;\.|\.;", text)]


def test_the_outline_shows_every_field_once_and_names_what_may_be_added():
    draft = draft_programme(
        analysis_of(), [Edit("own-loss:1/name", "Cân lệch"), Edit("own-means:1/text", "Tổ kỹ thuật")]
    )
    sections = outline(draft)
    for section in sections:
        assert f"editor.part.{section.id}" in catalogue().words
    shown = [
        f"{item.id}/{name}" for section in sections for item in section.items for name in section.fields[item.kind]
    ]
    assert sorted(shown) == sorted(field.path for field in draft.fields())
    adds = {kind for section in sections for kind in section.adds}
    assert adds == {"own-point", "own-means", "own-loss", "own-objective", "own-task", "own-solution"}


@pytest.mark.parametrize("name", ["tea", "fuel"])
def test_a_worked_case_reads_as_expected(name):
    data = case(name)
    expected = data["expected"]
    analysis = analysis_of_case(data)
    draft = draft_programme(analysis, [Edit(path, value) for path, value in data["edits"].items()])
    facts = DraftFacts(draft)
    assert analysis.scorecard.level_low.level == expected["level"]
    assert analysis.treated[0].question == expected["treated_first"]
    assert [one.code for one in facts.overdue] == expected["overdue"]
    assert {str(year.year): year.total for year in facts.money_years} == expected["money_by_year"]
    for source, amount in expected["money_by_source"].items():
        assert sum(getattr(year, source) for year in facts.money_years) == amount
    assert len(facts.unpriced) >= expected["unpriced_at_least"]
    for language in Language:
        text = text_of(build_programme(draft, language, data["on"]))
        assert [words for words in expected[language] if words not in text] == []
    text = text_of(build_programme(draft, Language.VI, data["on"]))
    assert [words for words in expected["absent_vi"] if words in text] == []


def test_the_draft_of_a_case_keeps_every_edit():
    data = case("tea")
    draft = draft_programme(analysis_of_case(data), [Edit(path, value) for path, value in data["edits"].items()])
    shown = {field.path: field.value.vi for field in draft.fields()}
    assert {path: shown[path] for path in data["edits"]} == data["edits"]
    assert len(draft.of_kind(ItemKind.MEANS)) == 1


@pytest.mark.parametrize(
    ("choice", "state"),
    [
        (Choice.LEVEL_0, "chưa đạt"),
        (Choice.LEVEL_2, "chưa đủ"),
        (Choice.LEVEL_3, "đạt"),
        (Choice.UNKNOWN, "không biết"),
        (None, "chưa trả lời"),
    ],
)
def test_a_legal_duty_stands_in_appendix_one_with_the_worst_answer_about_it(choice, state):
    answers = {**answers_of(profile_of(), 4), "group2-verification": Answer(choice)}
    rows = table(document(analysis_of(answers=answers)), "legal-duties").rows

    states = {row[4] for row in rows if "5.1" in row[3].split(", ")}

    assert states == {state}
    assert all(row[4] == "đạt" for row in rows if row[3] == "3.3")


def test_duties_of_what_the_enterprise_does_not_do_are_left_out():
    rows = table(document(analysis_of(profile=profile_of(uses=frozenset()))), "legal-duties").rows

    assert not any("5.1" in row[3] for row in rows)
