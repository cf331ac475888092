"""Filling a database with any number of invented enterprises, with what they answered, keep and were told.

Running it again adds only what is missing. Nobody is a member of them but one owner in each province, of those that ask
for support; answers have no files and programmes no own words; all else is as the deeds of people leave it: rounds,
rulings, decisions, requests, and a log that closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from core.domain.assessment import AssessmentState
from core.domain.catalogue import Catalogue
from core.domain.instruments import register_facts
from core.domain.population import InventedAssessment, InventedEnterprise, Inventor
from core.domain.recomputing import Rescoring, letters_of
from core.domain.review import QueueFacts, validated
from core.domain.statistics.counting import CountedResult, counted_result, place_of
from core.domain.statistics.figures import Stage
from core.domain.statistics.needs import month_of, needs_of, written
from core.errors import BadInput
from core.services import selecting
from core.services.environment import Environment
from core.storage.bulk import refresh_statistics
from core.storage.demo import population_recipe
from core.storage.exchange import Exchange, write_exchange
from core.storage.invention import Counted, HandedIn, Population, count_others
from core.storage.repository_counting import ReachedStages

AT_ONCE = 500
"""Enterprises of one transaction."""


def populate(environment: Environment, enterprises: int, seed: int) -> Iterator[int]:
    """Let there be so many invented enterprises of a seed; tell after each transaction how many are looked after.

    Raises BadInput("population-among-real") where enterprises are that are not invented.
    """
    if not enterprises:
        return
    recipe = population_recipe()
    with environment.database.reading() as session:
        others = count_others(session, recipe.mark)
    if others:
        raise BadInput("population-among-real", count=others)
    # As of yesterday, so that nothing has happened later than now.
    today = environment.today() - timedelta(days=1)
    catalogue, rescoring = environment.catalogue, Rescoring(environment.catalogue)
    inventor = Inventor(recipe, catalogue, seed, today)
    for first in range(0, enterprises, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, enterprises))
        with environment.database.writing() as session:
            population = Population(session, seed, catalogue.edition, today)
            provinces = {one.code: one.name.vi for one in catalogue.provinces.values()}
            population.add_reviewers({code: recipe.reviewer.format(province=name) for code, name in provinces.items()})
            population.add_owners(
                {code: recipe.owner.format(province=name) for code, name in provinces.items()},
                selecting.consent_to_name(environment),
            )
            for number in population.missing(numbers):
                invented = inventor.enterprise(number)
                handed_in = [_handed_in(catalogue, rescoring, invented, one) for one in invented.assessments]
                counted = _counted(catalogue, invented, environment.today())
                population.add(invented, handed_in, counted, recipe.reviewed_reason)
            population.write()
        yield numbers.stop
    with environment.database.writing() as session:
        refresh_statistics(session)


def _handed_in(
    catalogue: Catalogue, rescoring: Rescoring, enterprise: InventedEnterprise, assessment: InventedAssessment
) -> HandedIn | None:
    on = assessment.submitted_on
    if on is None:
        return None
    exchange = Exchange(catalogue.edition, on, enterprise.profile, assessment.answers, assessment.instruments)
    is_overdue = bool(register_facts(assessment.instruments, catalogue.group2, on).overdue)
    published = rescoring.published(enterprise.profile, letters_of(assessment.answers), is_overdue=is_overdue)
    # Everybody invented answers something, so there is a score.
    assert published is not None
    low, level = published
    facts = QueueFacts(level.level, str(low), len(level.gates), is_overdue)
    return HandedIn(write_exchange(exchange, indent=None), facts)


def _counted(catalogue: Catalogue, enterprise: InventedEnterprise, today: date) -> Counted:
    """What `counting` would keep of the enterprise, without reading it back."""
    results: dict[int, CountedResult] = {}
    for one in enterprise.assessments:
        if one.submitted_on is not None and one.state is not AssessmentState.WITHDRAWN:
            checked = validated(one.answers, one.rulings) if one.state is AssessmentState.REVIEWED else None
            register = register_facts(one.instruments, catalogue.group2, one.submitted_on)
            results[one.submitted_on.year] = counted_result(
                catalogue, enterprise.profile, one.answers, checked, register, one.submitted_on
            )
    needs = written(needs_of(enterprise.instruments, catalogue.group2, today))
    return Counted(tuple(results.values()), _stages(catalogue, enterprise), needs)


def _stages(catalogue: Catalogue, enterprise: InventedEnterprise) -> ReachedStages:
    standing = [one for one in enterprise.assessments if one.state is not AssessmentState.WITHDRAWN]
    programme = enterprise.programme
    days = {
        Stage.NEW: [enterprise.registered_on],
        Stage.STARTED: [one.started_on for one in enterprise.assessments],
        Stage.SUBMITTED: [one.submitted_on for one in standing if one.submitted_on],
        Stage.REVIEWED: [one.changed_on for one in standing if one.state is AssessmentState.REVIEWED],
        Stage.ISSUED: [programme.issued_on] if programme and programme.issued_on else [],
    }
    months = {stage: min(map(month_of, found), default=None) for stage, found in days.items()}
    return ReachedStages(place_of(enterprise.profile, catalogue), months)
