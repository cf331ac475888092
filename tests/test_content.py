"""content/ is whole, in both languages and true to its rules; what is wrong in it is told with file, id and field."""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path

import pytest

from core.domain.catalogue import AppliesWhen, RiskTier
from core.domain.profile import SizeClass, Use
from core.domain.template import ListBlock, Section, SubBlock, TableBlock
from core.errors import ContentError
from core.language import Language, Text
from core.storage.content import (
    CONTENT,
    check_content,
    current_edition,
    document_names,
    due_reviews,
    load_catalogue,
)

CATALOGUE = load_catalogue()
QUESTIONS = list(CATALOGUE.questions.values())


def copy_of_content(folder: Path) -> Path:
    return Path(shutil.copytree(CONTENT, folder / "content", ignore=shutil.ignore_patterns("fonts", "demo", "look")))


def change(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert old in text, f"{file} no longer holds {old!r}"
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def add(root: Path, file: str, text: str) -> None:
    with (root / file).open("a", encoding="utf-8") as stream:
        stream.write(text)


# what is there --------------------------------------------------------------------------------------------------------


def test_every_file_of_content_loads_without_a_problem():
    assert [str(problem) for problem in check_content()] == []


def test_nine_topics_share_one_hundred_and_hold_62_questions():
    assert [(topic.id, topic.weight) for topic in CATALOGUE.topics] == [
        ("organisation", 10),
        ("people", 8),
        ("methods", 14),
        ("instruments", 16),
        ("verification-calibration-care", 20),
        ("environment", 6),
        ("records", 8),
        ("control", 10),
        ("effect", 8),
    ]
    assert len(QUESTIONS) == 62
    assert all(len(topic.questions) <= 8 for topic in CATALOGUE.topics)
    assert sum(question.quick for question in QUESTIONS) == 9


def test_gates_are_those_of_the_method_and_no_others():
    gates = {question.number: (question.gate.pass_level, question.gate.cap) for question in QUESTIONS if question.gate}
    assert gates == {
        "5.1": (3, 1), "3.3": (3, 1), "1.7": (3, 1), "4.7": (3, 1), "4.3": (3, 2), "5.2": (3, 2), "5.5": (3, 2),
        "5.7": (3, 2), "3.5": (3, 2), "8.4": (3, 2), "2.6": (3, 2),
    }  # fmt: skip
    after_repair = CATALOGUE.questions["after-repair"]
    assert after_repair.applies_when == AppliesWhen()
    assert after_repair.gate is not None
    assert after_repair.gate.applies_when == AppliesWhen(uses=frozenset({Use.GROUP2}))


def test_the_method_says_what_the_edition_was_published_with():
    method = CATALOGUE.method
    assert method.thresholds == (20, 40, 60, 80)
    assert [level.name.vi for level in method.levels] == [
        "Chưa hình thành",
        "Khởi đầu",
        "Cơ bản",
        "Kiểm soát",
        "Dẫn dắt",
    ]
    assert method.evidence_caps == {"none": 2, "described": 3, "file": 4, "confirmed": 4}
    assert (method.gate_days, method.deadlines) == (30, ((8, 90), (3, 180), (0, 365)))
    assert method.notice_not_applicable == 0.30


@pytest.mark.parametrize(
    ("tier", "size", "topic", "target"),
    [
        ("low", "micro", "organisation", 2),
        ("low", "medium", "organisation", 3),
        ("medium", "micro", "organisation", 3),
        ("medium", "micro", "verification-calibration-care", 3),
        ("medium", "micro", "people", 2),
        ("medium", "small", "people", 3),
        ("high", "small", "environment", 4),
        ("high", "small", "records", 3),
        ("high", "medium", "records", 4),
        ("high", "medium", "effect", 3),
        ("high", "large", "methods", 3),
    ],
)
def test_targets_follow_tier_and_size(tier, size, topic, target):
    rule = next(one for one in CATALOGUE.method.targets if one.tier == RiskTier(tier) and one.size == SizeClass(size))
    assert rule.topics.get(topic, rule.target) == target


def test_every_tier_and_size_has_one_target_rule():
    rules = [(rule.tier, rule.size) for rule in CATALOGUE.method.targets]
    assert len(rules) == len(set(rules)) == len(RiskTier) * len(SizeClass)


def test_size_limits_are_those_of_decree_80_2021():
    limits = {
        group: [(one.size.value, one.workers, one.revenue_billion_vnd, one.capital_billion_vnd) for one in rows]
        for group, rows in CATALOGUE.method.size_limits.items()
    }
    making = [("micro", 10, 3, 3), ("small", 100, 50, 20), ("medium", 200, 200, 100)]
    assert limits == {
        "agriculture": making,
        "industry": making,
        "construction": making,
        "trade-services": [("micro", 10, 10, 3), ("small", 50, 100, 50), ("medium", 100, 300, 100)],
    }


def test_34_provinces_and_22_sections_are_there():
    assert len(CATALOGUE.provinces) == 34
    assert CATALOGUE.provinces["19"].name == Text("Thái Nguyên", "Thai Nguyen")
    assert CATALOGUE.provinces["19"].former_units == ("Bắc Kạn", "Thái Nguyên")
    assert sum(province.is_city for province in CATALOGUE.provinces.values()) == 6
    assert "".join(CATALOGUE.vsic) == "ABCDEFGHIJKLMNOPQRSTUV"
    assert [letter for letter, section in CATALOGUE.vsic.items() if section.size_group is None] == ["P", "U", "V"]


def test_a_doubtful_cycle_is_marked_and_the_shorter_one_counts():
    group2 = CATALOGUE.group2
    assert len(group2) == 90
    nine = {"4": 12, "5": 12, "6": 12, "7": 12, "9": 12, "10": 12, "21b": 36, "34a": 6, "43a": 60}
    assert {row: group2[row].cycle_months for row in nine} == nine
    assert all(group2[row].is_doubtful for row in nine)
    # The text of 2019 that was read has lost these four rows, so their control measures rest on a scan.
    assert {row for row, one in group2.items() if one.is_doubtful} == set(nine) | {"27b", "69a", "69b", "69c"}


def test_an_unknown_control_measure_stays_unknown():
    assert CATALOGUE.group2["69c"].type_approval is None
    assert CATALOGUE.group2["8b"].type_approval is True
    assert CATALOGUE.group2["1a"].periodic_verification is False
    assert CATALOGUE.group2["1a"].cycle_months is None


def test_sector_hints_name_questions_by_id_and_tea_comes_first():
    assert next(iter(CATALOGUE.sectors)) == "tea-food"
    tea = CATALOGUE.sectors["tea-food"]
    assert {hint.question for hint in tea.hints} <= set(CATALOGUE.questions)
    assert tea.hint("named-person") is not None
    assert tea.hint("service-staff") is None


def test_documents_carry_their_letter_head_and_signature():
    decision = CATALOGUE.templates["decision"]
    assert decision.masthead is not None
    assert decision.masthead.id == "enterprise"
    assert decision.signature is not None
    assert [article.number for article in decision.articles] == [1, 2, 3]
    assert [section.number for section in CATALOGUE.templates["programme"].sections] == [
        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX",
    ]  # fmt: skip
    assert len(CATALOGUE.templates["programme"].appendices) == 4
    assert len(CATALOGUE.templates["report"].sections) == 8
    assert dict(CATALOGUE.templates["programme"].phrases)["state-unknown"].vi.startswith("{unit_word}")


def test_nested_blocks_keep_their_order_and_kind():
    general = CATALOGUE.templates["programme"].sections[0]
    assert isinstance(general, Section)
    scope = general.blocks[2]
    assert isinstance(scope, SubBlock)
    assert isinstance(scope.blocks[0], ListBlock)
    assert scope.blocks[0].items[1].when == ("prepackages",)
    assert isinstance(general.blocks[0], SubBlock)
    assert isinstance(general.blocks[0].blocks[0], TableBlock)
    assert len(general.blocks[0].blocks[0].rows) > 5


KINDS = ("company", "cooperative", "household", "public_unit")
SIGNERS = ((), ("signed_for_council",), ("signed_by_deputy",), ("signed_for_council", "signed_by_deputy"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signers", SIGNERS, ids=lambda signers: "+".join(signers) or "head")
def test_exactly_one_way_of_signing_holds(kind, signers):
    signature = CATALOGUE.templates["decision"].signature
    assert signature is not None
    holding = {f"kind_{kind}", *signers}
    ways = [one for one in signature.variants if set(one.when) <= holding and not set(one.unless) & holding]
    assert len(ways) == 1


def test_notices_stand_among_the_templates_and_short_texts_among_the_words():
    assert CATALOGUE.templates["notice-privacy"].form == "notice"
    assert CATALOGUE.templates["notice-privacy"].version == "2026-11-24"
    assert CATALOGUE.word("notices.disclaimer.draft").vi.startswith("Bản dự thảo")
    assert CATALOGUE.word("notices.role.adviser.never").en
    assert CATALOGUE.word("notices.message.saved") == Text("Đã lưu {saved_at}.", "Saved {saved_at}.")
    assert CATALOGUE.word("notices.email.submitted.body").vi.count("\n") == 2
    assert CATALOGUE.word("programme.title-of-head.director") == Text("Giám đốc", "Director")
    assert [consent.id for consent in CATALOGUE.consents if consent.needed] == ["processing"]


def test_document_names_are_open_to_those_who_compute_them():
    names = document_names()
    assert "has_overdue" in names["condition"]
    assert "enterprise_name" in names["placeholder"]
    assert "plan_tasks" in names["collection"]


# both languages -------------------------------------------------------------------------------------------------------

VIETNAMESE_LETTER = re.compile("[ăâđêôơưĂÂĐÊÔƠƯà-ãè-êì-íò-õù-úýÀ-ÃÈ-ÊÌ-ÍÒ-ÕÙ-ÚÝĩũĨŨ\u1ea0-\u1ef9]")
# What stays Vietnamese in English: quoted or bracketed words, numbers of documents, the product, the currency.
STAYS = re.compile(r"“[^”]*”|\([^)]*\)|\S*(?:QĐ|NĐ)-\S+|ĐLVN|Đo Chuẩn|\bđồng\b")


def texts_in(value, path):
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_in(inner, f"{path}.{key}")
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            yield from texts_in(inner, f"{path}[{getattr(inner, 'id', number)}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name), f"{path}.{field.name}")


PLACEHOLDER = re.compile(r"\{\w+\}")
TEXTS = [
    (path, text) for field in fields(CATALOGUE) for path, text in texts_in(getattr(CATALOGUE, field.name), field.name)
]


def test_every_text_stands_in_both_languages():
    assert len(TEXTS) > 5000
    assert [path for path, text in TEXTS for language in Language if not text[language].strip()] == []


def test_no_english_text_is_left_in_vietnamese():
    left = [path for path, text in TEXTS if VIETNAMESE_LETTER.search(STAYS.sub("", text.en))]
    # Names of languages are written in their own.
    assert [path for path in left if not path.startswith("words.frame.language")] == []


@pytest.mark.parametrize(("vietnamese", "english"), [("kiểm định", "verif"), ("hiệu chuẩn", "calibrat")])
def test_verification_and_calibration_are_never_exchanged(vietnamese, english):
    exchanged = [
        path
        for path, text in TEXTS
        # The words of the screens speak of a document's verification code too.
        if not path.startswith("words.")
        and (vietnamese in text.vi.lower()) != (english in PLACEHOLDER.sub("", text.en.lower()))
    ]
    # The verification division e of a scale has a Vietnamese name of its own.
    assert exchanged in ([], ["terms.scale-division.term"])


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_every_question_has_five_different_levels_and_says_what_follows(question):
    for language in Language:
        assert len({level[language] for level in question.levels}) == 5
        assert question.action[language]
        assert question.done_when[language]
    assert question.id in CATALOGUE.findings


# what is refused ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """One changed line, and where and how it must be told."""

    name: str
    file: str
    old: str
    new: str
    record: str
    field: str
    says: str


FIVE = "topics/05-verification-calibration-care.toml"
CASES = Path(__file__).parent / "cases" / "content_faults.toml"
FAULTS = [Fault(**fault) for fault in tomllib.loads(CASES.read_text(encoding="utf-8"))["fault"]]


@pytest.fixture(scope="module")
def problems_of_faulty_content(tmp_path_factory):
    """All faults at once, each in a line of its own: a check that stopped at the first would tell one."""
    root = copy_of_content(tmp_path_factory.mktemp("faults"))
    for fault in FAULTS:
        change(root, fault.file, fault.old, fault.new)
    return check_content(root)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_told_with_file_id_and_field(problems_of_faulty_content, fault):
    told = [
        problem
        for problem in problems_of_faulty_content
        if problem.file == fault.file and problem.record == fault.record and fault.says in problem.problem
    ]
    assert told, [str(problem) for problem in problems_of_faulty_content if problem.file == fault.file]
    assert fault.field in [problem.field for problem in told]


def test_problems_come_sorted_and_each_once(problems_of_faulty_content):
    assert problems_of_faulty_content == sorted(set(problems_of_faulty_content))


def test_loading_refuses_with_the_first_problem(tmp_path):
    root = copy_of_content(tmp_path)
    change(root, FIVE, 'number = "5.2"', 'number = "5.2"\nwieght = 2')
    with pytest.raises(ContentError) as refused:
        load_catalogue(root=root)
    assert refused.value.code == "content-wrong"
    assert refused.value.details["file"] == f"content/{FIVE}"
    assert refused.value.details["record"] == "question 'designated-body'"
    assert refused.value.details["field"] == "wieght"
    assert "known fields: action, applies_when" in str(refused.value.details["problem"])


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_still_looked_at(tmp_path):
    root = copy_of_content(tmp_path)
    change(root, "vsic.toml", 'letter = "A"', "letter = A")
    change(root, "provinces.csv", "code,name_vi", "number,name_vi")
    (root / "words" / "marks.toml").write_bytes(b'[doubt]\nvi = "\xff"\n')
    (root / "programme" / "letters.toml").unlink()
    add(root, "notices.toml", "\n[[note]]\nid = 'x'\n")
    told = {(problem.file, problem.field): problem.problem for problem in check_content(root)}
    assert told["vsic.toml", ""].startswith("cannot be read: Invalid value")
    assert told["provinces.csv", "number"].startswith("unknown column; known columns: code, name_vi")
    assert told["provinces.csv", "code"].startswith("missing column")
    assert told["words/marks.toml", ""].startswith("not UTF-8")
    assert told["programme/letters.toml", ""] == "the file is missing"
    assert told["notices.toml", "note"].startswith("unknown field; known fields: notice, consent")


def test_an_id_taken_away_is_refused(tmp_path):
    root = copy_of_content(tmp_path)
    text = (root / "glossary.toml").read_text(encoding="utf-8")
    start = text.index('[[term]]\nid = "expected-effect"')
    end = text.index("[[term]]", start + 1)
    (root / "glossary.toml").write_text(text[:start] + text[end:], encoding="utf-8")
    assert [(problem.file, problem.record) for problem in check_content(root)] == [
        ("published-ids.txt", "term expected-effect")
    ]


def test_an_id_without_its_line_is_asked_for(tmp_path):
    root = copy_of_content(tmp_path)
    change(root, "published-ids.txt", "\nquestion budget\n", "\n")
    [problem] = check_content(root)
    assert problem.record == "question budget"
    assert problem.problem == "is not in the list; add this line when it is published"


# editions -------------------------------------------------------------------------------------------------------------


def copy_with_a_later_edition(folder: Path) -> Path:
    root = copy_of_content(folder)
    add(root, "catalogue.toml", '\n[[edition]]\nid = "2027.1"\npublished_on = 2027-06-01\n')
    add(root, "published-ids.txt", "edition 2027.1\n")
    return root


def test_the_current_edition_is_the_one_loaded_without_a_name():
    assert current_edition() == CATALOGUE.edition == "2026.1"
    assert CATALOGUE.published_on == date(2026, 11, 22)
    assert load_catalogue("2026.1") is load_catalogue()


def test_an_edition_that_never_was_is_refused():
    with pytest.raises(ContentError) as refused:
        load_catalogue("2019.1")
    assert refused.value.code == "edition-unknown"
    assert refused.value.details["problem"] == "known editions: 2026.1"


def test_a_duty_that_ended_before_the_edition_is_not_in_it():
    assert "circular-23-2013-4" in CATALOGUE.duties
    assert "circular-23-2013-4-edition-2024" not in CATALOGUE.duties


def test_a_later_edition_changes_a_weight_and_ends_a_question_while_the_old_one_stays(tmp_path):
    root = copy_with_a_later_edition(tmp_path)
    four = "topics/04-instruments.toml"
    text = (root / four).read_text(encoding="utf-8")
    start = text.index('[[question]]\nid = "buying"')
    end = text.index("[[question]]", start + 1)
    old = text[start:end]
    heavier = old.replace("weight = 1", "weight = 3\nvalid_from = 2027-06-01")
    ended = old.replace("weight = 1", "weight = 1\nvalid_to = 2027-05-31")
    (root / four).write_text(text[:start] + ended + heavier + text[end:], encoding="utf-8")
    change(root, "topics/09-effect.toml", 'number = "9.6"', 'number = "9.6"\nvalid_to = 2027-05-31')
    assert check_content(root) == []
    before, after = load_catalogue("2026.1", root), load_catalogue("2027.1", root)
    assert (before.questions["buying"].weight, after.questions["buying"].weight) == (1, 3)
    assert "result-figures" in before.questions
    assert "result-figures" not in after.questions


def test_a_later_method_holds_for_the_later_edition_only(tmp_path):
    root = copy_with_a_later_edition(tmp_path)
    method = (root / "method.toml").read_text(encoding="utf-8")
    later = method.replace("2026-11-22", "2027-06-01").replace("[20, 40,", "[25, 40,")
    add(root, "method.toml", later)
    assert check_content(root) == []
    assert load_catalogue("2026.1", root).method.thresholds == (20, 40, 60, 80)
    assert load_catalogue("2027.1", root).method.thresholds == (25, 40, 60, 80)


def test_two_versions_of_one_question_may_not_hold_on_the_same_day(tmp_path):
    root = copy_of_content(tmp_path)
    text = (root / "duties.toml").read_text(encoding="utf-8")
    start = text.index("[[duty]]")
    add(root, "duties.toml", "\n" + text[start : text.index("[[duty]]", start + 1)])
    [problem] = check_content(root)
    assert (problem.file, problem.record) == ("duties.toml", "duty 'metrology-law-7'")
    assert "stands twice for the same days" in problem.problem


# what must be looked at again -----------------------------------------------------------------------------------------


def test_a_duty_is_due_for_review_on_its_day_and_not_before():
    assert due_reviews(CATALOGUE, date(2026, 12, 30)) == ()
    due = due_reviews(CATALOGUE, date(2026, 12, 31))
    assert "metrology-law-7" in {review.id for review in due}
    assert all(review.review_by == date(2026, 12, 31) for review in due)


def test_a_due_review_names_the_document_to_open():
    due = {(review.kind, review.id): str(review) for review in due_reviews(CATALOGUE, date(2027, 3, 31))}
    assert due["duty", "metrology-law-19"].endswith("by 2026-12-31: open Luật 04/2011/QH13, Điều 19")
    assert "Nghị định số 105/2016/NĐ-CP" in due["source", "decree-105-2016"]
    assert "2027-03-31: open Thông tư 09/2017/TT-BKHCN, Điều 4" in due["duty", "circular-09-2017-4"]


def test_every_doubtful_fact_says_with_which_text_it_is_to_be_checked():
    doubtful = [duty for duty in CATALOGUE.duties.values() if duty.is_doubtful]
    assert {duty.id for duty in doubtful} >= {"circular-23-2013-4", "decree-105-2016-3", "circular-21-2014-5"}
    assert all(duty.doubt_note is not None and "cần kiểm tra với" in duty.doubt_note.vi for duty in doubtful)
    notes = [source.doubt_note for source in CATALOGUE.sources.values() if source.doubt]
    assert all(note is not None and "cần kiểm tra" in note.vi for note in notes)
    assert "Thông tư 04/2026/TT-BKHCN" in CATALOGUE.word("marks.doubt.group2").vi


def test_no_file_names_a_machine_path_or_a_fine():
    for path in CONTENT.rglob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(work|tmp|home|root|usr)/", text), path.name
        assert not re.search(r"phạt tiền từ|(triệu|nghìn) đồng.{0,40}xử phạt", text), path.name
        tomllib.loads(text)
