"""What a meeting with enterprises is about: difficulties and proposals by theme, as a paper in the layout of a decree.

What is said stands in content/programme/conference-agenda.toml. Quoted are only words that their enterprises allow to
be quoted, without a name; what the meeting concludes stays blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.domain.catalogue import Province
from core.domain.document import Document
from core.domain.feedback import Feedback, FeedbackKind, Theme
from core.domain.statistics.official_paper import OfficialPaper
from core.domain.statistics.sheets import Sheet, SheetTeller
from core.domain.templating import Row

TEMPLATE = "conference-agenda"


@dataclass(frozen=True, slots=True)
class AgendaMatter:
    """What an agenda is made of. province: None for the nation. year: for which enterprises told.

    told: kind → the sheet by theme, whose first column is the place. quotes: kind and theme → words that may be quoted.
    appended: what follows in the appendix.
    """

    province: Province | None
    year: int
    told: Mapping[FeedbackKind, Sheet]
    quotes: Mapping[tuple[FeedbackKind, Theme], Sequence[Feedback]]
    appended: tuple[Sheet, ...] = ()


def conference_agenda(teller: SheetTeller, matter: AgendaMatter) -> Document:
    """Return the agenda in the language of the teller; equal inputs give an equal document."""
    difficulties, proposals = (matter.told[kind] for kind in (FeedbackKind.DIFFICULTY, FeedbackKind.PROPOSAL))
    paper = OfficialPaper(teller, matter.province, matter.year, difficulties.at)
    filling = paper.filling(
        {},
        {
            "told_themes": list(_themes(paper, difficulties, proposals)),
            "told_difficulties": list(told_rows(paper, difficulties)),
            "told_proposals": list(told_rows(paper, proposals)),
            "quoted_difficulties": list(_quotes(teller, matter, difficulties, FeedbackKind.DIFFICULTY)),
            "quoted_proposals": list(_quotes(teller, matter, proposals, FeedbackKind.PROPOSAL)),
        },
        {"figure-difficulties": teller.chart(difficulties), "figure-proposals": teller.chart(proposals)},
    )
    title = paper.word("agenda.title", place=paper.province_name, year=matter.year)
    return paper.document(TEMPLATE, title, filling, matter.appended)


def told_rows(paper: OfficialPaper, sheet: Sheet | None) -> Iterator[Row]:
    """The themes that somebody told of, the most often told first, and in how many enterprises."""
    for row in sheet.rows if sheet else ():
        if row.values[0] != 0:
            yield {"told_theme": row.label, "told_count": paper.shown(row.values[0])}


def _themes(paper: OfficialPaper, difficulties: Sheet, proposals: Sheet) -> Iterator[Row]:
    """The themes in the order in which they are to be discussed: what more enterprises told of comes first."""
    found = []
    for theme in Theme:
        counts = [row.values[0] for sheet in (difficulties, proposals) if (row := sheet.row(theme)) is not None]
        if any(one != 0 for one in counts):
            found.append((max(one or 0 for one in counts), theme, counts))
    for _, theme, (hard, asked) in sorted(found, key=lambda one: -one[0]):
        yield {
            "told_theme": paper.teller.theme(theme),
            "told_difficulty_count": paper.shown(hard),
            "told_proposal_count": paper.shown(asked),
        }


def _quotes(teller: SheetTeller, matter: AgendaMatter, sheet: Sheet, kind: FeedbackKind) -> Iterator[Row]:
    for row in sheet.rows:
        for one in matter.quotes.get((kind, Theme(row.id)), ()):
            addressee = f"report.addressee.{one.addressee}" if one.addressee else ""
            yield {
                "told_theme": row.label,
                "told_text": f"“{one.text}”",
                "told_cause": one.cause,
                "told_addressee": teller.catalogue.word(addressee)[teller.language] if addressee else "",
            }
