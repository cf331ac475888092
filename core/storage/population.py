"""All that figures are counted from, in memory: one number for each fact, and nobody's name.

Loaded from the narrow tables of core/storage/repository_counting.py; later only what changed since. What is in here is
not protected: it leaves this room only as the tables of core/storage/figures.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, ColumnElement, String, Table, func, select, type_coerce
from sqlmodel import Session

from core.domain.catalogue import Catalogue
from core.domain.statistics.counting import SCORE_WIDTH
from core.domain.statistics.figures import Dimension, Stage
from core.domain.statistics.needs import COST_WIDTH, COUNT_WIDTH, KIND_WIDTH, LINE_WIDTH, MONTH_WIDTH
from core.domain.statistics.told import TOLD
from core.storage.asking import table

Numbers = NDArray[Any]
NOT_THERE = -1
"""Stands for a figure that an enterprise does not have."""
_CHUNK = 10_000
_OVERLAP = timedelta(seconds=30)
"""A transaction that began earlier may be kept later: rows are looked at again that far back."""
_result, _stage, _demand = table("counted_result"), table("enterprise_stage"), table("demand")
_told = table("counted_feedback")
_COLUMN_OF = {
    Dimension.PROVINCE: "province_code",
    Dimension.SECTOR: "sector",
    Dimension.SIZE: "size",
    Dimension.KIND: "kind",
}


@dataclass
class Codes:
    """Words as small numbers, in the order in which they came."""

    words: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def of(self, words: Iterable[str]) -> list[int]:
        """Return the numbers of words; a new word gets the next one."""
        return [self._of(word) for word in words]

    def copy(self) -> Codes:
        return Codes([*self.words], dict(self.places))

    def _of(self, word: str) -> int:
        found = self.places.get(word)
        if found is None:
            found = self.places[word] = len(self.words)
            self.words.append(word)
        return found


@dataclass(frozen=True)
class Rows:
    """Rows of one table, each with the key of its enterprise and year, and columns of the same length."""

    keys: Numbers
    columns: Mapping[str, Numbers]

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, name: str) -> Numbers:
        return self.columns[name]

    def part(self, which: Numbers) -> Part:
        """Return some of the rows, without copying them."""
        return Part(self, np.flatnonzero(which).astype(np.int32))

    def with_changes(self, changed: Rows, touched: Numbers) -> Rows:
        """Return the rows without those that were touched, and with what these have become."""
        kept = ~np.isin(self.keys, touched)
        return Rows(
            np.concatenate([self.keys[kept], changed.keys]),
            {name: np.concatenate([column[kept], changed[name]]) for name, column in self.columns.items()},
        )


@dataclass(frozen=True)
class Part:
    """Some rows of a table."""

    rows: Rows
    places: Numbers

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, name: str) -> Numbers:
        return np.asarray(self.rows[name][self.places])

    def part(self, which: Numbers) -> Part:
        return Part(self.rows, self.places[which])


@dataclass(frozen=True)
class Population:
    """The whole population at a moment. results, told, stages: a row for each; needs: a row for each line.

    with_needs: keys of the enterprises whose needs are counted, those without any line included.
    """

    results: Rows
    told: Rows
    stages: Rows
    needs: Rows
    with_needs: Numbers
    places: Mapping[Dimension, Codes]
    kinds: Codes
    topics: Codes
    questions: Codes
    topic_questions: Mapping[str, tuple[str, ...]]
    seen: Mapping[str, datetime | None]
    at: datetime


def load(
    session: Session, edition: Callable[[str], Catalogue], at: datetime, before: Population | None = None
) -> Population:
    """Return the population as the database has it now (`at`); with an earlier one, only what changed since is read."""
    if before is not None:
        loader = _Loader(session, edition, at, before)
        population = loader.load()
        if loader.is_whole(population):
            return population
    return _Loader(session, edition, at, None).load()


class _Loader:
    def __init__(
        self, session: Session, edition: Callable[[str], Catalogue], at: datetime, before: Population | None
    ) -> None:
        self._at = at
        self._connection = session.connection()
        self._edition = edition
        self._before = before
        # Copies: the former population is still asked while this one is read.
        self._places = {one: before.places[one].copy() if before else Codes() for one in Dimension}
        self._kinds = before.kinds.copy() if before else Codes()
        self._topics = before.topics.copy() if before else Codes()
        self._questions = before.questions.copy() if before else Codes()
        self._topic_questions = dict(before.topic_questions) if before else {}
        self._widths = (len(self._topics.words), len(self._questions.words))
        self._orders: dict[str, tuple[list[int], list[int]]] = {}
        for one in () if before else self._connection.scalars(select(_result.c.edition).distinct()):
            self._order(one)

    def load(self) -> Population:
        tables = (_result, _told, _stage, _demand)
        self._seen = {one.name: self._connection.scalar(select(func.max(one.c.changed_at))) for one in tables}
        (results, touched_results), stages = self._results(), self._stages()
        told, touched_told = self._what_was_told()
        (needs, touched_needs), with_needs = self._needs()
        before = self._before
        if before:
            results = before.results.with_changes(results, touched_results)
            told = before.told.with_changes(told, touched_told)
            stages = before.stages.with_changes(stages, stages.keys)
            needs = before.needs.with_changes(needs, touched_needs)
            others = before.with_needs[~np.isin(before.with_needs, touched_needs)]
            with_needs = np.concatenate([others, with_needs])
        return Population(
            results=results,
            told=told,
            stages=stages,
            needs=needs,
            with_needs=with_needs,
            places=self._places,
            kinds=self._kinds,
            topics=self._topics,
            questions=self._questions,
            topic_questions=self._topic_questions,
            seen=self._seen,
            at=self._at,
        )

    def is_whole(self, population: Population) -> bool:
        """Tell whether nothing has disappeared, and no new edition has made the rows wider."""
        counts = (
            (len(population.results), _result, _result.c.waiting.is_(False)),
            (len(population.told), _told, _told.c.waiting.is_(False)),
            (len(population.stages), _stage, None),
            (len(population.with_needs), _demand, _demand.c.batch.is_not(None)),
        )
        return self._widths == (len(self._topics.words), len(self._questions.words)) and all(
            here == self._connection.scalar(_where(select(func.count()).select_from(one), condition))
            for here, one, condition in counts
        )

    # --- The three tables

    def _results(self) -> tuple[Rows, Numbers]:
        columns = [
            _plain(_result.c.enterprise_id),
            _result.c.year,
            _result.c.waiting,
            *(_result.c[_COLUMN_OF[one]] for one in Dimension),
            _result.c.edition,
            _result.c.month,
            _result.c.self_score,
            _result.c.self_level,
            _result.c.validated_score,
            _result.c.validated_level,
            _result.c.topics,
            _result.c.marks,
        ]
        parts, touched = [], []
        # What waits is read only to notice that it is not counted any more.
        for chunk in self._read(_result, columns, None if self._before else _result.c.waiting.is_(False)):
            firms = _keys(chunk)
            keys = firms ^ (np.array([one[1] for one in chunk], np.uint64) << np.uint64(40))
            counted = [one for one in chunk if not one[2]]
            touched.append(keys)
            mask = np.array([not one[2] for one in chunk], bool)
            parts.append(self._result_rows(keys[mask], firms[mask], counted))
        nobody = np.empty(0, np.uint64)
        return _joined(parts, self._result_rows(nobody, nobody, [])), _together(touched)

    def _result_rows(self, keys: Numbers, firms: Numbers, chunk: Sequence[Any]) -> Rows:
        columns = list(zip(*chunk, strict=True)) if chunk else [()] * 15
        _, years, _, province, sector, size, kind, editions, *numbers, topics, marks = columns
        numeric = {
            name: np.array([NOT_THERE if one is None else one for one in values], dtype)
            for (name, dtype), values in zip(
                (
                    ("month", np.int8),
                    ("self_score", np.int32),
                    ("self_level", np.int8),
                    ("validated_score", np.int32),
                    ("validated_level", np.int8),
                ),
                numbers,
                strict=True,
            )
        }
        return Rows(
            keys,
            {
                "firm": firms,
                "year": np.array(years, np.int16),
                **self._place_columns((province, sector, size, kind)),
                **numeric,
                "topics": self._wide(editions, topics, 0),
                "marks": self._wide(editions, marks, 1),
            },
        )

    def _wide(self, editions: Sequence[str], texts: Sequence[str], which: int) -> Numbers:
        """Return one column for each topic (a score in hundredths) or question (a letter), whatever the edition."""
        is_topic = which == 0
        width = len((self._topics, self._questions)[which].words)
        found = np.full((len(texts), width), NOT_THERE if is_topic else ord("."), np.int16 if is_topic else np.uint8)
        for edition in dict.fromkeys(editions):
            places = self._order(edition)[which]
            rows = [place for place, one in enumerate(editions) if one == edition]
            letters = np.frombuffer("".join(texts[place] for place in rows).encode(), np.uint8)
            letters = letters.reshape(len(rows), -1)
            if is_topic:
                digits = letters.reshape(len(rows), -1, SCORE_WIDTH)
                scores = _number(digits)
                letters = np.where(digits[:, :, -1] == ord(" "), NOT_THERE, scores).astype(np.int16)
            if max(places, default=0) >= found.shape[1]:
                # An edition that came since: the caller sees it by the widths and reads everything anew.
                continue
            found[np.ix_(rows, places)] = letters
        return found

    def _order(self, edition: str) -> tuple[list[int], list[int]]:
        if edition not in self._orders:
            catalogue = self._edition(edition)
            topics = self._topics.of(topic.id for topic in catalogue.topics)
            for topic in catalogue.topics:
                known = self._topic_questions.get(topic.id, ())
                asked = (question.id for question in topic.questions)
                self._topic_questions[topic.id] = tuple(dict.fromkeys((*known, *asked)))
            self._orders[edition] = (topics, self._questions.of(catalogue.questions))
        return self._orders[edition]

    def _what_was_told(self) -> tuple[Rows, Numbers]:
        columns = [
            _plain(_told.c.enterprise_id),
            _told.c.year,
            _told.c.waiting,
            *(_told.c[_COLUMN_OF[one]] for one in Dimension),
            _told.c.told,
        ]
        parts, touched = [], []
        for chunk in self._read(_told, columns, None if self._before else _told.c.waiting.is_(False)):
            keys = _keys(chunk) ^ (np.array([one[1] for one in chunk], np.uint64) << np.uint64(40))
            mask = np.array([not one[2] for one in chunk], bool)
            touched.append(keys)
            parts.append(self._told_rows(keys[mask], [one for one in chunk if not one[2]]))
        return _joined(parts, self._told_rows(np.empty(0, np.uint64), [])), _together(touched)

    def _told_rows(self, keys: Numbers, chunk: Sequence[Any]) -> Rows:
        columns = list(zip(*chunk, strict=True)) if chunk else [()] * 8
        letters = np.frombuffer("".join(columns[7]).encode(), np.uint8).reshape(-1, len(TOLD))
        return Rows(
            keys,
            {
                "year": np.array(columns[1], np.int16),
                **self._place_columns(columns[3:7]),
                "told": letters == ord("1"),
            },
        )

    def _stages(self) -> Rows:
        columns = [
            _plain(_stage.c.enterprise_id),
            *(_stage.c[_COLUMN_OF[one]] for one in Dimension),
            *(_stage.c[one.value] for one in Stage),
        ]
        parts = [self._stage_rows(chunk) for chunk in self._read(_stage, columns, None)]
        return _joined(parts, self._stage_rows([]))

    def _stage_rows(self, chunk: Sequence[Any]) -> Rows:
        columns = list(zip(*chunk, strict=True)) if chunk else [()] * (5 + len(Stage))
        months = {
            stage.value: np.array([NOT_THERE if one is None else one for one in values], np.int32)
            for stage, values in zip(Stage, columns[5:], strict=True)
        }
        return Rows(_keys(chunk), {**self._place_columns(columns[1:5]), **months})

    def _needs(self) -> tuple[tuple[Rows, Numbers], Numbers]:
        is_counted = _demand.c.batch.is_not(None)
        columns = [_plain(_demand.c.enterprise_id), _demand.c.province_code, _demand.c.lines, is_counted]
        parts, touched, counted = [], [], []
        for chunk in self._read(_demand, columns, None if self._before else is_counted):
            keys = _keys(chunk)
            mask = np.array([one[3] for one in chunk], bool)
            touched.append(keys)
            counted.append(keys[mask])
            parts.append(self._need_rows(keys[mask], [one for one in chunk if one[3]]))
        rows = _joined(parts, self._need_rows(np.empty(0, np.uint64), []))
        return (rows, _together(touched)), _together(counted)

    def _need_rows(self, keys: Numbers, chunk: Sequence[Any]) -> Rows:
        texts = [one[2] for one in chunk]
        repeats = np.array([len(text) // LINE_WIDTH for text in texts], np.int64)
        provinces = np.array(self._places[Dimension.PROVINCE].of(one[1] for one in chunk), np.int8)
        letters = np.frombuffer("".join(texts).encode(), np.uint8).reshape(-1, LINE_WIDTH)
        ends = np.cumsum([KIND_WIDTH, 1, MONTH_WIDTH, COUNT_WIDTH, COUNT_WIDTH, COST_WIDTH])
        kind, service, month, services, unpriced, cost = np.split(letters, ends[:-1], axis=1)
        words, places = np.unique(np.ascontiguousarray(kind).view(f"S{KIND_WIDTH}").ravel(), return_inverse=True)
        codes = np.array(self._kinds.of(word.decode().rstrip() for word in words), np.int16)
        return Rows(
            np.repeat(keys, repeats),
            {
                "province": np.repeat(provinces, repeats),
                "kind": codes[places] if len(codes) else np.empty(0, np.int16),
                "service": service.ravel().astype(np.uint8),
                "month": _number(month).astype(np.int32),
                "services": _number(services).astype(np.int32),
                "unpriced": _number(unpriced).astype(np.int32),
                "cost": _number(cost),
            },
        )

    # --- Inner

    def _read(
        self, of: Table, columns: Sequence[ColumnElement[Any]], condition: ColumnElement[bool] | None
    ) -> Iterator[Sequence[Any]]:
        query = _where(select(*columns), condition)
        latest = self._before.seen[of.name] if self._before else None
        if self._before and latest is not None:
            if latest == self._seen[of.name] and latest + _OVERLAP < self._before.at:
                return
            query = query.where(of.c.changed_at >= latest - _OVERLAP)
        with self._connection.execution_options(yield_per=_CHUNK).execute(query) as found:
            yield from found.partitions()

    def _place_columns(self, columns: Sequence[Sequence[str]]) -> dict[str, Numbers]:
        return {
            one.value: np.array(self._places[one].of(values), np.int16)
            for one, values in zip(Dimension, columns, strict=True)
        }


def _where(query: Any, condition: ColumnElement[bool] | None) -> Any:
    return query if condition is None else query.where(condition)


def _plain(ids: Column[UUID]) -> ColumnElement[Any]:
    """Ask for ids as the driver gives them: to make each an object takes as long as all else together."""
    return type_coerce(ids, String())


def _keys(chunk: Sequence[Any]) -> Numbers:
    """Return a number for each enterprise, from its id, which stands first: the random part, hardly ever alike."""
    ids = [one[0] for one in chunk]
    content = bytes.fromhex("".join(ids)) if ids and isinstance(ids[0], str) else b"".join(one.bytes for one in ids)
    return np.frombuffer(content, ">u8")[1::2].astype(np.uint64)


def _number(digits: Numbers) -> Numbers:
    """Return the numbers that letters write, one for each of the last axis."""
    powers = 10 ** np.arange(digits.shape[-1] - 1, -1, -1, dtype=np.int64)
    return np.asarray((digits - ord("0")).astype(np.int64) @ powers)


def _joined(parts: Sequence[Rows], nothing: Rows) -> Rows:
    if not parts:
        return nothing
    keys = np.concatenate([one.keys for one in parts])
    return Rows(keys, {name: np.concatenate([one[name] for one in parts]) for name in parts[0].columns})


def _together(parts: Sequence[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else np.empty(0, np.uint64)
