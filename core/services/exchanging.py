"""Exchange files: score and draft from one without a database; a firm's data out of the database and in again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from core.domain.assessment import RegisterFacts
from core.domain.catalogue import Catalogue
from core.domain.findings import find_gaps
from core.domain.instruments import register_facts
from core.domain.programme_edits import check_edits, draft_programme
from core.domain.programme_proposal import Analysis
from core.domain.scorecard import Finding, Scorecard, ScoreKind
from core.domain.scoring import score
from core.errors import ContentError, FileRefused, ProgrammeRefused
from core.storage.content import current_edition, load_catalogue
from core.storage.exchange import Exchange, Notice, read_exchange


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An exchange file that was read and fits its edition of the catalogue."""

    exchange: Exchange
    catalogue: Catalogue
    notices: tuple[Notice, ...]

    @property
    def register(self) -> RegisterFacts:
        """What the register of the file proves on the file's day."""
        return register_facts(self.exchange.instruments, self.catalogue.group2, self.exchange.on)


@dataclass(frozen=True, slots=True)
class ScoredFile:
    """An exchange file with its score and gaps."""

    file: OpenedFile
    scorecard: Scorecard
    findings: tuple[Finding, ...]


def open_file(data: bytes | str) -> OpenedFile:
    """Read an exchange file and check it against the catalogue it names.

    Raises FileRefused: broken, of an edition that is not here, an id that the catalogue does not hold, or an edit that
    cannot stand. Answers to questions that the profile puts out of scope are kept, with a notice.
    """
    exchange = read_exchange(data)
    catalogue = _catalogue_of(exchange)
    _check_ids(exchange, catalogue)
    file = OpenedFile(exchange, catalogue, (*exchange.notices, *_out_of_scope(exchange, catalogue)))
    if exchange.edits:
        _check_edits(file)
    return file


def score_file(data: bytes | str, kind: ScoreKind = ScoreKind.SELF) -> ScoredFile:
    """Score an exchange file and find its gaps, as of the day that the file names."""
    return _scored(open_file(data), kind)


def _scored(file: OpenedFile, kind: ScoreKind) -> ScoredFile:
    exchange, register = file.exchange, file.register
    scorecard = score(file.catalogue, exchange.profile, exchange.answers, register, kind)
    findings = find_gaps(file.catalogue, exchange.profile, exchange.answers, scorecard, register, exchange.on)
    return ScoredFile(file, scorecard, findings)


def _analysis(file: OpenedFile) -> Analysis:
    scored = _scored(file, ScoreKind.SELF)
    exchange = file.exchange
    return Analysis(
        catalogue=file.catalogue,
        profile=exchange.profile,
        answers=exchange.answers,
        scorecard=scored.scorecard,
        evidence_scorecard=_scored(file, ScoreKind.EVIDENCE).scorecard,
        findings=scored.findings,
        on=exchange.on,
        instruments=exchange.instruments,
    )


def _catalogue_of(exchange: Exchange) -> Catalogue:
    try:
        return load_catalogue(exchange.catalogue)
    except ContentError as error:
        if error.code != "edition-unknown":
            raise
        known = current_edition()
    raise FileRefused("exchange-other-edition", place="catalogue", seen=exchange.catalogue, expected=known)


def _check_ids(exchange: Exchange, catalogue: Catalogue) -> None:
    profile = exchange.profile
    _check_id("profile.province", profile.province, catalogue.provinces)
    _check_id("profile.sector", profile.sector, catalogue.sectors)
    _check_id("profile.vsic", profile.vsic, catalogue.vsic)
    for question in exchange.answers:
        _check_id(f"answers.{question}", question, catalogue.questions)
    for position, instrument in enumerate(exchange.instruments):
        _check_id(f"instruments[{position}].group2_row", instrument.group2_row, catalogue.group2)


def _check_id(place: str, seen: str, known: Mapping[str, object]) -> None:
    if seen and seen not in known:
        raise FileRefused(
            "exchange-unknown-id", place=place, seen=seen, expected=get_close_matches(seen, known, 1, cutoff=0)[0]
        )


def _check_edits(file: OpenedFile) -> None:
    """Refuse an edit that the editor of the programme would refuse, with its place in the file."""
    edits = {edit.path: edit.value for edit in file.exchange.edits}
    try:
        check_edits(edits, draft_programme(_analysis(file)))
    except ProgrammeRefused as error:
        path = str(error.details["path"])
        position = list(edits).index(path)
        details = {"seen": edits[path], "expected": "", **error.details}
        raise FileRefused(error.code, place=f"programme.edits[{position}]", **details) from None


def _out_of_scope(exchange: Exchange, catalogue: Catalogue) -> tuple[Notice, ...]:
    return tuple(
        Notice("exchange-out-of-scope", {"place": f"answers.{question}", "question": question})
        for question in exchange.answers
        if not catalogue.questions[question].applies_when.holds(exchange.profile)
    )
