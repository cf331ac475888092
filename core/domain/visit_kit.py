"""The visit kit: sheets with which an adviser goes to a firm, only what is still open and the papers to see there.

A point is a question that nobody has settled, or that the register contradicts; instruments that are overdue follow in
order of their places. Every point carries a QR code that opens it on the page of the review.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.assessment import Answer, Evidence
from core.domain.catalogue import Catalogue, Question, Topic
from core.domain.document import (
    Align,
    Block,
    Coded,
    Document,
    Heading,
    Paragraph,
    ParagraphStyle,
    Part,
    PartKind,
    Signature,
    Table,
    TableColumn,
)
from core.domain.instruments import (
    InstrumentState,
    MeasuringInstrument,
    Standing,
    is_verification_overdue,
    standing_of,
)
from core.domain.profile import Profile
from core.domain.review import NO_ANSWER, PointState, ReviewProgress, Ruling
from core.domain.scorecard import Contradiction
from core.language import Language, day

NOTE_SHOWN = 600
"""Most characters of a firm's note on a sheet; the page of the review holds it in full."""
_LEVELS = range(5)
_BOX = 10
_REMARKS = 115
_REASONS = {
    PointState.OPEN: "open",
    PointState.CHANGED: "changed",
    PointState.CHANGE_ASKED: "change-asked",
}


@dataclass(frozen=True, slots=True)
class VisitPoint:
    """A question to be settled on the spot.

    state: where the review stands with it. ruling: the standing one, also one on an earlier answer.
    contradiction: what the register holds against the answer. files: names of the files handed in.
    """

    topic: Topic
    question: Question
    state: PointState
    answer: Answer
    ruling: Ruling | None = None
    contradiction: Contradiction | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OverdueInstrument:
    """An instrument to be looked at, because its verification or calibration is overdue or was never made."""

    instrument: MeasuringInstrument
    standing: Standing


@dataclass(frozen=True, slots=True)
class VisitMatter:
    """What a visit is about. code: how people call it. body: who reviews, empty stays out.

    address: of the page of the review; a point adds its question to it. instruments_question: the one that overdue
    instruments bear on, empty where it is out of scope.
    """

    code: str
    profile: Profile
    submitted_on: date
    round: int
    body: str
    address: str
    points: tuple[VisitPoint, ...]
    overdue: tuple[OverdueInstrument, ...]
    instruments_question: str = ""

    def address_of(self, question: str) -> str:
        """Return where a QR code leads."""
        return f"{self.address}&cau={question}"


def visit_points(
    catalogue: Catalogue,
    profile: Profile,
    progress: ReviewProgress,
    answers: Mapping[str, Answer],
    rulings: Mapping[str, Ruling],
    *,
    contradictions: Iterable[Contradiction],
    files: Mapping[str, Sequence[str]],
) -> tuple[VisitPoint, ...]:
    """Return the points in scope that are not settled or that the register contradicts, in order of topics."""
    contradicted = {one.question: one for one in contradictions}
    found = []
    for topic in catalogue.topics:
        for question in catalogue.applicable(topic, profile):
            against = contradicted.get(question.id)
            state = progress.points[question.id]
            if state is PointState.SETTLED and against is None:
                continue
            found.append(
                VisitPoint(
                    topic,
                    question,
                    state,
                    answers.get(question.id, NO_ANSWER),
                    rulings.get(question.id),
                    against,
                    tuple(files.get(question.id, ())),
                )
            )
    return tuple(found)


def overdue_instruments(
    instruments: Iterable[MeasuringInstrument], catalogue: Catalogue, on: date
) -> tuple[OverdueInstrument, ...]:
    """Return the instruments in use that are overdue on a day, or group 2 and not verified, by place and code."""
    found = []
    for one in instruments:
        row = catalogue.group2.get(one.group2_row)
        standing = standing_of(one, row, on)
        if standing.state is InstrumentState.OVERDUE or is_verification_overdue(one, row, on):
            found.append(OverdueInstrument(one, standing))
    return tuple(sorted(found, key=lambda one: (one.instrument.place.casefold(), one.instrument.code)))


def visit_kit(catalogue: Catalogue, matter: VisitMatter, language: Language, made_on: date) -> Document:
    """Return the sheets; equal inputs give an equal document."""
    writer = _Writer(catalogue, matter, language)
    firm = matter.profile.name
    part = Part(
        PartKind.FORM,
        writer.word("title"),
        summary=firm,
        subtitle=writer.word("subtitle", code=matter.code, day=day(made_on, language)),
        blocks=tuple(writer.blocks()),
        signature=Signature((writer.word("sign.adviser"),), ""),
        countersignature=Signature((writer.word("sign.firm"),), ""),
    )
    return Document(
        id="visit-kit",
        language=language,
        title=f"{writer.word('name')}: {firm}",
        author=matter.body or catalogue.word("programme.letter.adviser-body")[language],
        subject=writer.word("name"),
        made_on=made_on,
        parts=(part,),
        foot=writer.word("foot", code=matter.code, firm=firm),
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the sheets in one language."""

    catalogue: Catalogue
    matter: VisitMatter
    language: Language

    def word(self, key: str, **values: object) -> str:
        """A text of content/words/visit.toml, filled."""
        return self.said(f"visit.kit.{key}", **values)

    def said(self, key: str, **values: object) -> str:
        """A text of content/words, filled."""
        text = self.catalogue.word(key)[self.language]
        return text.format_map(values) if values else text

    def blocks(self) -> Iterator[Block]:
        yield from self._head()
        if not (self.matter.points or self.matter.overdue):
            yield Paragraph(self.word("nothing"))
        topic = ""
        for point in self.matter.points:
            if point.topic.id != topic:
                topic = point.topic.id
                yield Heading(point.topic.title[self.language], 1, str(point.topic.order))
            yield from self._point(point)
        yield from self._instruments()
        yield Heading(self.word("whole"), 1)
        for _ in range(3):
            yield Paragraph("", ParagraphStyle.BLANK_LINE)

    def _head(self) -> Iterator[Block]:
        matter, profile = self.matter, self.matter.profile
        yield Paragraph(profile.name, lead=self.word("head.firm"))
        if profile.address:
            yield Paragraph(profile.address, lead=self.word("head.address"))
        submitted = self.word("head.submitted.value", round=matter.round, day=day(matter.submitted_on, self.language))
        yield Paragraph(submitted, lead=self.word("head.submitted"))
        counted = self.word("head.points.value", points=len(matter.points), instruments=len(matter.overdue))
        yield Paragraph(counted, lead=self.word("head.points"))
        for name in ("head.day", "head.people"):
            yield Paragraph(self.word(name), ParagraphStyle.BLANK_LINE)
        yield Paragraph(self.word("how"), ParagraphStyle.NOTE)

    def _point(self, point: VisitPoint) -> Iterator[Block]:
        question = point.question
        lead = (
            Paragraph(question.text[self.language], lead=f"{question.number}."),
            Paragraph(self._why(point), ParagraphStyle.NOTE),
            Paragraph(self._answer(question, point.answer), lead=self.word("answer")),
        )
        alt = self.word("code-alt", number=question.number)
        yield Coded(lead, self.matter.address_of(question.id), alt)
        if point.answer.note:
            yield Paragraph(self._shortened(point.answer.note), lead=self.word("note"))
        if point.ruling and point.ruling.reason:
            yield Paragraph(point.ruling.reason, lead=self.word("asked"))
        yield Paragraph(self._evidence(point), lead=self.word("evidence"))
        yield Paragraph(question.evidence[self.language], lead=self.word("papers"))
        yield self._room_to_write(question)
        yield Paragraph("", ParagraphStyle.BLANK_LINE)

    def _why(self, point: VisitPoint) -> str:
        reasons = [] if point.state is PointState.SETTLED else [self.word(f"why.{_REASONS[point.state]}")]
        if point.contradiction:
            reasons.append(self.word("why.contradicted", codes=", ".join(point.contradiction.overdue)))
        return self.word("why", reasons="; ".join(reasons))

    def _answer(self, question: Question, answer: Answer) -> str:
        if answer.choice is None:
            return self.said("review.answer.none")
        if answer.level is not None:
            level = self.said("review.answer.level", level=answer.level)
            return f"{level}: {question.levels[answer.level][self.language]}"
        if answer.is_unknown:
            return self.said("widgets.choice.unknown")
        return f"{self.said('widgets.choice.not-applicable')}. {answer.reason}".rstrip()

    def _evidence(self, point: VisitPoint) -> str:
        kind = self.said(f"assessment.evidence-choice.{point.answer.evidence.value}")
        if point.answer.evidence in (Evidence.NONE, Evidence.DESCRIBED) or not point.files:
            return kind
        return f"{kind}: {'; '.join(point.files)}"

    def _shortened(self, note: str) -> str:
        if len(note) <= NOTE_SHOWN:
            return note
        return self.word("note-shortened", note=note[:NOTE_SHOWN].rstrip())

    def _room_to_write(self, question: Question) -> Table:
        boxes = tuple(TableColumn(str(level), _BOX, Align.CENTRE) for level in _LEVELS)
        return Table(
            f"seen-{question.id}",
            (*boxes, TableColumn(self.word("remarks"), _REMARKS)),
            (),
            caption=self.word("level"),
            blank_rows=1,
        )

    def _instruments(self) -> Iterator[Block]:
        if not self.matter.overdue:
            return
        yield Heading(self.word("instruments"), 1)
        question = self.catalogue.questions.get(self.matter.instruments_question)
        if question is not None:
            said = self.word("instruments.lead", number=question.number)
            alt = self.word("code-alt", number=question.number)
            yield Coded((Paragraph(said),), self.matter.address_of(question.id), alt)
        columns = (
            TableColumn(self.word("instruments.place"), 32),
            TableColumn(self.word("instruments.code"), 20),
            TableColumn(self.word("instruments.what"), 45),
            TableColumn(self.word("instruments.due"), 30),
            TableColumn(self.word("instruments.seen"), 38),
        )
        yield Table("overdue", columns, tuple(self._row(one) for one in self.matter.overdue))

    def _row(self, one: OverdueInstrument) -> tuple[str, ...]:
        instrument, standing = one.instrument, one.standing
        due = day(standing.due, self.language) if standing.due else ""
        serial = self.word("instruments.serial", serial=instrument.serial) if instrument.serial else ""
        what = ", ".join(text for text in (instrument.name, serial) if text)
        brief = self.said(f"register.brief.{standing.reason.value}", due=due)
        return (instrument.place, instrument.code, what, brief, "")
