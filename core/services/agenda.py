"""The agenda of a meeting with enterprises: what they told by theme, and the words that they allow to be quoted.

Words are quoted of the nation for the nation's officials, of their province for those of a province, and of one
province that is looked at; never by trade, size or kind, or one would find whose they are by looking from two sides.
Quoted is only where the number of enterprises that told of the theme there is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.document import Document
from core.domain.feedback import Feedback, FeedbackKind, Theme
from core.domain.permissions import Actor
from core.domain.statistics.agenda import AgendaMatter, conference_agenda
from core.domain.statistics.figures import Dimension
from core.domain.statistics.sheets import SheetTeller
from core.errors import NotThere
from core.language import Language
from core.services.environment import Environment, reading
from core.services.exchanging import WRITERS, DraftForm
from core.services.official_sheets import Asked, SheetName, sheet_of, told_year_of
from core.services.officials import OpenFigures, open_figures
from core.services.status_reports import NATION, StatusReportFile, line_only

MOST_QUOTES = 50
"""Most words that are quoted of one theme of one kind."""
Quotes = Mapping[tuple[FeedbackKind, Theme], tuple[Feedback, ...]]
SHEETS = {FeedbackKind.DIFFICULTY: SheetName.DIFFICULTIES, FeedbackKind.PROPOSAL: SheetName.PROPOSALS}
GROUP_SHEETS = {FeedbackKind.DIFFICULTY: SheetName.DIFFICULTY_GROUPS, FeedbackKind.PROPOSAL: SheetName.PROPOSAL_GROUPS}


@dataclass(frozen=True, slots=True)
class OpenAgenda:
    """What was told of a year, all of one moment. place: whose words are quoted, a province's code or NATION."""

    figures: OpenFigures
    place: str
    year: int
    quotes: Quotes


def open_agenda(environment: Environment, actor: Actor, asked: Asked) -> OpenAgenda | None:
    """Return what an official may see of what was told; None while nothing was. Raises NotThere for everybody else."""
    figures = open_figures(environment, actor)
    if not figures.told_years:
        return None
    place, year = _place(figures, asked), told_year_of(figures, asked)
    return OpenAgenda(figures, place, year, _quotes(environment, figures, place, year))


def agenda_file(
    environment: Environment, actor: Actor, asked: Asked, form: DraftForm, language: Language
) -> StatusReportFile:
    """Return the agenda as a file; XLSX holds its tables. Raises NotThere, also while nothing was told."""
    opened = open_agenda(environment, actor, asked)
    if opened is None:
        raise NotThere
    document = agenda_of(environment, opened, language)
    return StatusReportFile(WRITERS[form](document), document.made_on)


def agenda_of(environment: Environment, opened: OpenAgenda, language: Language) -> Document:
    """Return the agenda of what is open as a paper."""
    figures, teller = opened.figures, SheetTeller(environment.catalogue, language)
    by_province = Asked(by=Dimension.PROVINCE, value=opened.place, year=opened.year)
    by_trade = Asked(by=Dimension.SECTOR, year=opened.year)
    told = {kind: sheet_of(figures, teller, name, by_province) for kind, name in SHEETS.items()}
    groups = [sheet_of(figures, teller, name, by_province) for name in GROUP_SHEETS.values()]
    if opened.place:
        groups = [line_only(one, opened.place) for one in groups]
    else:
        groups += [sheet_of(figures, teller, name, by_trade) for name in GROUP_SHEETS.values()]
    return conference_agenda(
        teller,
        AgendaMatter(
            province=environment.catalogue.provinces.get(opened.place),
            year=opened.year,
            told=told,
            quotes=opened.quotes,
            appended=(*told.values(), *groups),
        ),
    )


def _place(figures: OpenFigures, asked: Asked) -> str:
    may_see = figures.provinces
    if asked.by is Dimension.PROVINCE and asked.value and (may_see is None or asked.value in may_see):
        return asked.value
    return NATION if may_see is None else min(may_see)


def _quotes(environment: Environment, figures: OpenFigures, place: str, year: int) -> Quotes:
    found: dict[tuple[FeedbackKind, Theme], tuple[Feedback, ...]] = {}
    with reading(environment) as repository:
        for kind in FeedbackKind:
            table = figures.told(year, kind, Dimension.PROVINCE)
            line = table.line(place) if place else table.column_totals
            for theme, firms in zip(table.columns, line, strict=True):
                if firms:
                    about = (kind, Theme(theme))
                    found[about] = repository.reports.quoted(year, *about, place or None, MOST_QUOTES)
    return {about: quotes for about, quotes in found.items() if quotes}
