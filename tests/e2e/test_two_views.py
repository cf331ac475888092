"""Two people of a firm in two browsers: each answers apart, then what differs is settled; axe on each screen."""

from __future__ import annotations

from playwright.sync_api import expect

from core.domain.permissions import Role
from tests.e2e.steps import Person, eventually

PAGE = "/hai-goc-nhin"
SETTLED = "giao miệng, sẽ có giấy"
WHY = "Ở xưởng chưa ai biết ai lo"


def test_a_director_and_a_workshop_lead_answer_apart_and_settle(server, visitor):
    owner = server.add_owner("Lò Thị Chủ", "Hợp tác xã Chè Hai Góc Nhìn")
    reader = server.add_colleague(owner, "Ma Văn Xưởng", Role.VIEWER)
    director = Person.signed_in(visitor(), server, owner)
    lead = Person.signed_in(visitor(phone=True), server, reader)

    director.go(PAGE)
    for name in ("Lò Thị Chủ", "Ma Văn Xưởng"):
        director.page.get_by_role("button", name=name, exact=True).and_(
            director.page.locator(".st-key-give_people button")
        ).click()
        director.settle()
    director.press("views.give.button")
    expect(director.page.get_by_text(director.say("views.state.open"))).to_be_visible()
    assert director.violations() == []

    lead.go(f"{PAGE}?chu-de=1")
    lead.answer(lead.questions()[0], 1)
    lead.type(lead.say("views.mine.note"), WHY)
    eventually(lambda: server.rows("SELECT choice, note FROM view_answer WHERE note = ?", WHY), [("1", WHY)])
    assert lead.violations() == []
    lead.press("views.mine.done")
    expect(lead.page.get_by_text(lead.say("views.mine.is-done", names="Lò Thị Chủ"))).to_be_visible()

    director.go(f"{PAGE}?chu-de=1")
    first = director.questions()[0]
    expect(first.get_by_role("radio", checked=True)).to_have_count(0)
    expect(director.page.get_by_text(WHY)).to_have_count(0)
    director.answer(first, 4)
    director.press("views.mine.done")
    expect(director.page.get_by_text(WHY)).to_be_visible()
    number = "1.1"
    director.page.get_by_text(director.say("views.settle.choice", number=number), exact=True).click()
    box = director.page.locator("[class*=st-key-qcard_settle_]")
    director.answer(box.get_by_role("radiogroup"), 2)
    director.type(director.say("views.settle.note"), SETTLED)
    assert director.violations() == []
    director.press("views.settle.button")
    expect(director.page.get_by_text(director.say("views.agenda.settled", count=1))).to_be_visible()
    eventually(lambda: server.rows("SELECT choice, note FROM answer WHERE note = ?", SETTLED), [("2", SETTLED)])

    for person in (director, lead):
        person.go("/theo-thoi-gian")
        expect(person.page.get_by_role("heading", name=person.say("time.years.title"))).to_be_visible()
        assert person.violations() == []
        assert person.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
