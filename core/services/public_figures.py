"""The figures of the nation for everybody, where the administrator has opened their page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.domain.document import Shape
from core.domain.permissions import Action, Actor, Concern, require
from core.domain.statistics.sheets import Sheet, SheetRow, SheetTeller
from core.errors import NotThere
from core.language import Language
from core.services import officials
from core.services.environment import Environment, reading, transaction
from core.services.official_sheets import Asked, SheetName, sheet_of, year_of

_SETTING = "public-figures"
_OPEN, _CLOSED = "1", ""
_OF_RESULTS = (SheetName.LEVELS, SheetName.TOPICS)


@dataclass(frozen=True, slots=True)
class PublicPage:
    """The sheets of the page, all of one moment; years: those with results, the latest first; year: the one shown."""

    sheets: tuple[Sheet, ...]
    years: tuple[int, ...]
    year: int | None


def is_open(environment: Environment) -> bool:
    """Tell whether everybody may see the figures of the nation; nobody may before an administrator says so."""
    with reading(environment) as repository:
        return repository.setting(_SETTING) == _OPEN


def set_open(environment: Environment, actor: Actor, wanted: bool) -> None:
    """Open or close the page for everybody. Raises NotThere for anybody but an administrator."""
    require(actor, Action.OPEN_PUBLIC_PAGE, Concern())
    with transaction(environment, actor) as repository:
        repository.set_setting(_SETTING, _OPEN if wanted else _CLOSED)


def public_page(environment: Environment, asked: Asked, language: Language) -> PublicPage:
    """Return stages, levels and topics of the nation; of what is asked only the year is heard.

    Raises NotThere while the page is closed.
    """
    if not is_open(environment):
        raise NotThere
    figures = officials.open_public_figures(environment)
    teller = SheetTeller(environment.catalogue, language)
    names = (SheetName.STAGES, *(_OF_RESULTS if figures.years else ()))
    year = year_of(figures, asked) if figures.years else None
    sheets = (sheet_of(figures, teller, name, Asked(year=asked.year)) for name in names)
    return PublicPage(tuple(_for_all(one, teller, year) for one in sheets), figures.years, year)


def _for_all(sheet: Sheet, teller: SheetTeller, year: int | None) -> Sheet:
    """Return a sheet that has only the row of the whole as it reads best: means become rows, counts one bar."""
    title = teller.catalogue.word(f"public-figures.sheet.{sheet.id}")[teller.language].format(year=year)
    if sheet.id != SheetName.TOPICS:
        of = teller.catalogue.word("public-figures.of")[teller.language]
        return replace(sheet, title=title, row_title=of, shape=Shape.PARTS)
    *topics, score = (
        SheetRow(code, label, (value,))
        for code, label, value in zip(sheet.column_ids, sheet.columns, sheet.whole.values, strict=True)
    )
    return replace(
        sheet,
        title=title,
        row_title=teller.word("row.topic"),
        column_ids=(score.id,),
        columns=(teller.catalogue.word("public-figures.points")[teller.language],),
        rows=tuple(topics),
        whole=score,
        shape=Shape.BARS,
        hidden=sum(one.values[0] is None for one in (*topics, score)),
    )
