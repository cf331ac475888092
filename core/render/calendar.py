"""Calendar files: days to remember, each with an alarm a month and a week before.

An entry keeps its id over all files, so that reading a later file moves what an earlier one brought and doubles
nothing. The same entries of the same moment give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from icalendar import Alarm, Calendar, Event, vDuration

from core.language import Language, clean

ALARM_DAYS = (30, 7)
"""Days before the event on which a calendar reminds of it."""
_END = b"END:VCALENDAR\r\n"
_PRODUCT = "-//Do Chuan//Do Chuan//{}"
# The standard wants a number that grows with every change of an event; seconds from here fit into its 32 bits to 2088.
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A whole day to remember; `uid` is the same in every file that speaks of the same matter.

    alarms: the words of each alarm, in the order of ALARM_DAYS.
    """

    uid: UUID
    day: date
    summary: str
    description: str
    alarms: tuple[str, ...]


def write_calendar(name: str, entries: Iterable[CalendarEntry], language: Language, as_of: datetime) -> bytes:
    """Return entries as an iCalendar file (RFC 5545); `as_of`: the moment of the last change that it shows."""
    moment = as_of.astimezone(UTC).replace(microsecond=0)
    calendar = Calendar()
    calendar.add("PRODID", _PRODUCT.format(language.upper()))
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", clean(name))
    in_order = sorted(entries, key=lambda entry: (entry.day, str(entry.uid)))
    # Event by event: thousands of them at once are a heap of small objects that Python counts over and over.
    events = [_event(entry, language, moment).to_ical() for entry in in_order]
    shell: bytes = calendar.to_ical()
    return b"".join([shell.removesuffix(_END), *events, _END])


def _event(entry: CalendarEntry, language: Language, moment: datetime) -> Event:
    event = Event()
    event.add("UID", str(entry.uid))
    event.add("DTSTAMP", moment)
    event.add("LAST-MODIFIED", moment)
    event.add("SEQUENCE", int((moment - _EPOCH).total_seconds()))
    event.add("DTSTART", entry.day)
    event.add("DTEND", entry.day + timedelta(days=1))
    event.add("SUMMARY", clean(entry.summary), parameters={"LANGUAGE": language.value})
    event.add("DESCRIPTION", clean(entry.description), parameters={"LANGUAGE": language.value})
    event.add("TRANSP", "TRANSPARENT")
    for days, words in zip(ALARM_DAYS, entry.alarms, strict=True):
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", clean(words))
        alarm.add("TRIGGER", vDuration(timedelta(days=-days)))
        event.add_component(alarm)
    return event
