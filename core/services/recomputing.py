"""What would move if all that was handed in were scored under another method: a preview, nothing is written.

Scores never change by themselves: a method takes effect by a new edition, for what is answered in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from core.domain.catalogue import Catalogue
from core.domain.permissions import Action, Actor, Concern, require
from core.domain.profile import Profile
from core.domain.recomputing import Letters, Rescoring, letters_of
from core.domain.review import validated
from core.domain.scorecard import ScoreKind
from core.domain.statistics.figures import ProtectedTable, protected
from core.errors import FileRefused, OutOfOrder
from core.services.environment import Environment, reading
from core.storage.content import with_method
from core.storage.handed_in import latest_handed_in

FILE_LIMIT = 1024 * 1024
"""Most bytes of a method file."""
_BUSY = Lock()
LEVELS = ("0", "1", "2", "3", "4")
DOWN, SAME, UP = "down", "same", "up"


@dataclass(frozen=True, slots=True)
class Moves:
    """How the levels of enterprises would move; groups of fewer than five are hidden in each table by itself.

    levels: rows are the levels now, columns those under the other method. sectors: rows are sectors, columns DOWN, SAME
    and UP.
    """

    levels: ProtectedTable
    sectors: ProtectedTable


def preview_method(environment: Environment, actor: Actor, data: bytes, file: str) -> Mapping[ScoreKind, Moves]:
    """Return what the last method of a file would move: the levels as declared, and those of reviewed enterprises.

    Of each enterprise the latest submission counts that was not withdrawn, in the edition it was answered in; only the
    method is another. data: in the shape of content/method.toml; file: its name, for errors.
    One at a time in a process: 100,000 enterprises take a core more than half a minute.
    Raises FileRefused, ContentError when the method does not fit, OutOfOrder("preview-under-way"), NotThere for anybody
    but an administrator.
    """
    require(actor, Action.PREVIEW_METHOD, Concern())
    if len(data) > FILE_LIMIT:
        raise FileRefused("file-too-large", place=file, seen=len(data), expected=FILE_LIMIT)
    if not _BUSY.acquire(blocking=False):
        raise OutOfOrder("preview-under-way", state="under-way", step="preview")
    try:
        return _preview(environment, data, file)
    finally:
        _BUSY.release()


def _preview(environment: Environment, data: bytes, file: str) -> Mapping[ScoreKind, Moves]:
    proposals = {environment.catalogue.edition: _Proposal(environment.catalogue, data, file)}
    found: dict[ScoreKind, Counter[tuple[str, int, int]]] = {ScoreKind.SELF: Counter(), ScoreKind.VALIDATED: Counter()}
    with reading(environment) as repository:
        for one in latest_handed_in(repository.session):
            if one.edition not in proposals:
                proposals[one.edition] = _Proposal(environment.edition(one.edition), data, file)
            proposal, letters = proposals[one.edition], letters_of(one.answers)
            sector = one.profile.sector
            found[ScoreKind.SELF][sector, *proposal.levels(one.profile, letters, one.is_overdue)] += 1
            if one.adjusted is not None:
                letters |= letters_of(validated({name: one.answers[name] for name in one.adjusted}, one.adjusted))
                found[ScoreKind.VALIDATED][sector, *proposal.levels(one.profile, letters, one.is_overdue)] += 1
    return {kind: _moves(environment.catalogue, counts) for kind, counts in found.items()}


class _Proposal:
    """An edition as it is, and under the other method."""

    def __init__(self, now: Catalogue, data: bytes, file: str) -> None:
        self._both = Rescoring(now), Rescoring(with_method(now, data, file))

    def levels(self, profile: Profile, letters: Letters, is_overdue: bool) -> tuple[int, int]:
        before, after = (one.published(profile, letters, is_overdue=is_overdue) for one in self._both)
        # Nothing without a score can be handed in.
        assert before is not None
        assert after is not None
        return before[1].level, after[1].level


def _moves(catalogue: Catalogue, counts: Counter[tuple[str, int, int]]) -> Moves:
    levels: Counter[tuple[int, int]] = Counter()
    directions: Counter[tuple[str, str]] = Counter()
    for (sector, before, after), count in counts.items():
        levels[before, after] += count
        directions[sector, DOWN if after < before else UP if after > before else SAME] += count
    places = range(len(LEVELS))
    sectors = [*catalogue.sectors, *sorted({sector for sector, _, _ in counts} - catalogue.sectors.keys())]
    return Moves(
        levels=protected(LEVELS, LEVELS, [[levels[before, after] for after in places] for before in places]),
        sectors=protected(
            sectors, (DOWN, SAME, UP), [[directions[sector, way] for way in (DOWN, SAME, UP)] for sector in sectors]
        ),
    )
