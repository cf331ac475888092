"""The status report of a province or of the nation, in the layout of a decree, filled from the officials' sheets.

What is said stands in content/programme/national-report.toml. What only people know (courses held, number, day, who
signs) stays blank; the sheets themselves follow in an appendix, so that each number can be found again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.domain.catalogue import Province
from core.domain.document import Document, Figure
from core.domain.statistics.agenda import told_rows
from core.domain.statistics.figures import NOT_REVIEWED, SCORE, Stage
from core.domain.statistics.official_paper import OfficialPaper
from core.domain.statistics.sheets import Sheet, SheetRow, SheetTeller, Unit
from core.domain.templating import Filling, Row

TEMPLATE = "national-report"
MOST_GAPS = 10
"""How many of the most common gaps are named."""


@dataclass(frozen=True, slots=True)
class StatusMatter:
    """What a report is made of. province: None for the nation. year: of the results.

    stages: by province. The others are of the year, None while nobody has handed in: levels, validated (levels) and
    topics by province for a province, by trade for the nation; trade_counts and trade_means of the trades, in the line
    of the province where it is of one; gates and gaps. difficulties, proposals: by theme, of the province where it is
    of one; None while nothing was told of the year. appended: what follows in the appendix.
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
    difficulties: Sheet | None = None
    proposals: Sheet | None = None
    appended: tuple[Sheet, ...] = ()


def status_report(teller: SheetTeller, matter: StatusMatter) -> Document:
    """Return the report in the language of the teller; equal inputs give an equal document."""
    paper = OfficialPaper(teller, matter.province, matter.year, matter.stages.at)
    report = _Report(teller, matter, paper)
    title = paper.word("title", place=paper.province_name, year=matter.year)
    return paper.document(TEMPLATE, title, report.filling(), matter.appended)


@dataclass(frozen=True, slots=True)
class _Report:
    teller: SheetTeller
    matter: StatusMatter
    paper: OfficialPaper

    def line(self, sheet: Sheet | None) -> SheetRow | None:
        return self.paper.line(sheet)

    def shown(self, value: int | None, unit: Unit = Unit.FIRMS) -> str:
        return self.paper.shown(value, unit)

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
        matter = self.matter
        values = {
            "catalogue_edition": matter.stages.edition,
            "reviewed_count": self.reviewed(),
            "yearly_report_count": self.shown(self.of(matter.stages, Stage.REPORTING)),
            "gap_firms": self.shown(matter.gaps.whole.values[0] if matter.gaps else 0),
        }
        collections = {
            "stages": list(self.stage_rows()),
            "sectors": list(self.sector_rows()),
            "common_gaps": list(self.gap_rows()),
            "told_difficulties": list(told_rows(self.paper, matter.difficulties)),
            "told_proposals": list(told_rows(self.paper, matter.proposals)),
        }
        return self.paper.filling(values, collections, self.figures())

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
