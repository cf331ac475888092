"""Deeds around the life of a programme: ask opinions, agree, issue, start, look again, amend, end.

Every step goes by the table of core/domain/journey.py and is kept with its day and who told it. The version that
opinions were asked on is the one that is agreed and issued: its text stands still from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from core.domain import journey
from core.domain.journey import IN_FORCE, ProgrammeState, ProgrammeStep
from core.domain.permissions import Action, Actor, Concern, may, require
from core.domain.programme_edits import Edit, ProgrammeDraft, check_edit
from core.domain.programme_fields import LINE_LIMIT, TEXT_LIMIT
from core.errors import Conflict, NotThere, OutOfOrder, ProgrammeRefused
from core.language import clean
from core.services import counting, programming
from core.services.assessing import Result
from core.services.environment import Environment, reading, transaction
from core.services.programming import OpenProgramme
from core.storage.repository import Repository
from core.storage.repository_following import KeptStep, StandingText
from core.storage.repository_programmes import KeptProgramme, ProgrammeEdit, ProgrammeFacts

OPINION_GIVERS = "organisation/opinion_givers"
"""The place of the draft that names who gave opinions."""
_PERIOD = ("period/", "follow-up/")
"""Places that belong to one period and are proposed anew for the next."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version with its steps, oldest first; `text` is what it rests on once opinions were asked."""

    programme: KeptProgramme
    steps: tuple[KeptStep, ...]
    text: StandingText | None

    @property
    def number(self) -> int:
        return self.programme.number

    @property
    def state(self) -> ProgrammeState:
        return ProgrammeState(self.programme.state)

    @property
    def is_in_force(self) -> bool:
        return self.state in IN_FORCE

    @property
    def was_issued(self) -> bool:
        return self.programme.facts.issued_on is not None

    @property
    def draft(self) -> ProgrammeDraft | None:
        """The draft as it stands since opinions were asked; None while it is being written."""
        return programming.standing_draft(self.text) if self.text and self.state is not ProgrammeState.DRAFT else None

    @property
    def correctable(self) -> tuple[KeptStep, ...]:
        """The latest asking for opinions and the agreement on it: steps whose day alone can be corrected."""
        asked, agreed = self.last(ProgrammeStep.ASK_OPINIONS), self.last(ProgrammeStep.AGREE)
        if asked is None or self.state is ProgrammeState.DRAFT:
            return ()
        return (asked, agreed) if agreed and self.steps.index(agreed) > self.steps.index(asked) else (asked,)

    def last(self, *steps: ProgrammeStep) -> KeptStep | None:
        """Return the latest of the named steps."""
        return next((one for one in reversed(self.steps) if one.step in steps), None)


@dataclass(frozen=True, slots=True)
class Life:
    """All versions of an enterprise's programme, newest first, and what this person may do."""

    opened: OpenProgramme
    versions: tuple[Version, ...]
    may_step: bool
    may_follow: bool

    @property
    def newest(self) -> Version:
        return self.versions[0]

    @property
    def in_force(self) -> Version | None:
        """The version that holds now."""
        return next((one for one in self.versions if one.is_in_force), None)

    @property
    def steps(self) -> tuple[ProgrammeStep, ...]:
        """Steps that the state allows now; those of the version in force too, while an amendment is written."""
        found = list(journey.steps_from(self.newest.state))
        if self.in_force is not None and self.in_force is not self.newest:
            found += [one for one in journey.steps_from(self.in_force.state) if one is not ProgrammeStep.AMEND]
        return tuple(found)

    def version(self, number: int) -> Version:
        """Return one version. Raises NotThere."""
        for one in self.versions:
            if one.number == number:
                return one
        raise NotThere


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the programme stands, in short: state and number of the newest version, and the version in force."""

    state: ProgrammeState
    number: int
    in_force: Version | None

    @property
    def held(self) -> KeptProgramme | None:
        return self.in_force.programme if self.in_force else None


def life_of(environment: Environment, actor: Actor, enterprise_id: UUID) -> Life | None:
    """Return where the programme stands; None while there is no analysis to rest on. Raises NotThere."""
    opened = programming.open_programme(environment, actor, enterprise_id)
    if opened is None:
        return None
    concern = Concern(enterprise_id=enterprise_id, province=opened.programme.province)
    with reading(environment) as repository:
        versions = versions_of(repository, enterprise_id)
    return Life(
        opened=opened,
        versions=versions,
        may_step=may(actor, Action.STEP_PROGRAMME, concern),
        may_follow=may(actor, Action.FOLLOW_PROGRAMME, concern),
    )


def stage_of(environment: Environment, result: Result) -> Stage:
    """Return in short where the programme stands, without building it; `result` was asked for by this person."""
    with reading(environment) as repository:
        versions = repository.programmes.of_enterprise(result.opened.enterprise.id)
        held = next((one for one in versions if ProgrammeState(one.state) in IN_FORCE), None)
        in_force = _version(repository, held) if held else None
    newest = versions[0] if versions else None
    if newest is None:
        return Stage(ProgrammeState.DRAFT, 1, None)
    return Stage(ProgrammeState(newest.state), newest.number, in_force)


def ask_opinions(environment: Environment, actor: Actor, enterprise_id: UUID, *, asked: str, day: date) -> None:
    """Put the draft out for opinions: `asked` names of whom, `day` when. From now on its text stands still.

    Raises OutOfOrder while the analysis is not complete, ProgrammeRefused("opinions-nobody-asked") and where the
    period is too short, NotThere.
    """
    asked = _required_line("opinions-nobody-asked", asked, OPINION_GIVERS)
    opened = _opened(environment, actor, enterprise_id)
    journey.require_completed_analysis(opened.result.self_score)
    journey.require_full_year(opened.draft.period.start, opened.draft.period.end)
    check_edit(OPINION_GIVERS, asked, opened.draft)
    with transaction(environment, actor) as repository:
        version = _newest(repository, actor, enterprise_id)
        _step(environment, repository, version, ProgrammeStep.ASK_OPINIONS, day, asked)
        programme = version.programme
        if asked != opened.draft.item("organisation").value("opinion_givers"):
            _write_givers(repository, opened, asked)
        fresh = replace(opened, edits=repository.programmes.edits(programme.id))
        repository.following.keep_text(programme, programming.text_of(environment, fresh))
        period = opened.draft.period
        facts = replace(programme.facts, period_start=period.start, period_end=period.end)
        repository.programmes.save_facts(programme.id, seen=programme.facts, wanted=facts)


def agree(environment: Environment, actor: Actor, enterprise_id: UUID, *, day: date, outcome: str = "") -> None:
    """Note that those asked agree, on which day and what came of it. Raises OutOfOrder, ProgrammeRefused, NotThere."""
    with transaction(environment, actor) as repository:
        version = _newest(repository, actor, enterprise_id)
        _not_before(version, day, ProgrammeStep.ASK_OPINIONS)
        _step(environment, repository, version, ProgrammeStep.AGREE, day, _text(outcome))


def revise(environment: Environment, actor: Actor, enterprise_id: UUID, *, reason: str = "") -> None:
    """Take a version that is not issued back to draft; opinions are asked again afterwards. Raises OutOfOrder."""
    with transaction(environment, actor) as repository:
        version = _newest(repository, actor, enterprise_id)
        _step(environment, repository, version, ProgrammeStep.REVISE, environment.today(), _text(reason))


def issue(environment: Environment, actor: Actor, enterprise_id: UUID, *, number: str, day: date) -> None:
    """Record the decision by which the head issued the agreed version: its number and its day.

    An amendment takes the place of the version before: that one ends on the same day, and what was under way goes on.
    Raises OutOfOrder before opinions were asked and agreed, ProgrammeRefused("decision-without-number",
    "step-before-the-last"), NotThere.
    """
    number = _required_line("decision-without-number", number, "issued_number")
    with transaction(environment, actor) as repository:
        version = _newest(repository, actor, enterprise_id)
        journey.after(version.state, ProgrammeStep.ISSUE)
        _not_before(version, day, ProgrammeStep.AGREE)
        before = next((one for one in versions_of(repository, enterprise_id)[1:] if one.is_in_force), None)
        programme = version.programme
        _step(environment, repository, version, ProgrammeStep.ISSUE, day, number)
        facts = replace(programme.facts, issued_number=number, issued_on=day)
        repository.programmes.save_facts(programme.id, seen=programme.facts, wanted=facts)
        if before is not None:
            repository.following.carry_over(before.programme, programme)
            _step(environment, repository, before, ProgrammeStep.END, day, number)
            if before.state is ProgrammeState.UNDER_WAY:
                issued = replace(version, programme=repository.programmes.get(programme.id))
                _step(environment, repository, issued, ProgrammeStep.START, day, "")
        # The day of the decision stands only now.
        counting.renew_stages(environment, repository, enterprise_id)


def correct_decision(
    environment: Environment, actor: Actor, enterprise_id: UUID, *, number: str, day: date, seen: ProgrammeFacts
) -> None:
    """Correct number and day of the decision of the version in force. Raises Conflict, ProgrammeRefused, NotThere."""
    number = _required_line("decision-without-number", number, "issued_number")
    with transaction(environment, actor) as repository:
        version = _in_force(repository, actor, enterprise_id, ProgrammeStep.ISSUE)
        _not_before(version, day, ProgrammeStep.AGREE)
        wanted = replace(seen, issued_number=number, issued_on=day)
        repository.programmes.save_facts(version.programme.id, seen=seen, wanted=wanted)
        counting.renew_stages(environment, repository, enterprise_id)


def correct_days(
    environment: Environment,
    actor: Actor,
    enterprise_id: UUID,
    *,
    number: int,
    seen: Mapping[UUID, date],
    wanted: Mapping[UUID, date],
) -> None:
    """Correct the days on which opinions were asked and agreed in a version; what was told before stays in its history.

    Raises Conflict when somebody corrected one of them meanwhile, ProgrammeRefused("step-before-the-last"), NotThere.
    """
    with transaction(environment, actor) as repository:
        version = next((one for one in _held(repository, actor, enterprise_id) if one.number == number), None)
        steps = {one.id: one for one in version.correctable} if version else {}
        if version is None or not wanted.keys() <= steps.keys():
            raise NotThere
        for key, day in wanted.items():
            kept = steps[key]
            if day not in (kept.day, seen[key]) and kept.day != seen[key]:
                raise Conflict(
                    "changed-meanwhile", field="day", who=kept.by_name, at=kept.at, theirs=kept.day, yours=day
                )
        changed = {key: day for key, day in wanted.items() if day not in (seen[key], steps[key].day)}
        _check_order(version, changed)
        for key, day in changed.items():
            repository.following.correct_day(version.programme, steps[key], day)


def _check_order(version: Version, changed: Mapping[UUID, date]) -> None:
    """Raise ProgrammeRefused where, with the changed days, a step would be before the one that it rests on."""
    asked = agreed = None
    for one in version.steps:
        day = changed.get(one.id, one.day)
        match one.step:
            case ProgrammeStep.ASK_OPINIONS:
                asked = day
            case ProgrammeStep.AGREE:
                journey.require_not_before(day, asked)
                agreed = day
            case ProgrammeStep.ISSUE:
                journey.require_not_before(version.programme.facts.issued_on or day, agreed)


def start(environment: Environment, actor: Actor, enterprise_id: UUID, *, day: date) -> None:
    """Note that the issued programme is carried out from a day on. Raises OutOfOrder, ProgrammeRefused, NotThere."""
    _step_in_force(environment, actor, enterprise_id, ProgrammeStep.START, day)


def review(environment: Environment, actor: Actor, enterprise_id: UUID, *, day: date, outcome: str) -> None:
    """Note the yearly look at the programme and what came of it.

    Raises OutOfOrder, ProgrammeRefused("review-without-outcome"), NotThere.
    """
    _step_in_force(
        environment, actor, enterprise_id, ProgrammeStep.REVIEW, day, _required_text("review-without-outcome", outcome)
    )


def end(environment: Environment, actor: Actor, enterprise_id: UUID, *, day: date) -> None:
    """Note that the programme has ended. Raises OutOfOrder, ProgrammeRefused, NotThere."""
    _step_in_force(environment, actor, enterprise_id, ProgrammeStep.END, day)


def amend(environment: Environment, actor: Actor, enterprise_id: UUID, *, reason: str) -> int:
    """Begin a new version for a written reason, from the words of the one in force; returns its number.

    The version in force holds until the new one is issued. Raises OutOfOrder, ProgrammeRefused, NotThere.
    """
    journey.require_reason(reason)
    return _begin(environment, actor, enterprise_id, ProgrammeStep.AMEND, _text(reason))


def renew(environment: Environment, actor: Actor, enterprise_id: UUID) -> int:
    """Begin the programme of the next period, once this one has ended; returns its number.

    Own words go along, but period and follow-up dates. Raises OutOfOrder, NotThere.
    """
    return _begin(environment, actor, enterprise_id, ProgrammeStep.RENEW, "")


def _begin(environment: Environment, actor: Actor, enterprise_id: UUID, step: ProgrammeStep, reason: str) -> int:
    opened = _opened(environment, actor, enterprise_id)
    with transaction(environment, actor) as repository:
        version = _newest(repository, actor, enterprise_id)
        journey.after(version.state, step)
        earlier = version.programme
        # The version that it begins from keeps its state: only the new one is a draft.
        repository.following.add_step(earlier, step, environment.today(), reason)
        begun = repository.programmes.add(
            enterprise_id,
            earlier.province,
            opened.result.opened.id,
            journey.after(version.state, step).value,
            ProgrammeFacts(reason=reason),
        )
        for path, kept in repository.programmes.edits(earlier.id).items():
            if step is ProgrammeStep.AMEND or not path.startswith(_PERIOD):
                repository.programmes.save_edit(begun.id, path, seen=None, wanted=kept.edit)
        return begun.number


def _step_in_force(
    environment: Environment, actor: Actor, enterprise_id: UUID, step: ProgrammeStep, day: date, note: str = ""
) -> None:
    with transaction(environment, actor) as repository:
        version = _in_force(repository, actor, enterprise_id, step)
        _not_before(version, day, ProgrammeStep.ISSUE)
        _step(environment, repository, version, step, day, note)


def _step(
    environment: Environment, repository: Repository, version: Version, step: ProgrammeStep, day: date, note: str
) -> None:
    programme = version.programme
    state = journey.after(version.state, step)
    repository.following.add_step(programme, step, day, note)
    if state is not version.state:
        repository.programmes.set_state(programme.id, state.value)
        counting.renew_stages(environment, repository, programme.enterprise_id)


def _not_before(version: Version, day: date, *steps: ProgrammeStep) -> None:
    rests_on = version.last(*steps)
    journey.require_not_before(day, rests_on.day if rests_on else None)


def _newest(repository: Repository, actor: Actor, enterprise_id: UUID) -> Version:
    """Return the newest version, held until the transaction ends, for a person who may take steps."""
    versions = _held(repository, actor, enterprise_id)
    if not versions:
        raise NotThere
    return versions[0]


def _in_force(repository: Repository, actor: Actor, enterprise_id: UUID, step: ProgrammeStep) -> Version:
    versions = _held(repository, actor, enterprise_id)
    for one in versions:
        if one.is_in_force:
            return one
    state = versions[0].state if versions else ProgrammeState.DRAFT
    raise OutOfOrder("step-not-allowed", state=state.value, step=step.value)


def _held(repository: Repository, actor: Actor, enterprise_id: UUID) -> Sequence[Version]:
    require(actor, Action.STEP_PROGRAMME, Concern(enterprise_id=enterprise_id))
    repository.enterprises.lock(enterprise_id)
    return versions_of(repository, enterprise_id)


def versions_of(repository: Repository, enterprise_id: UUID) -> tuple[Version, ...]:
    """Return all versions, newest first; for services that have asked the permission."""
    return tuple(_version(repository, one) for one in repository.programmes.of_enterprise(enterprise_id))


def _version(repository: Repository, programme: KeptProgramme) -> Version:
    return Version(programme, repository.following.steps(programme.id), repository.following.text(programme.id))


def _opened(environment: Environment, actor: Actor, enterprise_id: UUID) -> OpenProgramme:
    require(actor, Action.STEP_PROGRAMME, Concern(enterprise_id=enterprise_id))
    opened = programming.open_programme(environment, actor, enterprise_id)
    if opened is None:
        raise OutOfOrder("analysis-not-complete", answered=0, questions=0)
    return opened


def _write_givers(repository: Repository, opened: OpenProgramme, asked: str) -> None:
    """The decision names those who were asked."""
    kept = opened.edits.get(OPINION_GIVERS)
    field = opened.draft.item("organisation").fields["opinion_givers"]
    wanted = Edit(OPINION_GIVERS, asked, field.proposed.vi if field.proposed else "")
    repository.programmes.save_edit(
        opened.programme.id,
        OPINION_GIVERS,
        seen=kept.edit if kept else None,
        wanted=ProgrammeEdit(wanted.value, wanted.base),
    )


def _required_line(missing: str, text: str, path: str) -> str:
    line = " ".join(clean(text).split())
    if not line:
        raise ProgrammeRefused(missing, path=path)
    if len(line) > LINE_LIMIT:
        raise ProgrammeRefused("text-too-long", path=path, length=len(line), limit=LINE_LIMIT)
    return line


def _required_text(missing: str, text: str) -> str:
    if not clean(text):
        raise ProgrammeRefused(missing, path="note")
    return _text(text)


def _text(text: str) -> str:
    text = clean(text)
    if len(text) > TEXT_LIMIT:
        raise ProgrammeRefused("text-too-long", path="note", length=len(text), limit=TEXT_LIMIT)
    return text
