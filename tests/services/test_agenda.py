"""What officials learn of difficulties and proposals: how many told, and only words that may be quoted, of nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.feedback import Addressee, Feedback, FeedbackKind, Theme
from core.domain.permissions import GrantedRole, Role
from core.domain.statistics.figures import Dimension
from core.errors import NotThere, ReportRefused
from core.language import Language
from core.services import own_data, reporting
from core.services.agenda import agenda_file, open_agenda
from core.services.exchanging import DraftForm
from core.services.official_sheets import Asked
from tests.services.test_officials import Firms
from tests.services.test_status_reports import docx_tables, pdf_words, xlsx_rows

YEAR = 2026
FAR = Feedback(FeedbackKind.DIFFICULTY, Theme.INSTRUMENTS, "Nơi kiểm định ở xa *lắm*", YEAR, "Cả vùng có một nơi")
COURSE = Feedback(FeedbackKind.PROPOSAL, Theme.PEOPLE, "Mở lớp ngắn ngày", YEAR, "", Addressee.DEPARTMENT)
FAR_KEY, COURSE_KEY = ((one.kind, one.theme) for one in (FAR, COURSE))
NATION = GrantedRole(Role.OFFICIAL_NATION)
PROVINCE = GrantedRole(Role.OFFICIAL_PROVINCE, "19")


class Tellers(Firms):
    """Enterprises that tell, and the officials who look a minute later."""

    def __init__(self, environment, clock):
        super().__init__(environment)
        self.clock = clock
        self.nation, self.official = self.person(NATION), self.person(PROVINCE)

    def tell(self, *feedback, **options):
        place = self.add(answers=0, **options)
        return place, [reporting.tell(self.environment, *place, one) for one in feedback]

    def agenda(self, actor=None, **asked):
        self.clock.pass_time(seconds=61)
        return open_agenda(self.environment, actor or self.nation, Asked(year=YEAR, **asked))

    def firms(self, theme=FAR, actor=None, province=None):
        opened = self.agenda(actor)
        if opened is None:
            return 0
        table = opened.figures.told(YEAR, theme.kind, Dimension.PROVINCE)
        place = table.columns.index(theme.theme)
        return table.line(province)[place] if province else table.column_totals[place]


@pytest.fixture
def tellers(environment, clock):
    return Tellers(environment, clock)


def quoting(feedback, text=None):
    return replace(feedback, may_quote=True, text=text or feedback.text)


def words(agenda, key=FAR_KEY):
    return [one.text for one in agenda.quotes.get(key, ())]


def test_what_is_told_is_counted_and_quoted_when_five_have_come_together(tellers):
    quoted = tellers.tell(quoting(FAR))
    for _ in range(3):
        tellers.tell(FAR)
    assert tellers.agenda() is None
    last = tellers.tell(FAR, COURSE)
    agenda = tellers.agenda()
    assert (tellers.firms(), tellers.firms(COURSE), words(agenda)) == (5, None, [FAR.text])
    tellers.tell(quoting(FAR, "Cũng xa"))
    assert (tellers.firms(), words(tellers.agenda())) == (5, [FAR.text])

    place, [feedback_id] = quoted
    reporting.change(tellers.environment, *place, feedback_id, seen=quoting(FAR), wanted=FAR)
    assert words(tellers.agenda()) == [], "gone at once, whatever waits"
    reporting.take_back(tellers.environment, *last[0], last[1][0])
    assert tellers.firms() == 5, "told of another theme still, so the change waits"
    reporting.take_back(tellers.environment, *last[0], last[1][1])
    assert tellers.agenda() is None, "those counted together wait together"


def test_changed_words_are_quoted_only_when_they_are_counted_again(tellers):
    place, [feedback_id] = tellers.tell(quoting(FAR))
    for _ in range(4):
        tellers.tell(FAR)
    assert words(tellers.agenda()) == [FAR.text]
    changed = quoting(FAR, "Nay có nơi gần hơn")
    reporting.change(tellers.environment, *place, feedback_id, seen=quoting(FAR), wanted=changed)
    assert words(tellers.agenda()) == []
    for _ in range(4):
        tellers.tell(FAR)
    assert (words(tellers.agenda()), tellers.firms()) == ([changed.text], 9)
    name = own_data.overview(tellers.environment, *place).enterprise_name
    own_data.erase(tellers.environment, *place, name)
    assert tellers.agenda() is None, "and with it those that came together"


def test_words_are_quoted_of_one_place_and_never_where_the_number_is_hidden(tellers):
    for number in range(6):
        tellers.tell(quoting(FAR, f"Xa {number}"))
        tellers.tell(quoting(COURSE, f"Lớp {number}") if number < 3 else FAR, province="01", sector="steel")
    for number in (3, 4):
        tellers.tell(quoting(COURSE, f"Lớp {number}"))
    whole = tellers.agenda()
    assert words(whole) == [f"Xa {number}" for number in range(6)]
    assert words(whole, COURSE_KEY) == [f"Lớp {number}" for number in range(5)]
    # Of the nine and the five, three and two are of one province: hidden there and, by subtraction, in the other one.
    assert [tellers.firms(one, province=province) for one in (FAR, COURSE) for province in ("01", "19")] == [None] * 4
    assert tellers.agenda(by=Dimension.PROVINCE, value="19").quotes == {}
    by_trade = tellers.agenda(by=Dimension.SECTOR, value="steel")
    assert (by_trade.place, by_trade.quotes) == ("", whole.quotes), "not looked at from a second side"


def test_officials_of_a_province_read_the_words_of_their_province(tellers):
    for number in range(5):
        tellers.tell(quoting(FAR, f"Xa {number}"))
        tellers.tell(quoting(FAR, f"Ở nơi khác {number}"), province="01")
    for asked in ({}, {"by": Dimension.SECTOR}, {"by": Dimension.PROVINCE, "value": "01"}):
        agenda = tellers.agenda(tellers.official, **asked)
        assert (agenda.place, words(agenda)) == ("19", [f"Xa {number}" for number in range(5)])
        assert agenda.figures.told(YEAR, FAR.kind, Dimension.PROVINCE).rows == ("19",)
    assert words(tellers.agenda(by=Dimension.PROVINCE, value="01")) == [f"Ở nơi khác {number}" for number in range(5)]
    (owner, _), _ = tellers.tell(FAR)
    with pytest.raises(NotThere):
        open_agenda(tellers.environment, owner, Asked())


@pytest.mark.parametrize(
    "named", ["Đây là CƠ SỞ 3.", "Gọi 0912 345 678", "Hỏi a@b.vn", "www.vidu.example", "Mã 4600123456", "Bảo Người 3"]
)
def test_words_that_show_whose_they_are_cannot_be_quoted(tellers, named):
    place, _ = tellers.tell()
    with pytest.raises(ReportRefused, match="quote-names-somebody"):
        reporting.tell(tellers.environment, *place, quoting(FAR, named))
    reporting.tell(tellers.environment, *place, replace(FAR, text=named))
    reporting.tell(tellers.environment, *place, quoting(FAR, "Mất 200.000.000 đồng từ 2024-2026 cho 12 cân"))


@pytest.mark.parametrize("language", list(Language))
def test_the_paper_says_what_the_sheets_say_and_names_nobody(tellers, language):
    for number in range(6):
        tellers.tell(quoting(FAR, f"Xa {number}") if number else FAR, COURSE)
    tellers.clock.pass_time(seconds=61)
    asked = Asked(by=Dimension.PROVINCE, value="19")
    pdf, docx_file, xlsx = (
        agenda_file(tellers.environment, tellers.official, asked, form, language).content
        for form in (DraftForm.PDF, DraftForm.DOCX, DraftForm.XLSX)
    )
    theme = tellers.environment.catalogue.word("report.theme.instruments")[language]
    text, tables = pdf_words(pdf), docx_tables(docx_file)
    assert ["1", theme, "6"] in [line for one in tables for line in one]
    quoted = [line[2] for one in tables for line in one if len(line) == 4 and line[2].startswith("“")]
    assert quoted == [f"“Xa {number}”" for number in range(1, 6)]
    assert any(line[:2] == [theme, "6"] for line in xlsx_rows(xlsx))
    assert "Xa 5" in text
    assert not any(secret in text for secret in ("Cơ sở", "Người", "0100109106", "vidu.example"))
