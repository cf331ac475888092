"""The page for everybody: closed until an administrator opens it, and about nobody but the whole nation."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.domain.instruments import ServiceKind
from core.domain.permissions import GrantedRole, Role
from core.domain.statistics.figures import Dimension, Subject
from core.domain.statistics.sheets import SheetTeller
from core.errors import NotThere
from core.language import Language
from core.services import official_sheets, officials, public_figures
from core.services.official_sheets import Asked, SheetName
from core.storage.figures import Axis
from core.storage.tables import EventRow
from tests.services.test_officials import YEAR, Firms


@pytest.fixture
def firms(sqlite_environment):
    return Firms(sqlite_environment)


def test_only_an_administrator_opens_it_and_the_log_tells(sqlite_environment, firms):
    administrator = firms.person(GrantedRole(Role.ADMINISTRATOR))
    others = [firms.person(GrantedRole(role, "19")) for role in (Role.LEAD_ADVISER, Role.OFFICIAL_PROVINCE)]
    others.append(firms.person(GrantedRole(Role.OFFICIAL_NATION)))
    for actor in (*others, firms.add()[0]):
        with pytest.raises(NotThere):
            public_figures.set_open(sqlite_environment, actor, True)
    with pytest.raises(NotThere):
        public_figures.public_page(sqlite_environment, Asked(), Language.VI)
    for wanted in (True, False):
        public_figures.set_open(sqlite_environment, administrator, wanted)
        assert public_figures.is_open(sqlite_environment) is wanted
    with pytest.raises(NotThere):
        public_figures.public_page(sqlite_environment, Asked(), Language.VI)
    with sqlite_environment.database.reading() as session:
        events = session.scalars(select(EventRow).where(EventRow.object_id == "public-figures")).all()
    assert [(one.action, one.actor_id) for one in events] == [("setting.set", administrator.account_id)] * 2


@pytest.mark.parametrize("language", list(Language))
def test_it_says_of_the_nation_what_officials_are_told_and_names_no_group(sqlite_environment, firms, clock, language):
    for place in range(12):
        firms.hand_in(level=place % 5, province="19" if place < 6 else "01", sector="tea-food")
    firms.add(province="22", sector="petroleum")
    clock.pass_time(seconds=61)
    public_figures.set_open(sqlite_environment, firms.person(GrantedRole(Role.ADMINISTRATOR)), True)
    # Whatever else an address asks for is not heard.
    asked = Asked(by=Dimension.SECTOR, value="tea-food", year=1999)
    page = public_figures.public_page(sqlite_environment, asked, language)
    assert (page.years, page.year) == ((YEAR,), YEAR)
    stages, levels, topics = page.sheets
    nation = firms.person(GrantedRole(Role.OFFICIAL_NATION))

    def told(name):
        return official_sheets.sheet(sqlite_environment, nation, name, Asked(), language).whole

    assert (stages.rows, stages.whole) == ((), told(SheetName.STAGES))
    assert (levels.rows, levels.whole) == ((), told(SheetName.LEVELS))
    assert [*(row.values[0] for row in topics.rows), topics.whole.values[0]] == list(told(SheetName.TOPICS).values)
    teller = SheetTeller(sqlite_environment.catalogue, language)
    texts = "".join(f"{one}{teller.table(one)}{teller.origin(one)}{teller.alternative(one)}" for one in page.sheets)
    for dimension in (Dimension.PROVINCE, Dimension.SECTOR):
        for code in teller.codes(dimension):
            assert teller.value(dimension, code) not in texts, code


def test_nothing_but_the_whole_comes_out_of_the_figures_for_everybody(sqlite_environment, firms, clock):
    for place in range(24):
        firms.hand_in(level=place % 5)
    clock.pass_time(seconds=61)
    shown = officials.open_public_figures(sqlite_environment)
    for dimension in Dimension:
        tables = [shown.stages(dimension), shown.means(YEAR, dimension), shown.quartiles(YEAR, dimension)]
        tables += [shown.results(YEAR, subject, dimension) for subject in (Subject.SELF_LEVEL, Subject.MONTH)]
        assert all(one.rows == () and one.row_totals == () for one in tables)
        for other in set(Dimension) - {dimension}:
            for crossed in (shown.pairs, shown.pair_means):
                with pytest.raises(NotThere):
                    crossed(YEAR, dimension, other)
    for rows in Axis:
        with pytest.raises(NotThere):
            shown.demand(ServiceKind.VERIFICATION, rows, Axis.KIND)
