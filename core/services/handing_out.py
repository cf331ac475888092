"""Deeds around drafts that are handed out: hand one out under a check code, list, download, revoke; check by anybody.

What was handed out stays byte for byte, whatever is answered or released afterwards. Who checks a code or a file is
told status, day, edition and hashes, and never whose draft it is.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from core.domain.check_code import VARIETY, make_check_code, read_check_code
from core.domain.handed_out import HandedOut, HandedOutFile, KeptHandedOut
from core.domain.permissions import Action, Actor, Concern, may, require
from core.domain.programme import CheckMark
from core.domain.scorecard import ScoreKind
from core.errors import BadInput, NotThere, OutOfOrder, ProgrammeRefused
from core.language import Language, clean
from core.services import programming
from core.services.accounts import ATTEMPT_WINDOW, key_of
from core.services.environment import Environment, reading, transaction
from core.services.exchanging import WRITERS, DraftForm
from core.services.programming import OpenProgramme
from core.storage.repository import Repository

CHECK_PATH = "/kiem-tra"
FORMS = (DraftForm.PDF, DraftForm.DOCX)
REASON_LIMIT = 500
FILE_LIMIT = 10 * 1024 * 1024
"""Most bytes of a file that is compared; of those handed out none is as large."""
ATTEMPTS_PER_ADDRESS = 10
ATTEMPTS_OVERALL = 1_000
"""Codes without a draft that are looked up for anybody within the window; files can be compared all the same."""
_EVERYBODY = "check:everybody"


# --- The firm's side


@dataclass(frozen=True, slots=True)
class HandedOutList:
    """What an enterprise handed out, newest first, and what the person may do."""

    drafts: tuple[KeptHandedOut, ...]
    may_hand_out: bool


def handed_out(environment: Environment, actor: Actor, enterprise_id: UUID) -> HandedOutList:
    """Return what an enterprise handed out. Raises NotThere."""
    with reading(environment) as repository:
        concern = _concern(repository, enterprise_id)
        require(actor, Action.DOWNLOAD_DRAFT, concern)
        return HandedOutList(
            drafts=repository.handed_out.of_enterprise(enterprise_id),
            may_hand_out=may(actor, Action.HAND_OUT_DRAFT, concern),
        )


def handed_out_beside(environment: Environment, actor: Actor, submission_id: UUID) -> tuple[KeptHandedOut, ...]:
    """Return what the enterprise of a submission handed out, for who may read the submission. Raises NotThere."""
    with reading(environment) as repository:
        submission = repository.reviews.get(submission_id)
        concern = Concern(submission.enterprise_id, submission.province, submission.state)
        require(actor, Action.VIEW_ANSWERS, concern)
        return repository.handed_out.of_enterprise(submission.enterprise_id)


def hand_out(environment: Environment, actor: Actor, enterprise_id: UUID) -> KeptHandedOut:
    """Keep the draft as it is now under a new code, as PDF and DOCX in both languages.

    A draft that did not change since the newest one keeps the code of that one.

    Raises OutOfOrder("draft-without-score"), FileRefused when the files would pass the quota, NotThere.
    """
    with reading(environment) as repository:
        require(actor, Action.HAND_OUT_DRAFT, _concern(repository, enterprise_id))
    opened = programming.open_programme(environment, actor, enterprise_id)
    if opened is None:
        raise OutOfOrder("draft-without-score", state="", step="hand_out")
    plain = programming.pdf(environment, actor, enterprise_id, Language.VI)
    draft_sha256 = hashlib.sha256(plain).hexdigest()
    with reading(environment) as repository:
        same = _standing(repository, enterprise_id, draft_sha256)
    if same:
        return same
    draft = _described(environment, opened, draft_sha256)
    # Written outside the transaction: that takes seconds, and a database waits for nobody.
    files = _written(environment, opened, draft)
    with transaction(environment, actor) as repository:
        repository.enterprises.lock(enterprise_id)
        concern = _concern(repository, enterprise_id)
        require(actor, Action.HAND_OUT_DRAFT, concern)
        # A second click comes here too: whoever is later finds the first one's.
        return _standing(repository, enterprise_id, draft_sha256) or repository.handed_out.add(
            enterprise_id, concern.province, draft, files
        )


def handed_out_file(
    environment: Environment, actor: Actor, handed_out_id: UUID, language: Language, form: DraftForm
) -> tuple[KeptHandedOut, bytes]:
    """Return a file just as it was handed out, with what it belongs to. Raises NotThere."""
    with reading(environment) as repository:
        kept = repository.handed_out.get(handed_out_id)
        require(actor, Action.DOWNLOAD_DRAFT, _concern(repository, kept.enterprise_id))
        file = next((one for one in kept.files if (one.language, one.form) == (language, form)), None)
        if file is None:
            raise NotThere
        return kept, repository.handed_out.content(file.sha256)


def revoke(environment: Environment, actor: Actor, handed_out_id: UUID, reason: str) -> None:
    """Revoke a draft for good, with a reason that only the enterprise and its advisers read.

    Raises ProgrammeRefused("draft-revoked-without-reason", "text-too-long"), NotThere.
    """
    reason = clean(reason)
    if not reason:
        raise ProgrammeRefused("draft-revoked-without-reason", path="")
    if len(reason) > REASON_LIMIT:
        raise ProgrammeRefused("text-too-long", path="", length=len(reason), limit=REASON_LIMIT)
    with transaction(environment, actor) as repository:
        kept = repository.handed_out.get(handed_out_id)
        require(actor, Action.HAND_OUT_DRAFT, _concern(repository, kept.enterprise_id))
        repository.handed_out.revoke(handed_out_id, reason)


# --- Anybody


@dataclass(frozen=True, slots=True)
class Checked:
    """What anybody may know of a draft that was handed out; revoked_on is None while it stands."""

    code: str
    on: date
    edition: str
    files: tuple[HandedOutFile, ...]
    revoked_on: date | None


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was compared: its SHA-256, and the draft and the file of it that have the same bytes, if any."""

    sha256: str
    checked: Checked | None
    file: HandedOutFile | None


def check_code(environment: Environment, typed: str, address: str) -> Checked | None:
    """Return what is told of the draft under a code; None for an unknown one, and for one whose enterprise is gone.

    address: of the network, by which attempts are counted. Raises BadInput: check-code-mistyped before anything is
    looked up; check-too-many (details: minutes) after too many unknown codes.
    """
    code = read_check_code(typed)
    keys = {key_of(f"check:{_network(address)}"): ATTEMPTS_PER_ADDRESS, key_of(_EVERYBODY): ATTEMPTS_OVERALL}
    with transaction(environment) as repository:
        # Counted before the code is looked up, so that many guesses at the same moment cannot slip through together.
        since = environment.now() - ATTEMPT_WINDOW
        is_slowed = any(repository.sign_ins.attempt(key, since, limit) is None for key, limit in keys.items())
        found = None if is_slowed else repository.handed_out.by_code(code)
        if found:
            for key in keys:
                repository.sign_ins.forget_attempts(key, latest_only=True)
    if is_slowed:
        raise BadInput("check-too-many", minutes=ATTEMPT_WINDOW // timedelta(minutes=1))
    return _checked(found) if found else None


def check_file(environment: Environment, content: bytes) -> CheckedFile:
    """Compare a file byte for byte with all that was handed out; it is neither opened nor kept.

    Nothing is counted: nobody guesses a hash of 256 bits.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with reading(environment) as repository:
        found = repository.handed_out.by_file(sha256)
    if found is None:
        return CheckedFile(sha256, None, None)
    return CheckedFile(sha256, _checked(found), next(file for file in found.files if file.sha256 == sha256))


def check_address(environment: Environment) -> str:
    """Return the address of the page on which anybody checks a code."""
    return environment.settings.public_address + CHECK_PATH


# --- Inner


def _described(environment: Environment, opened: OpenProgramme, draft_sha256: str) -> HandedOut:
    analysis = opened.draft.analysis
    validated = analysis.validated_scorecard
    is_validated = validated is not None and validated.has_score
    stated = validated if validated is not None and is_validated else analysis.scorecard
    if stated.low is None or stated.high is None:
        raise OutOfOrder("draft-without-score", state="", step="hand_out")
    return HandedOut(
        programme_id=opened.programme.id,
        code=make_check_code(secrets.randbelow(VARIETY)),
        edition=analysis.scorecard.edition,
        score_kind=ScoreKind.VALIDATED if is_validated else ScoreKind.SELF,
        score_low=stated.low,
        score_high=stated.high,
        draft_sha256=draft_sha256,
        on=environment.today(),
    )


def _written(environment: Environment, opened: OpenProgramme, draft: HandedOut) -> dict[tuple[Language, str], bytes]:
    check = CheckMark(draft.code, check_address(environment))
    files: dict[tuple[Language, str], bytes] = {}
    for language in Language:
        document = programming.paper(environment, opened.programme, opened.draft, language, draft.on, check)
        files |= {(language, form.value): WRITERS[form](document) for form in FORMS}
    return files


def _standing(repository: Repository, enterprise_id: UUID, draft_sha256: str) -> KeptHandedOut | None:
    """Return the newest draft that was handed out if it stands and is this one."""
    newest = next(iter(repository.handed_out.of_enterprise(enterprise_id)), None)
    is_same = newest is not None and newest.revoked_at is None and newest.draft.draft_sha256 == draft_sha256
    return newest if is_same else None


def _concern(repository: Repository, enterprise_id: UUID) -> Concern:
    """Return what a deed is about. Raises NotThere for an enterprise that is gone."""
    enterprise = repository.enterprises.get(enterprise_id)
    newest = next(iter(repository.assessments.of_enterprise(enterprise_id)), None)
    return Concern(
        enterprise_id=enterprise_id,
        province=enterprise.profile.province,
        state=newest.state if newest else None,
    )


def _checked(kept: KeptHandedOut) -> Checked:
    return Checked(
        code=kept.draft.code,
        on=kept.draft.on,
        edition=kept.draft.edition,
        files=kept.files,
        revoked_on=kept.revoked_on,
    )


def _network(address: str) -> str:
    """Return what attempts are counted by: the address, or the /64 network that one IPv6 visitor has to choose from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return parsed.ipv4_mapped.compressed if parsed.ipv4_mapped else str(int(parsed) >> 64)
    return address
