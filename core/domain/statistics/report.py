"""The status report of a province or of the nation, in the layout of a decree, filled from the officials' sheets.

What is said stands in content/programme/national-report.toml. What only people know (courses held, number, day, who
signs) stays blank; the sheets themselves follow in an appendix, so that each number can be found again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from core.domain.catalogue import Province
from core.domain.document import Document, Figure, Paragraph, ParagraphStyle, Part, PartKind, Table
from core.domain.programme import without_blank_names
from core.domain.programme_proposal import lower_first
from core.domain.statistics.figures import NOT_REVIEWED, SCORE, Stage
from core.domain.statistics.sheets import Sheet, SheetRow, SheetTeller, Unit, day_of
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.domain.templating import Filling, PartWords, Row, render_template
from core.language import Language, day

TEMPLATE = "national-report"
MOST_GAPS = 10
"""How many of the most common gaps are named."""
_FEW_NUMBERS = 2


@dataclass(frozen=True, slots=True)
class StatusMatter:
    """What a report is made of. province: None for the nation. year: of the results.

    stages: by province. The others are of the year, None while nobody has handed in: levels, validated (levels) and
    topics by province for a province, by trade for the nation; trade_counts and trade_means of the trades, in the line
    of the province where it is of one; gates and gaps. appended: what follows in the appendix.
    """

    province: Province | None
    year: int
    stages: Sheet
    levels: Sheet | None = None
    validated: Sheet | None = None
    topics: Sheet | None = None
    trade_counts: Sheet | None = None
    trade_means: Sheet | None = None
    gaps: Sheet | None = None
    appended: tuple[Sheet, ...] = ()


def status_report(teller: SheetTeller, matter: StatusMatter) -> Document:
    """Return the report in the language of the teller; equal inputs give an equal document."""
    report = _Report(teller, matter)
    made_on = day_of(matter.stages.at)
    main = tuple(
        without_blank_names(part) for part in render_template(teller.catalogue.templates[TEMPLATE], report.filling())
    )
    return Document(
        id=TEMPLATE,
        language=teller.language,
        title=report.word("title", place=report.province_name, year=matter.year),
        author=report.body,
        subject=teller.word("subject"),
        made_on=made_on,
        parts=(*main, report.appendix()),
        keywords=tuple(report.programme_word("document.keywords").split("; ")),
    )


@dataclass(frozen=True, slots=True)
class _Report:
    teller: SheetTeller
    matter: StatusMatter

    def word(self, key: str, **values: object) -> str:
        return self.teller.catalogue.word(f"status-report.{key}")[self.teller.language].format(**values)

    def programme_word(self, key: str) -> str:
        return self.teller.catalogue.word(f"programme.{key}")[self.teller.language]

    @property
    def scope(self) -> str:
        return "province" if self.matter.province else "nation"

    @property
    def full_name(self) -> str:
        """The province as it stands within a name: "tỉnh Thái Nguyên"; empty for the nation."""
        if self.matter.province is None:
            return ""
        name = self.matter.province.full_name[self.teller.language]
        return lower_first(name) if self.teller.language is Language.VI else name

    @property
    def province_name(self) -> str:
        return self.full_name or self.word("nation")

    @property
    def body(self) -> str:
        return self.word(f"body.{self.scope}", province=self.full_name)

    def line(self, sheet: Sheet | None) -> SheetRow | None:
        """The row that the report is of: the province's, the whole for the nation; None where nobody stands."""
        if sheet is None:
            return None
        return sheet.row(self.matter.province.code) if self.matter.province else sheet.whole

    def shown(self, value: int | None, unit: Unit = Unit.FIRMS) -> str:
        return self.teller.drawn(value, unit)

    def of(self, sheet: Sheet | None, column: str) -> int | None:
        """The number of a column in the line of the report; 0 where there is no line."""
        row = self.line(sheet)
        return row.values[sheet.column_ids.index(column)] if sheet and row else 0

    def reviewed(self) -> str:
        """How many results were reviewed; hidden with any number of the line, so that no difference tells it."""
        row = self.line(self.matter.validated)
        if row is None or self.matter.validated is None:
            return self.shown(0)
        waiting = row.values[self.matter.validated.column_ids.index(NOT_REVIEWED)]
        if row.total is None or waiting is None or None in row.values:
            return self.shown(None)
        return self.shown(row.total - waiting)

    def filling(self) -> Filling:
        teller, matter = self.teller, self.matter
        blank, short = self.programme_word("blank"), self.programme_word("blank.short")
        gap_firms = matter.gaps.whole.values[0] if matter.gaps else 0
        values = {
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
            "place": matter.province.name[teller.language] if matter.province else self.word("capital"),
            "province_name": self.province_name,
            "report_period": self.word("period", year=matter.year),
            "data_on": day(day_of(matter.stages.at), teller.language),
            "catalogue_edition": matter.stages.edition,
            "group_minimum": str(MINIMUM_GROUP),
            "reviewed_count": self.reviewed(),
            "yearly_report_count": self.shown(self.of(matter.stages, Stage.REPORTING)),
            "gap_firms": self.shown(gap_firms),
        }
        keys = ("article", "appendix", "recipients", "addressees")
        return Filling(
            language=teller.language,
            values=values,
            collections={
                "stages": list(self.stage_rows()),
                "sectors": list(self.sector_rows()),
                "common_gaps": list(self.gap_rows()),
            },
            conditions={},
            words=PartWords(*map(self.programme_word, keys)),
            figures=self.figures(),
        )

    def figures(self) -> Mapping[str, Figure | None]:
        matter = self.matter
        sheets = {"stages": matter.stages, "levels": matter.levels, "topics": matter.topics, "gaps": matter.gaps}
        return {f"figure-{name}": self.teller.chart(sheet) if sheet else None for name, sheet in sheets.items()}

    def stage_rows(self) -> Iterator[Row]:
        for code, name in zip(self.matter.stages.column_ids, self.matter.stages.columns, strict=True):
            yield {"stage_name": name, "stage_count": self.shown(self.of(self.matter.stages, code))}

    def sector_rows(self) -> Iterator[Row]:
        """The trades in which somebody has a result."""
        counts, means = self.matter.trade_counts, self.matter.trade_means
        if counts is None or means is None:
            return
        for name, count, mean in self._trades(counts, means):
            if count != 0:
                score = self.shown(mean, Unit.POINTS)
                yield {"group_name": name, "group_size": self.shown(count), "group_score": score}

    def _trades(self, counts: Sheet, means: Sheet) -> Iterator[tuple[str, int | None, int | None]]:
        if self.matter.province is None:
            place = means.column_ids.index(SCORE)
            for row in counts.rows:
                scored = means.row(row.id)
                yield row.label, row.total, scored.values[place] if scored else None
            return
        for code, name in zip(counts.column_ids, counts.columns, strict=True):
            is_known = code in means.column_ids and self.line(means) is not None
            yield name, self.of(counts, code), self.of(means, code) if is_known else None

    def gap_rows(self) -> Iterator[Row]:
        rows = self.matter.gaps.rows if self.matter.gaps else ()
        for row in rows[:MOST_GAPS]:
            if row.values[0]:
                yield {"common_gap": row.label, "common_gap_count": self.shown(row.values[0])}

    def appendix(self) -> Part:
        blocks: list[Table | Paragraph] = []
        for sheet in self.matter.appended:
            blocks.append(_wide(replace(self.teller.table(sheet), caption=f"{sheet.title}:", is_landscape=True)))
            blocks += [Paragraph(one, ParagraphStyle.NOTE) for one in (self.teller.origin(sheet), *sheet.notes)]
        title = self.programme_word("appendix").format(number="I")
        return Part(PartKind.APPENDIX, title, summary=self.word("appendix").upper(), blocks=tuple(blocks))


def _wide(table: Table) -> Table:
    """Return a table of one or two numbers with room for the long names of its rows."""
    label, *numbers = table.columns
    if len(numbers) > _FEW_NUMBERS:
        return table
    return replace(table, columns=(replace(label, width=160), *(replace(one, width=40) for one in numbers)))
