"""The redline: what a reviewer proposes in a draft programme, place by place, and what comes of it.

A change never touches the draft by itself: accepted, it becomes an edit of the enterprise's own. The differences are
shown by words; a word is never cut, nor a mark parted from its letter, so that any text can be put together again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from core.domain.programme_edits import DraftField, Edit
from core.errors import ReviewRefused

REASON_LIMIT = 1_000
"""Most characters of the reason of a change, and of the word with which it is answered."""
_IN_NUMBERS = frozenset(".,/:-")
_JOINERS = frozenset("\u200c\u200d_")


class Verdict(StrEnum):
    """What the enterprise says to a change."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class RunKind(StrEnum):
    """What happens to a run of text."""

    KEPT = "kept"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text that stays, goes or comes."""

    kind: RunKind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A proposed value at one place of the programme as it was handed in; values are canonical texts.

    base: what stood there, in the language in which the reviewer read it. template: what the analysis proposed there,
    "" where nothing. was_edited: `base` was the enterprise's own wording.
    """

    path: str
    base: str
    value: str
    reason: str = ""
    template: str = ""
    was_edited: bool = False

    @property
    def edit(self) -> Edit:
        """The change as an edit of the enterprise's own."""
        return Edit(self.path, self.value, self.template)


def check_reason(path: str, reason: str) -> None:
    """Raise ReviewRefused("proposal-reason-too-long") for a reason, or a word of answer, beyond the limit."""
    if len(reason) > REASON_LIMIT:
        raise ReviewRefused("proposal-reason-too-long", path=path, length=len(reason), limit=REASON_LIMIT)


def answered(edits: Mapping[str, Edit], change: Change, verdict: Verdict) -> Mapping[str, Edit]:
    """Return the enterprise's edits (by place) after it said something to a change.

    Changes are of different places, so that the order of the answers does not matter.
    """
    return {**edits, change.path: change.edit} if verdict is Verdict.ACCEPTED else edits


def has_moved(change: Change, field: DraftField | None) -> bool:
    """Tell whether the enterprise has written something else at the place since it handed in, other than the proposal.

    What the analysis proposes may move by itself; that loses nobody's words. None: the item is there no more.
    """
    if field is None:
        return change.was_edited
    if field.value.vi == change.value:
        return False
    return field.is_edited != change.was_edited or (field.is_edited and field.value.vi != change.base)


def runs(before: str, after: str) -> tuple[Run, ...]:
    """Return what is kept, deleted and inserted between two texts, by words.

    Without the inserted runs it is the text before, without the deleted ones the text after.
    """
    old, new = words(before), words(after)
    found: list[Run] = []
    deleted = inserted = ""
    # Blanks between two changed words go with them: "a b" → "c d" is one change, not two.
    for kind, gone, come in _steps(old, new):
        if kind is RunKind.KEPT and gone.strip():
            found += _changed(deleted, inserted)
            found.append(Run(RunKind.KEPT, gone))
            deleted = inserted = ""
        elif kind is RunKind.KEPT and not (deleted or inserted):
            found.append(Run(RunKind.KEPT, gone))
        else:
            deleted += gone
            inserted += come
    return (*found, *_changed(deleted, inserted))


def words(text: str) -> list[str]:
    """Cut a text into words, runs of blanks and single signs; put together they are the text."""
    found: list[str] = []
    start = 0
    for position in range(1, len(text)):
        if not _joined(text, position):
            found.append(text[start:position])
            start = position
    return [*found, text[start:]] if text else []


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[RunKind, str, str]]:
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        kind = RunKind.KEPT if tag == "equal" else RunKind.DELETED
        yield kind, "".join(old[first:last]), "".join(new[begin:end])


def _changed(deleted: str, inserted: str) -> Iterator[Run]:
    if deleted == inserted:
        if deleted:
            yield Run(RunKind.KEPT, deleted)
        return
    # Blanks at the end that both sides end with stay outside: a line under nothing would only puzzle.
    shared = _shared_blanks(deleted, inserted)
    if deleted[: len(deleted) - shared]:
        yield Run(RunKind.DELETED, deleted[: len(deleted) - shared])
    if inserted[: len(inserted) - shared]:
        yield Run(RunKind.INSERTED, inserted[: len(inserted) - shared])
    if shared:
        yield Run(RunKind.KEPT, deleted[len(deleted) - shared :])


def _shared_blanks(one: str, other: str) -> int:
    count = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right or not left.isspace():
            break
        count += 1
    return count


def _joined(text: str, position: int) -> bool:
    """Tell whether the sign at a position belongs to the one before it."""
    before, here = text[position - 1], text[position]
    if _is_mark(here) or before == "\u200d":
        return True
    if before.isspace() or here.isspace():
        return before.isspace() and here.isspace()
    if _is_letter(before) and _is_letter(here):
        return True
    # 1.200.000, 0,5 and 31/12/2027 are one word each.
    if here in _IN_NUMBERS:
        return before.isdecimal() and text[position + 1 : position + 2].isdecimal()
    return before in _IN_NUMBERS and here.isdecimal() and text[position - 2 : position - 1].isdecimal()


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or sign in _JOINERS or _is_mark(sign)


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign) in ("Mn", "Mc", "Me") or sign in _JOINERS
