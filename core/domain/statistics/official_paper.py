"""What the papers of officials share: who writes to whom, what stays blank, and the sheets in an appendix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.catalogue import Province
from core.domain.document import Document, Figure, Paragraph, ParagraphStyle, Part, PartKind, Table
from core.domain.programme import without_blank_names
from core.domain.programme_proposal import lower_first
from core.domain.statistics.sheets import Sheet, SheetRow, SheetTeller, Unit, day_of
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.domain.templating import Filling, PartWords, Row, render_template
from core.language import Language, day

_FEW_NUMBERS, _MANY_NUMBERS = 2, 8


@dataclass(frozen=True, slots=True)
class OfficialPaper:
    """A paper of a province, or of the nation where `province` is None, on a year, with figures as of a moment."""

    teller: SheetTeller
    province: Province | None
    year: int
    at: datetime

    def word(self, key: str, **values: object) -> str:
        """A text of content/words/status-report.toml, filled."""
        return self.teller.catalogue.word(f"status-report.{key}")[self.teller.language].format(**values)

    def programme_word(self, key: str) -> str:
        return self.teller.catalogue.word(f"programme.{key}")[self.teller.language]

    @property
    def scope(self) -> str:
        return "province" if self.province else "nation"

    @property
    def full_name(self) -> str:
        """The province as it stands within a name: "tỉnh Thái Nguyên"; empty for the nation."""
        if self.province is None:
            return ""
        name = self.province.full_name[self.teller.language]
        return lower_first(name) if self.teller.language is Language.VI else name

    @property
    def province_name(self) -> str:
        return self.full_name or self.word("nation")

    @property
    def body(self) -> str:
        return self.word(f"body.{self.scope}", province=self.full_name)

    def line(self, sheet: Sheet | None) -> SheetRow | None:
        """The row that the paper is of: the province's, the whole for the nation; None where nobody stands."""
        if sheet is None:
            return None
        return sheet.row(self.province.code) if self.province else sheet.whole

    def shown(self, value: int | None, unit: Unit = Unit.FIRMS) -> str:
        return self.teller.drawn(value, unit)

    def filling(
        self,
        values: Mapping[str, str],
        collections: Mapping[str, Sequence[Row]],
        figures: Mapping[str, Figure | None],
    ) -> Filling:
        """Return what a template may name: what every such paper has, and what is given."""
        blank = self.programme_word("blank")
        short = self.programme_word("blank.short")
        keys = ("article", "appendix", "recipients", "addressees")
        return Filling(
            language=self.teller.language,
            values={
                "official_parent_upper": self.word(f"parent.{self.scope}", province=self.full_name).upper(),
                "department_name": self.body,
                "department_name_upper": self.body.upper(),
                "department_code": self.word(f"sign.{self.scope}"),
                "official_addressee": self.word(f"addressee.{self.scope}"),
                "official_title_upper": blank,
                "official_name": blank,
                "drafting_unit": blank,
                "number_blank": blank,
                "day_blank": short,
                "month_blank": short,
                "year_blank": self.programme_word("blank.year"),
                "place": self.province.name[self.teller.language] if self.province else self.word("capital"),
                "province_name": self.province_name,
                "report_period": self.word("period", year=self.year),
                "data_on": day(day_of(self.at), self.teller.language),
                "group_minimum": str(MINIMUM_GROUP),
                **values,
            },
            collections=collections,
            conditions={},
            words=PartWords(*map(self.programme_word, keys)),
            figures=figures,
        )

    def document(self, template: str, title: str, filling: Filling, appended: Sequence[Sheet]) -> Document:
        """Return a filled template with its sheets; equal inputs give an equal document."""
        rendered = render_template(self.teller.catalogue.templates[template], filling)
        return Document(
            id=template,
            language=self.teller.language,
            title=title,
            author=self.body,
            subject=self.teller.word("subject"),
            made_on=day_of(self.at),
            parts=(*map(without_blank_names, rendered), self._appendix(appended)),
            keywords=tuple(self.programme_word("document.keywords").split("; ")),
        )

    def _appendix(self, sheets: Sequence[Sheet]) -> Part:
        blocks: list[Table | Paragraph] = []
        for sheet in sheets:
            table = replace(self.teller.table(sheet), caption=f"{sheet.title}:", is_landscape=True)
            blocks.append(_wide(_turned(table, self.word("appendix.item"))))
            blocks += [Paragraph(one, ParagraphStyle.NOTE) for one in (self.teller.origin(sheet), *sheet.notes)]
        title = self.programme_word("appendix").format(number="I")
        return Part(PartKind.APPENDIX, title, summary=self.word("appendix").upper(), blocks=tuple(blocks))


def _turned(table: Table, heading: str) -> Table:
    """Return a table of one line and very many columns the other way round; heading: above what were columns."""
    label, *numbers = table.columns
    if len(table.rows) > 1 or len(numbers) <= _MANY_NUMBERS:
        return table
    lines = [*table.rows, table.total] if table.total else table.rows
    return replace(
        table,
        columns=(replace(label, heading=heading), *(replace(numbers[0], heading=line[0]) for line in lines)),
        rows=tuple((one.heading, *cells) for one, *cells in zip(numbers, *(line[1:] for line in lines), strict=True)),
        total=(),
    )


def _wide(table: Table) -> Table:
    """Return a table of one or two numbers with room for the long names of its rows."""
    label, *numbers = table.columns
    if len(numbers) > _FEW_NUMBERS:
        return table
    return replace(table, columns=(replace(label, width=160), *(replace(one, width=40) for one in numbers)))
