"""The status report of a province or of the nation: who may have which, and its files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from core.domain.document import Document, Shape
from core.domain.permissions import Actor
from core.domain.statistics.figures import Dimension
from core.domain.statistics.report import StatusMatter, status_report
from core.domain.statistics.sheets import Sheet, SheetTeller
from core.errors import NotThere
from core.language import VIETNAM, Language
from core.services.environment import Environment
from core.services.exchanging import WRITERS, DraftForm
from core.services.official_sheets import Asked, SheetName, sheet_of
from core.services.officials import OpenFigures, open_figures

NATION = ""
"""The place of a report that is of the whole nation."""


@dataclass(frozen=True, slots=True)
class OfferedReports:
    """Of which places and years there can be a report; the first are the usual ones. places: codes, or NATION."""

    places: tuple[str, ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StatusReportFile:
    """A report as a file, with the day of its data in Vietnam."""

    content: bytes
    day: date


def offered_reports(environment: Environment, actor: Actor) -> OfferedReports:
    """Return what an official may ask for. Raises NotThere for everybody else."""
    return _offered(environment, open_figures(environment, actor))


def report_of(environment: Environment, actor: Actor, place: str, year: int, language: Language) -> Document:
    """Return the report of a place on a year. Raises NotThere for everybody else, and where there is none."""
    figures = open_figures(environment, actor)
    offered = _offered(environment, figures)
    if place not in offered.places or year not in offered.years:
        raise NotThere
    teller = SheetTeller(environment.catalogue, language)
    return status_report(teller, _matter(environment, figures, teller, place, year))


def report_file(
    environment: Environment, actor: Actor, place: str, year: int, form: DraftForm, language: Language
) -> StatusReportFile:
    """Return the report as a file; XLSX holds its tables. Raises NotThere."""
    document = report_of(environment, actor, place, year, language)
    return StatusReportFile(WRITERS[form](document), document.made_on)


def _offered(environment: Environment, figures: OpenFigures) -> OfferedReports:
    provinces = environment.catalogue.provinces
    places = (NATION, *provinces) if figures.provinces is None else tuple(sorted(figures.provinces))
    years = figures.years or (figures.at.astimezone(VIETNAM).year,)
    return OfferedReports(places, years)


def _matter(environment: Environment, figures: OpenFigures, teller: SheetTeller, place: str, year: int) -> StatusMatter:
    province = environment.catalogue.provinces.get(place)
    by_province = Asked(by=Dimension.PROVINCE, other=Dimension.SECTOR, value=place, year=year)
    by_trade = Asked(by=Dimension.SECTOR, other=Dimension.PROVINCE, year=year)

    def sheet(name: SheetName, asked: Asked) -> Sheet:
        found = sheet_of(figures, teller, name, asked)
        return line_only(found, place) if asked is by_province and province else found

    stages = sheet(SheetName.STAGES, by_province)
    matter = StatusMatter(province, year, stages, appended=(stages,))
    if year in figures.told_years:
        hard, asked = (
            sheet_of(figures, teller, name, by_province) for name in (SheetName.DIFFICULTIES, SheetName.PROPOSALS)
        )
        matter = replace(matter, difficulties=hard, proposals=asked, appended=(stages, hard, asked))
    if not figures.years:
        return matter
    main = by_province if province else by_trade
    levels = sheet(SheetName.LEVELS, main)
    topics = sheet(SheetName.TOPICS, main)
    validated = sheet(SheetName.VALIDATED_LEVELS, main)
    gaps, gates = sheet_of(figures, teller, SheetName.GAPS, main), sheet_of(figures, teller, SheetName.GATES, main)
    trade_counts = sheet(SheetName.PAIRS, by_province) if province else levels
    trade_means = sheet(SheetName.PAIR_MEANS, by_province) if province else topics
    own = (trade_counts, trade_means) if province else (sheet(SheetName.LEVELS, by_province),)
    return replace(
        matter,
        levels=levels,
        validated=validated,
        topics=topics,
        trade_counts=trade_counts,
        trade_means=trade_means,
        gaps=gaps,
        appended=(stages, levels, validated, topics, *own, gates, gaps, *matter.appended[1:]),
    )


def line_only(sheet: Sheet, province: str) -> Sheet:
    """Return a sheet by province with the line of one province, and the nation to compare."""
    rows = tuple(row for row in sheet.rows if row.id == province)
    numbers = [value for row in (*rows, sheet.whole) for value in (*row.values, *([row.total] * sheet.has_total))]
    shape = Shape.PARTS if sheet.shape is Shape.TILES else sheet.shape
    return replace(sheet, rows=rows, shape=shape, hidden=sum(value is None for value in numbers))
