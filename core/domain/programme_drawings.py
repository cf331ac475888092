"""The drawings of the programme: topic radar, due calendar, money by year, tasks in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.domain.document import Bar, Bars, Figure, Gantt, GanttRow, Radar, RadarAxis
from core.domain.instruments import add_months
from core.domain.programme_edits import DraftItem
from core.domain.programme_proposal import upper_first
from core.domain.programme_values import Writer, without_end

BAR_MONTHS = 6
"""Longest bar of a task, in months before its due date: work on a small task does not fill years."""
LABEL_LETTERS = 60


def figures(writer: Writer) -> Mapping[str, Figure | None]:
    """Return every drawing by the name that templates use; None where there is nothing to draw."""
    return {
        "topic-radar": topic_radar(writer),
        "due-calendar": due_calendar(writer),
        "money-by-year": money_by_year(writer),
        "task-timeline": task_timeline(writer),
    }


def topic_radar(writer: Writer) -> Radar:
    """The score of each topic against the level needed."""
    facts = writer.facts
    axes = tuple(
        RadarAxis(writer.topic_title(topic), topic.low, facts.target_of(topic))
        for topic in facts.analysis.scorecard.topics
    )
    return Radar(axes, writer.word("radar.score"), writer.word("radar.target"))


def due_calendar(writer: Writer) -> Bars | None:
    """Instruments falling due in each month of the first year."""
    counts = writer.facts.due_by_month
    if not any(counts):
        return None
    bars = (
        Bar(writer.word("calendar.month", month=str(month)), count, str(count))
        for month, count in enumerate(counts, start=1)
    )
    return Bars(tuple(bars), writer.word("calendar.unit"))


def money_by_year(writer: Writer) -> Bars | None:
    """Estimated money of each year."""
    if not writer.facts.budget_total:
        return None
    bars = (Bar(str(year.year), year.total, writer.money(year.total)) for year in writer.facts.money_years)
    return Bars(tuple(bars), writer.word("money-chart.unit"))


def task_timeline(writer: Writer) -> Gantt | None:
    """One bar for each task with a due date, in order of time."""
    facts = writer.facts
    rows = tuple(
        GanttRow(task_label(writer, item), bar_start(facts.analysis.on, due), due, facts.is_urgent(item))
        for item in facts.tasks
        if (due := item.day("due")) is not None
    )
    if not rows:
        return None
    start = min(facts.period.start, *(row.start for row in rows))
    return Gantt(start, max(facts.period.end, *(row.end for row in rows)), rows)


def bar_start(on: date, due: date) -> date:
    """Return where a task's bar begins: at most half a year before it is due, and not before the assessment."""
    return min(max(on, add_months(due, -BAR_MONTHS)), due)


def task_label(writer: Writer, item: DraftItem) -> str:
    """The matter of the task in a few words; of an edited title its beginning."""
    if item.origin in writer.catalogue.questions and not item.fields["title"].is_edited:
        number = writer.catalogue.questions[item.origin].number
        return f"{number} {upper_first(writer.object_of(item.origin))}"
    title = without_end(item.text("title", writer.language))
    return title if len(title) <= LABEL_LETTERS else f"{title[:LABEL_LETTERS].rsplit(' ', 1)[0]}…"
