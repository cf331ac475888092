"""A ranking for support in words, for screen and file, and its justification to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.domain.document import (
    Align,
    Block,
    Document,
    Heading,
    ItemList,
    Paragraph,
    ParagraphStyle,
    Part,
    PartKind,
    Signature,
    Table,
    TableColumn,
)
from core.domain.permissions import Actor
from core.domain.programme_proposal import upper_first
from core.domain.statistics.selection import Candidate, Criterion, Ranked, Shift, Weights, Wish
from core.language import Language, day, number
from core.services import selecting
from core.services.environment import Environment
from core.services.exchanging import WRITERS, DraftForm
from core.services.selecting import Selection

_WIDTHS = (13, 39, 27, 14, 17, 13, 16, 12, 14)
_NUMBERS = {0: Align.CENTRE, 7: Align.RIGHT, 8: Align.CENTRE}


def justification(
    environment: Environment, actor: Actor, province: str, weights: Weights | None, form: DraftForm, language: Language
) -> bytes:
    """Return the ranking with its grounds as a file. Raises NotThere for everybody but the province's official."""
    found = selecting.selection(environment, actor, province, weights)
    return WRITERS[form](document(SelectionTeller(environment, language), found, environment.today()))


@dataclass(frozen=True, slots=True)
class SelectionTeller:
    """Puts a ranking into words."""

    environment: Environment
    language: Language

    def word(self, key: str, **values: object) -> str:
        text = self.environment.catalogue.word(f"selection.{key}")[self.language]
        return text.format(**values) if values else text

    def province(self, code: str) -> str:
        return self.environment.catalogue.provinces[code].name[self.language]

    def headings(self) -> tuple[str, ...]:
        criteria = (self.criterion(one) for one in Criterion)
        return (self.word("place"), self.word("firm"), self.word("wishes"), *criteria, *map(self.word, _LAST))

    def criterion(self, one: Criterion) -> str:
        return self.word(f"criterion.{one}")

    def row(self, one: Ranked, found: Selection) -> tuple[str, ...]:
        facts = (self.fact(one.candidate, criterion) for criterion in Criterion)
        points = number(one.points, self.language, 1)
        wishes = self.wishes(one.candidate.wishes)
        return (str(one.place), one.candidate.name, wishes, *facts, points, self.span(one, found))

    def span(self, one: Ranked, found: Selection) -> str:
        """Return the best and the worst place when a weight moves."""
        best, worst = found.sensitivity.spans[one.candidate.id]
        return str(best) if best == worst else f"{best}–{worst}"

    def wish(self, wish: Wish) -> str:
        return upper_first(self.word(f"wish.{wish}"))

    def wishes(self, wishes: tuple[Wish, ...]) -> str:
        return ", ".join(self.word(f"wish.{wish}") for wish in wishes)

    def fact(self, candidate: Candidate, criterion: Criterion) -> str:
        """Return the points of a criterion with the fact that they come from."""
        points = candidate.points(criterion)
        if points is None:
            return self.word("unknown")
        shown = number(points, self.language)
        match criterion:
            case Criterion.IMPACT:
                return self.word("fact.impact", points=shown, count=candidate.duties_failed)
            case Criterion.RISK:
                return self.word("fact.plain", points=shown, what=self.word(f"risk.{candidate.risk}"))
            case Criterion.SIZE:
                size = self.environment.catalogue.word(f"profile.size.{candidate.size}")[self.language]
                return self.word("fact.plain", points=shown, what=size)
            case Criterion.READINESS:
                return number(points, self.language, 1)

    def move(self, one: Shift) -> str:
        return self.word("shift.move", criterion=self.criterion(one.criterion), weight=one.weight)

    def outcome(self, one: Shift) -> str:
        """Say what a move changes among the first ten."""
        parts = []
        if one.first is not None:
            parts.append(self.word("shift.first", firm=one.first.name))
        if one.entering:
            entering, leaving = ("; ".join(firm.name for firm in firms) for firms in (one.entering, one.leaving))
            parts.append(self.word("shift.moved", entering=entering, leaving=leaving))
        return " ".join(parts) or self.word("shift.nothing")

    def weights(self, weights: Weights) -> str:
        return "; ".join(f"{self.criterion(one)} {weights[one]}" for one in Criterion)


_LAST = ("points", "span")


def document(teller: SelectionTeller, found: Selection, on: date) -> Document:
    """Return the ranking with its grounds: criteria, weights, figures of each firm, and what moves."""
    title = teller.word("paper.title")
    place = teller.word("paper.place", province=teller.province(found.province))
    shown = teller.word("paper.day", day=day(on, teller.language), count=len(found.ranked))
    return Document(
        id="selection",
        language=teller.language,
        title=f"{title} – {place}",
        author=place,
        subject=title,
        made_on=on,
        parts=(
            Part(
                PartKind.FORM,
                title,
                summary=place,
                subtitle=shown,
                blocks=_blocks(teller, found),
                signature=Signature((teller.word("paper.leader"),), ""),
                countersignature=Signature((teller.word("paper.writer"),), ""),
            ),
        ),
    )


def _blocks(teller: SelectionTeller, found: Selection) -> tuple[Block, ...]:
    columns = tuple(
        TableColumn(heading, width, _NUMBERS.get(place, Align.LEFT))
        for place, (heading, width) in enumerate(zip(teller.headings(), _WIDTHS, strict=True))
    )
    moves = (TableColumn(teller.word("shift.column"), 45), TableColumn(teller.word("shift.outcome"), 120))
    return (
        Heading(teller.word("paper.how"), 1),
        Paragraph(teller.word("paper.who")),
        ItemList(
            tuple(f"{teller.criterion(one)}: {teller.word(f'how.{one}')}." for one in Criterion),
            lead=teller.word("paper.mean"),
        ),
        Paragraph(teller.weights(found.weights) + ".", lead=teller.word("paper.weights")),
        Paragraph(teller.word("own-choice"), ParagraphStyle.NOTE),
        Heading(teller.word("table"), 1),
        Table("ranking", columns, tuple(teller.row(one, found) for one in found.ranked)),
        Paragraph(teller.word("span.how"), ParagraphStyle.NOTE),
        Heading(teller.word("sensitivity"), 1),
        Table(
            "sensitivity",
            moves,
            tuple((teller.move(one), teller.outcome(one)) for one in found.sensitivity.shifts),
        ),
        Paragraph(teller.word("paper.private"), ParagraphStyle.NOTE),
    )
