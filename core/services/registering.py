"""Deeds around the register of instruments: open it, keep a line, back it with a picture or a certificate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from core.domain.catalogue import Catalogue, Group2Row
from core.domain.instruments import (
    InstrumentFileKind,
    MeasuringInstrument,
    ServiceRecord,
    Standing,
    standing_of,
    with_history,
    with_service,
)
from core.domain.permissions import Action, Actor, Concern, may, require
from core.domain.profile import Profile
from core.domain.register.findings import RegisterFinding, RegisterKpis, find, kpis
from core.domain.register.judging import Judgement, judged
from core.domain.register.points import ProcessPoint, ServiceBody, usual_points
from core.domain.register.starters import lines_from
from core.errors import BadInput, NotThere
from core.language import Language, clean
from core.services import counting
from core.services.attachments import inspected, inspected_photo
from core.services.environment import Environment, reading, transaction
from core.storage.exchange import INSTRUMENT_LIMIT
from core.storage.repository import Repository
from core.storage.repository_files import KeptInstrumentFile
from core.storage.repository_instruments import KeptInstrument

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

STARTERS_AT_ONCE = 200
"""Most lines that one choice among what is usual in a trade may add."""
Record = TypeVar("Record", bound="DataclassInstance")


@dataclass(frozen=True)
class OpenRegister:
    """The register of an enterprise as it stands on a day; points and bodies as the firm wrote them."""

    enterprise_id: UUID
    profile: Profile
    catalogue: Catalogue
    kept: tuple[KeptInstrument, ...]
    points: tuple[ProcessPoint, ...]
    bodies: tuple[ServiceBody, ...]
    on: date
    may_edit: bool

    @cached_property
    def instruments(self) -> tuple[MeasuringInstrument, ...]:
        return tuple(one.instrument for one in self.kept)

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """Code → where the instrument stands and why."""
        return {one.code: standing_of(one, self.row_of(one), self.on) for one in self.instruments}

    @cached_property
    def judgements(self) -> Mapping[str, Judgement]:
        """Code → everything the register can say about the instrument."""
        return judged(self.instruments, self.points, self.catalogue, self.on)

    @cached_property
    def findings(self) -> tuple[RegisterFinding, ...]:
        """What the register asks to be done, most pressing first."""
        return find(self.judgements, self.catalogue, self.on)

    @cached_property
    def kpis(self) -> RegisterKpis:
        return kpis(self.judgements, self.catalogue.group2, self.bodies, self.on)

    def row_of(self, instrument: MeasuringInstrument) -> Group2Row | None:
        """The row of the group-2 list; None for group 1, and for a row that this edition does not know."""
        return self.catalogue.group2.get(instrument.group2_row)

    def of_id(self, instrument_id: UUID) -> KeptInstrument:
        """Return one line by its stable id. Raises NotThere."""
        found = next((one for one in self.kept if one.id == instrument_id), None)
        if found is None:
            raise NotThere
        return found


def open_register(environment: Environment, actor: Actor, enterprise_id: UUID) -> OpenRegister:
    """Return the register of an enterprise. Raises NotThere."""
    with reading(environment) as repository:
        return _opened(environment, actor, repository, enterprise_id, repository.instruments.of_enterprise)


def open_line(environment: Environment, actor: Actor, enterprise_id: UUID, line_id: UUID) -> OpenRegister:
    """Return the register with one line alone in it, so that a card opens as fast in a long register. Raises NotThere.

    What is counted over the whole register is not to be asked of it.
    """
    with reading(environment) as repository:
        return _opened(
            environment, actor, repository, enterprise_id, lambda one: (repository.instruments.of_id(one, line_id),)
        )


def enterprise_of_line(environment: Environment, actor: Actor, line_id: UUID) -> UUID:
    """Return in which of a person's own enterprises a line stands: a label names the line alone. Raises NotThere."""
    with reading(environment) as repository:
        enterprise_id = repository.instruments.enterprise_of(line_id)
    if enterprise_id not in actor.memberships:
        raise NotThere
    return enterprise_id


def save_instrument(
    environment: Environment,
    actor: Actor,
    enterprise_id: UUID,
    *,
    seen: MeasuringInstrument | None,
    wanted: MeasuringInstrument,
) -> KeptInstrument:
    """Add a line (`seen` None) or keep the fields that were changed; a service that is overtaken goes into history.

    Raises BadInput("code-missing", "code-taken", "group2-row-unknown", "register-full"), Conflict, NotThere.
    """
    return save_instruments(environment, actor, enterprise_id, [(seen, wanted)])[0]


def save_instruments(
    environment: Environment,
    actor: Actor,
    enterprise_id: UUID,
    changes: Sequence[tuple[MeasuringInstrument | None, MeasuringInstrument]],
) -> tuple[KeptInstrument, ...]:
    """Keep several lines, all or none; each as it was seen (None: new) and as it is wanted.

    Raises as `save_instrument` does.
    """
    ready = [(seen, _tidy(wanted, seen)) for seen, wanted in changes]
    with transaction(environment, actor) as repository:
        concern, edition = _concern(repository, enterprise_id)
        require(actor, Action.EDIT_REGISTER, concern)
        rows = environment.edition(edition or environment.catalogue.edition).group2
        for _, wanted in ready:
            if wanted.group2_row and wanted.group2_row not in rows:
                raise BadInput("group2-row-unknown", field="group2_row", seen=wanted.group2_row)
        count = repository.instruments.count(enterprise_id) + sum(seen is None for seen, _ in ready)
        if count > INSTRUMENT_LIMIT:
            raise BadInput("register-full", seen=count, expected=INSTRUMENT_LIMIT)
        kept = repository.instruments.save_all(enterprise_id, ready)
        counting.renew_needs(environment, repository, enterprise_id)
        return kept


def add_starters(
    environment: Environment,
    actor: Actor,
    enterprise_id: UUID,
    sector_id: str,
    counts: Mapping[str, int],
    language: Language,
) -> tuple[KeptInstrument, ...]:
    """Add what is usual in a trade, so many of each starter, with the measuring points that they serve.

    Raises BadInput("starter-nothing-chosen", "starter-count-absurd", "register-full"), NotThere.
    """
    total = sum(counts.values())
    if total < 1:
        raise BadInput("starter-nothing-chosen")
    if total > STARTERS_AT_ONCE:
        raise BadInput("starter-count-absurd", seen=total, expected=STARTERS_AT_ONCE)
    with transaction(environment, actor) as repository:
        concern, edition = _concern(repository, enterprise_id)
        require(actor, Action.EDIT_REGISTER, concern)
        sector = environment.edition(edition or environment.catalogue.edition).sectors.get(sector_id)
        if sector is None:
            raise NotThere
        taken = [one.instrument.code for one in repository.instruments.of_enterprise(enterprise_id)]
        if len(taken) + total > INSTRUMENT_LIMIT:
            raise BadInput("register-full", seen=len(taken) + total, expected=INSTRUMENT_LIMIT)
        lines = lines_from(sector, counts, taken, language)
        served = {one.point for one in lines}
        points = usual_points((point for point in sector.measuring_points if point.id in served), language)
        repository.points.add_missing(enterprise_id, points)
        added = tuple(repository.instruments.save(enterprise_id, seen=None, wanted=one) for one in lines)
        counting.renew_needs(environment, repository, enterprise_id)
        return added


def record_service(
    environment: Environment, actor: Actor, enterprise_id: UUID, instrument_id: UUID, record: ServiceRecord
) -> KeptInstrument:
    """Enter a verification or calibration that was made; what was the latest goes into history. Raises NotThere."""
    with transaction(environment, actor) as repository:
        require(actor, Action.EDIT_REGISTER, _concern(repository, enterprise_id)[0])
        kept = repository.instruments.of_id(enterprise_id, instrument_id).instrument
        saved = repository.instruments.save(enterprise_id, seen=kept, wanted=with_service(kept, _cleaned(record)))
        counting.renew_needs(environment, repository, enterprise_id)
        return saved


def remove_instrument(environment: Environment, actor: Actor, enterprise_id: UUID, code: str) -> None:
    """Take a line out of the register, its files with it. Raises NotThere."""
    with transaction(environment, actor) as repository:
        require(actor, Action.EDIT_REGISTER, _concern(repository, enterprise_id)[0])
        repository.instruments.remove(enterprise_id, code)
        counting.renew_needs(environment, repository, enterprise_id)


# --- Points and bodies


def save_point(
    environment: Environment, actor: Actor, enterprise_id: UUID, *, seen: ProcessPoint | None, wanted: ProcessPoint
) -> ProcessPoint:
    """Add a measuring point or keep what was changed in it. Raises BadInput, Conflict, NotThere."""
    with transaction(environment, actor) as repository:
        require(actor, Action.EDIT_REGISTER, _concern(repository, enterprise_id)[0])
        return repository.points.save(enterprise_id, seen=seen, wanted=_cleaned(wanted))


def remove_point(environment: Environment, actor: Actor, enterprise_id: UUID, point_id: str) -> None:
    """Take a measuring point away; instruments that named it keep the name. Raises NotThere."""
    with transaction(environment, actor) as repository:
        require(actor, Action.EDIT_REGISTER, _concern(repository, enterprise_id)[0])
        repository.points.remove(enterprise_id, point_id)


def take_usual_points(environment: Environment, actor: Actor, enterprise_id: UUID, language: Language) -> int:
    """Add the points usual in the firm's trade that it does not have yet; return how many. Raises NotThere."""
    with transaction(environment, actor) as repository:
        concern, edition = _concern(repository, enterprise_id)
        require(actor, Action.EDIT_REGISTER, concern)
        catalogue = environment.edition(edition or environment.catalogue.edition)
        sector = catalogue.sectors.get(repository.enterprises.get(enterprise_id).profile.sector)
        points = usual_points(sector.measuring_points, language) if sector else ()
        return repository.points.add_missing(enterprise_id, points)


def save_body(
    environment: Environment, actor: Actor, enterprise_id: UUID, *, seen: ServiceBody | None, wanted: ServiceBody
) -> ServiceBody:
    """Add a body or keep what was changed in it. Raises BadInput, Conflict, NotThere."""
    wanted = _cleaned(wanted)
    if not wanted.name:
        raise BadInput("body-name-missing", field="name")
    with transaction(environment, actor) as repository:
        require(actor, Action.EDIT_REGISTER, _concern(repository, enterprise_id)[0])
        return repository.bodies.save(enterprise_id, seen=seen, wanted=wanted)


def remove_body(environment: Environment, actor: Actor, enterprise_id: UUID, name: str) -> None:
    """Forget a body. Raises NotThere."""
    with transaction(environment, actor) as repository:
        require(actor, Action.EDIT_REGISTER, _concern(repository, enterprise_id)[0])
        repository.bodies.remove(enterprise_id, name)


# --- Files


def attach_file(
    environment: Environment,
    actor: Actor,
    enterprise_id: UUID,
    instrument_id: UUID,
    kind: InstrumentFileKind,
    name: str,
    content: bytes,
) -> KeptInstrumentFile:
    """Keep a picture (written anew, below 300 kB) or a certificate. Raises FileRefused, NotThere."""
    file = inspected_photo(name, content) if kind is InstrumentFileKind.PHOTO else inspected(name, content)
    with transaction(environment, actor) as repository:
        require(actor, Action.EDIT_REGISTER, _concern(repository, enterprise_id)[0])
        line = repository.instruments.of_id(enterprise_id, instrument_id)
        return repository.files.add_to_instrument(
            line.id, kind, file_name=file.name, media_type=file.media_type, content=file.content
        )


def files_of(
    environment: Environment, actor: Actor, enterprise_id: UUID, instrument_id: UUID
) -> tuple[KeptInstrumentFile, ...]:
    """Return the files of an instrument, oldest first. Raises NotThere."""
    with reading(environment) as repository:
        require(actor, Action.VIEW_REGISTER, _concern(repository, enterprise_id)[0])
        return repository.files.of_instrument(repository.instruments.of_id(enterprise_id, instrument_id).id)


def read_file(environment: Environment, actor: Actor, file_id: UUID) -> tuple[KeptInstrumentFile, bytes]:
    """Return a file of an instrument and its bytes. Raises NotThere."""
    with reading(environment) as repository:
        file = repository.files.get_of_instrument(file_id)
        require(actor, Action.VIEW_REGISTER, _concern(repository, file.enterprise_id)[0])
        return file, repository.files.content_of_instrument(file_id)


def detach_file(environment: Environment, actor: Actor, file_id: UUID) -> None:
    """Take a file of an instrument away. Raises NotThere."""
    with transaction(environment, actor) as repository:
        file = repository.files.get_of_instrument(file_id)
        require(actor, Action.EDIT_REGISTER, _concern(repository, file.enterprise_id)[0])
        repository.files.remove_of_instrument(file_id)


# --- Inner


def require_edit(repository: Repository, actor: Actor, enterprise_id: UUID) -> None:
    """Ask, within a transaction, whether the actor may change this register. Raises NotThere."""
    require(actor, Action.EDIT_REGISTER, _concern(repository, enterprise_id)[0])


def _concern(repository: Repository, enterprise_id: UUID) -> tuple[Concern, str]:
    """Return what a deed on this register concerns, and the edition of the enterprise's assessment, if it has one."""
    assessment = next(iter(repository.assessments.of_enterprise(enterprise_id)), None)
    if assessment is None:
        return Concern(enterprise_id=enterprise_id), ""
    concern = Concern(enterprise_id=enterprise_id, province=assessment.province, state=assessment.state)
    return concern, assessment.edition


def _opened(
    environment: Environment,
    actor: Actor,
    repository: Repository,
    enterprise_id: UUID,
    lines: Callable[[UUID], tuple[KeptInstrument, ...]],
) -> OpenRegister:
    concern, edition = _concern(repository, enterprise_id)
    require(actor, Action.VIEW_REGISTER, concern)
    return OpenRegister(
        enterprise_id=enterprise_id,
        profile=repository.enterprises.get(enterprise_id).profile,
        catalogue=environment.edition(edition or environment.catalogue.edition),
        kept=lines(enterprise_id),
        points=repository.points.of_enterprise(enterprise_id),
        bodies=repository.bodies.of_enterprise(enterprise_id),
        on=environment.today(),
        may_edit=may(actor, Action.EDIT_REGISTER, concern),
    )


def _tidy(wanted: MeasuringInstrument, seen: MeasuringInstrument | None) -> MeasuringInstrument:
    tidy = _cleaned(wanted)
    if not tidy.code:
        raise BadInput("code-missing", field="code")
    return tidy if seen is None else with_history(seen, tidy)


def _cleaned(record: Record) -> Record:
    """Return a record with its texts as they may be kept."""
    texts = {one.name: getattr(record, one.name) for one in fields(record)}
    return replace(record, **{name: clean(text) for name, text in texts.items() if type(text) is str})
