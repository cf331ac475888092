"""Notices reach who is concerned, and the mail says nothing but how many and where."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller

from core.domain.assessment import Answer, Choice
from core.domain.notices import NoticeKind
from core.domain.permissions import GrantedRole, Role
from core.domain.review import RemarkAudience
from core.errors import BadInput
from core.services import accounts, advising, assessing, noticing, reviewing, two_views
from tests.conftest import PASSWORD
from tests.e2e.server import free_port

QUESTION = "named-person"


class Mailbox:
    """What a mail server of this machine took in; `refuses` names addresses that it does not know."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.refuses: set[str] = set()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        self.taken.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def mailing(environment, mailbox):
    """The environment with a mail server of this machine."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings = replace(
        environment.settings,
        smtp_host="127.0.0.1",
        smtp_port=controller.port,
        smtp_from="khong-tra-loi@do-chuan.example",
        smtp_tls=False,
        public_address="https://do-chuan.example",
    )
    yield replace(environment, settings=settings)
    controller.stop()


def hand_in(environment, people):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    if not opened.answers:
        assessing.save_answer(
            environment, people.owner, opened.id, QUESTION, seen=Answer(), wanted=Answer(Choice.LEVEL_2)
        )
    return reviewing.submit(environment, people.owner, people.enterprise_id).submission_id


def kinds(environment, actor):
    return [notice.kind for notice in noticing.notices_of(environment, actor)]


def test_handing_in_reaches_the_reviewers_of_the_province_and_nobody_else(environment, people):
    elsewhere = accounts.add_account(
        environment,
        email="xa@to.example",
        name="xa",
        password=PASSWORD,
        roles=(GrantedRole(Role.ADVISER, "01"),),
        must_change=False,
    )
    hand_in(environment, people)

    assert kinds(environment, people.adviser) == [NoticeKind.HANDED_IN]
    others = [people.owner, people.editor, people.official, people.stranger]
    for actor in (*others, accounts.actor_of_account(environment, elsewhere.id)):
        assert kinds(environment, actor) == []


def test_the_dialogue_is_told_to_the_other_side_only(environment, people, clock):
    submission = hand_in(environment, people)
    clock.pass_time(minutes=1)
    reviewing.take(environment, people.adviser, submission, seen=None)
    reviewing.remark(environment, people.adviser, submission, "giữa chuyên gia", audience=RemarkAudience.INTERNAL)
    assert kinds(environment, people.owner) == []
    reviewing.remark(environment, people.adviser, submission, "Gửi ảnh tem")
    clock.pass_time(minutes=1)
    reviewing.remark(environment, people.editor, submission, "Đã gửi")
    clock.pass_time(minutes=1)
    reviewing.request_changes(environment, people.adviser, submission, "Bổ sung sổ", on_round=1)

    assert kinds(environment, people.owner) == [NoticeKind.CHANGES_REQUESTED, NoticeKind.REMARK]
    assert kinds(environment, people.editor) == [NoticeKind.CHANGES_REQUESTED, NoticeKind.REMARK]
    assert kinds(environment, people.viewer) == []
    assert kinds(environment, people.adviser) == [NoticeKind.REMARK, NoticeKind.HANDED_IN]


def test_what_waits_unseen_is_not_said_twice_and_can_be_called_seen(environment, people):
    submission = hand_in(environment, people)
    for text in ("một", "hai", "ba"):
        reviewing.remark(environment, people.adviser, submission, text)
    assert noticing.unseen(environment, people.owner) == 1

    noticing.see_all(environment, people.owner)

    assert noticing.unseen(environment, people.owner) == 0
    assert noticing.unseen(environment, people.editor) == 1
    reviewing.remark(environment, people.adviser, submission, "bốn")
    assert noticing.unseen(environment, people.owner) == 1


def test_who_is_invited_is_told_until_the_invitation_is_over(environment, people, clock):
    topics = [topic.id for topic in environment.catalogue.topics]
    asked = [people.editor.account_id, people.viewer.account_id]
    for topic in topics[:2]:
        two_views.give_topic(environment, people.owner, people.enterprise_id, topic, asked)
    assert kinds(environment, people.editor) == kinds(environment, people.viewer) == [NoticeKind.VIEW_ASKED]
    assert kinds(environment, people.owner) == []
    first, second = two_views.open_views(environment, people.owner, people.enterprise_id).topics
    two_views.set_done(environment, people.editor, first.kept.id, is_done=True)
    assert kinds(environment, people.editor) == [NoticeKind.VIEW_ASKED]
    two_views.remove(environment, people.owner, second.kept.id)
    assert (kinds(environment, people.editor), kinds(environment, people.viewer)) == ([], [NoticeKind.VIEW_ASKED])
    two_views.close(environment, people.owner, first.kept.id)
    assert kinds(environment, people.viewer) == []

    offered = advising.offer(environment, people.owner, people.enterprise_id, "adviser@suoican.example")
    assert kinds(environment, people.adviser) == [NoticeKind.SESSION_OFFERED]
    advising.end(environment, people.owner, offered.id)
    assert kinds(environment, people.adviser) == []
    offered = advising.offer(environment, people.owner, people.enterprise_id, "adviser@suoican.example")
    advising.join(environment, people.adviser, offered.id)
    assert kinds(environment, people.owner) == kinds(environment, people.editor) == [NoticeKind.SESSION_JOINED]


def test_an_invitation_is_mailed_without_any_name(mailing, people, mailbox):
    assessing.open_assessment(mailing, people.owner, people.enterprise_id)
    advising.offer(mailing, people.owner, people.enterprise_id, "adviser@suoican.example")
    noticing.send_digests(mailing)
    [(to, content)] = mailbox.taken
    assert to == ["adviser@suoican.example"]
    assert "Suối Cạn" not in content.decode()


def test_one_mail_goes_to_each_once_and_names_no_firm_and_no_person(mailing, people, mailbox):
    hand_in(mailing, people)

    assert noticing.send_digests(mailing) == noticing.MailReport(sent=1, refused=0)
    assert noticing.send_digests(mailing) == noticing.MailReport(sent=0, refused=0)

    [(receivers, content)] = mailbox.taken
    text = content.decode()
    assert receivers == [people.adviser.email]
    assert "https://do-chuan.example/thong-bao" in text
    for secret in ("Suối Cạn", "Su=E1=BB=91i", "owner", str(people.enterprise_id)):
        assert secret not in text


def test_a_refused_address_holds_up_nobody_and_is_tried_again(mailing, people, mailbox):
    submission = hand_in(mailing, people)
    reviewing.remark(mailing, people.adviser, submission, "Gửi ảnh tem")
    mailbox.refuses = {people.owner.email}
    report = noticing.send_digests(mailing)
    assert (report.sent, report.refused) == (2, 1)

    mailbox.refuses = set()

    assert noticing.send_digests(mailing) == noticing.MailReport(sent=1, refused=0)


def test_without_a_mail_server_it_is_said_how_to_set_one(environment, mailing, people, mailbox):
    with pytest.raises(BadInput, match="mail-not-set"):
        noticing.send_digests(environment)
    hand_in(mailing, people)
    away = replace(mailing, settings=replace(mailing.settings, smtp_port=free_port(), smtp_password="bí mật"))
    with pytest.raises(BadInput, match="mail-server-away") as refusal:
        noticing.send_digests(away)
    assert "bí mật" not in f"{refusal.value} {away.settings}"
    assert noticing.send_digests(mailing).sent == 1
