"""The repository: everything that is kept, as one transaction sees it.

`Repository(session, Stamp(by, at))` gathers the aggregates; each change notes its event under that stamp.
Who may do what is not asked here: services ask before they come.
"""

from __future__ import annotations

from sqlmodel import Session

from core.storage.repository_accounts import Accounts
from core.storage.repository_advising import Advising
from core.storage.repository_assessments import Assessments
from core.storage.repository_counting import Counting
from core.storage.repository_enterprises import Enterprises
from core.storage.repository_events import Events, Stamp
from core.storage.repository_files import Files
from core.storage.repository_following import Following
from core.storage.repository_handed_out import HandedOutDrafts
from core.storage.repository_instruments import Instruments
from core.storage.repository_notices import Notices
from core.storage.repository_programmes import Programmes
from core.storage.repository_redlines import Redlines
from core.storage.repository_register import BODY, POINT, RegisterLines
from core.storage.repository_reports import Reports
from core.storage.repository_reviews import Reviews
from core.storage.repository_sign_ins import SignIns
from core.storage.repository_support import Support
from core.storage.repository_views import Views
from core.storage.tables import SettingRow


class Repository:
    """All aggregates over one session."""

    def __init__(self, session: Session, stamp: Stamp) -> None:
        self.session = session
        self.stamp = stamp
        self.events = Events(session, stamp)
        self.accounts = Accounts(session, stamp, self.events)
        self.sign_ins = SignIns(session, stamp, self.events)
        self.enterprises = Enterprises(session, stamp, self.events)
        self.assessments = Assessments(session, stamp, self.events)
        self.advising = Advising(session, stamp, self.events)
        self.files = Files(session, stamp, self.events)
        self.programmes = Programmes(session, stamp, self.events)
        self.following = Following(session, stamp, self.events)
        self.reports = Reports(session, stamp, self.events)
        self.handed_out = HandedOutDrafts(session, stamp, self.events, self.files)
        self.instruments = Instruments(session, stamp, self.events)
        self.points = RegisterLines(session, stamp, self.events, POINT)
        self.reviews = Reviews(session, stamp, self.events)
        self.redlines = Redlines(session, stamp, self.events)
        self.counting = Counting(session, stamp)
        self.support = Support(session, stamp, self.events)
        self.views = Views(session, stamp, self.events)
        self.notices = Notices(session, stamp)
        self.bodies = RegisterLines(session, stamp, self.events, BODY)

    def setting(self, key: str) -> str | None:
        """Return a named value of the installation."""
        row = self.session.get(SettingRow, key)
        return row.value if row else None

    def set_setting(self, key: str, value: str) -> None:
        """Keep a named value of the installation."""
        before = self.setting(key)
        self.session.merge(SettingRow(key=key, value=value))
        self.events.note("setting.set", "setting", key, before=before, after=value)
