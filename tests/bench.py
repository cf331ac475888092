"""Measures the budgets of the design: `python -m tests.bench [row …] [--enterprises N]`.

Each row prints what was measured, what must be reached, and how it stands to its floor measured in the same run. Not a
test: nothing fails here, for a busy machine would make it lie. Run it on a quiet one.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import segno

from core.domain.assessment import Answer, Choice
from core.domain.catalogue import Catalogue
from core.domain.instruments import MeasuringInstrument
from core.domain.profile import Profile, Use
from core.domain.register.findings import find
from core.domain.register.judging import judged
from core.domain.register.papers import plan_document
from core.domain.register.plan import Plan, make_plan
from core.domain.review import QueueFilter
from core.domain.scoring import score
from core.language import Language
from core.render.docx import write_docx
from core.render.labels import Label, Placement, write_labels
from core.render.pdf import write_pdf
from core.render.xlsx import write_xlsx
from core.services import exchanging, register_sheets, registering, reviewing
from core.services.exchanging import DraftForm
from core.storage.content import check_content, load_catalogue
from core.storage.exchange import read_exchange, write_exchange
from tests.benching.officials import officials
from tests.benching.people import databases, own_database, owners, reviewer, submissions
from tests.benching.rows import Row, best_of, highest_memory, in_fresh_process, shown_time
from tests.benching.running import BARE, clicked, middle, opened, running, with_pause, without_pause
from tests.render.samples import floor, sample_document

ROOT = Path(__file__).resolve().parent.parent
TEA = ROOT / "content/demo/firms/tea-cooperative.json"
POPULATION = 100_000
SAMPLED = 5_000
FEW = 5_000
"""Enterprises for the officials' rows, where none are named: the whole of the Project takes half an hour."""
CLIENTS = 8
USERS = 400
USERS_SECONDS = 30
THINK = 5.0
CLICKS = 40
SHARE = 0.8
"""Of the users of the bare page, so many must ours carry."""


def memory_of_pdf(instruments: int) -> float:
    """Return by how many MB a process grows at its highest while it writes one PDF."""
    document = sample_document(instruments)
    before = highest_memory()
    write_pdf(document)
    return highest_memory() - before


def sample_labels(count: int) -> list[Label]:
    """Invent labels with addresses as long as real ones."""
    chance = random.Random(996)
    return [
        Label(
            address=f"https://dochuan.example/phuong-tien?id={UUID(int=chance.getrandbits(128))}",
            code=f"C-{number:04d}",
            name=f"Cân bàn điện tử {number} kg",
            lines=(f"Số máy: {chance.getrandbits(30)}", "Nhóm 2"),
            due="Hạn: 01/03/2027",
            firm="HTX Chè Suối Cạn",
        )
        for number in range(count)
    ]


def written_labels(printed: list[Label]) -> bytes:
    """Write sheets of labels from the first place on."""
    return write_labels(printed, Placement(), title="Nhãn", language=Language.VI, made_on=date(2026, 11, 22))


def memory_of_labels(count: int) -> float:
    """Return by how many MB a process grows at its highest while it writes label sheets."""
    printed = sample_labels(count)
    before = highest_memory()
    written_labels(printed)
    return highest_memory() - before


# --- Rows ---


def scoring() -> Iterator[Row]:
    """One assessment, and a whole country by a sample of it."""
    catalogue = load_catalogue()
    firm = next(firms(catalogue, 1))
    one = best_of(lambda: score(catalogue, *firm), runs=200)
    yield Row("score of one assessment", one, budget=0.001)
    sample = list(firms(catalogue, SAMPLED))
    many = best_of(lambda: [score(catalogue, profile, answers) for profile, answers in sample], runs=2)
    yield Row(
        f"score of {POPULATION:,} assessments",
        many * POPULATION / SAMPLED,
        budget=60,
        remark=f"from {SAMPLED:,} different ones",
    )


def firms(catalogue: Catalogue, count: int) -> Iterator[tuple[Profile, dict[str, Answer]]]:
    """Invent firms that answer everything they are asked."""
    chance = random.Random(996)
    choices = [choice for choice in Choice if choice is not Choice.NOT_APPLICABLE]
    for number in range(count):
        uses = frozenset(chance.sample(sorted(Use), chance.randint(0, 3)))
        profile = Profile(name=f"Firm {number}", uses=uses)
        yield (
            profile,
            {
                question.id: Answer(chance.choice(choices))
                for topic in catalogue.topics
                for question in catalogue.applicable(topic, profile)
            },
        )


def documents() -> Iterator[Row]:
    """Documents of 45 pages and with 5,000 instruments, against the same texts straight on a canvas."""
    for what, instruments, budget in (("45 pages", 50, 0.8), ("5,000 instruments", 5_000, 2.0)):
        document = sample_document(instruments)
        least = best_of(lambda document=document: floor(document), runs=3)
        yield Row(
            f"PDF, {what}",
            best_of(lambda document=document: write_pdf(document), runs=3),
            budget=budget,
            floor=least,
            most_ratio=3,
            remark=f"+{in_fresh_process(memory_of_pdf, instruments):.0f} MB (< 120)",
        )
        yield Row(f"DOCX, {what}", best_of(lambda document=document: write_docx(document), runs=3), budget=1.5)
        yield Row(f"XLSX, {what}", best_of(lambda document=document: write_xlsx(document), runs=3), budget=1.5)


def labels() -> Iterator[Row]:
    """Label sheets for 5,000 instruments; the floor is making the QR codes alone."""
    printed = sample_labels(5_000)
    least = best_of(lambda: [segno.make_qr(one.address, error="m", mask=2) for one in printed], runs=1)
    yield Row(
        "QR labels, 5,000 instruments",
        best_of(lambda: written_labels(printed), runs=1),
        budget=20,
        floor=least,
        remark=f"+{in_fresh_process(memory_of_labels, 5_000):.0f} MB (< 120)",
    )


def plans() -> Iterator[Row]:
    """The plan of a year for 5,000 instruments, and its files."""
    catalogue, on = load_catalogue(), date(2026, 11, 22)
    instruments = [
        MeasuringInstrument(
            f"C-{number:04d}",
            name=f"Cân bàn số {number}",
            group2_row="8b",
            verified_on=on - timedelta(days=number % 360),
            verified_by=f"Trung tâm {number % 5}",
            verification_price_vnd=450_000,
        )
        for number in range(SAMPLED)
    ]

    def plan() -> Plan:
        made = make_plan(instruments, catalogue.group2, (), 2027, on)
        assert made.total.services == SAMPLED
        return made

    yield Row("plan of a year, 5,000 instruments", best_of(plan, runs=3), budget=1.0)
    document = plan_document(catalogue, Profile("Hợp tác xã"), plan(), Language.VI)
    for form, write, budget in (("PDF", write_pdf, 2.0), ("DOCX", write_docx, 1.5), ("XLSX", write_xlsx, 1.5)):
        measured = best_of(lambda write=write: write(document), runs=3)
        yield Row(f"the same as {form}", measured, budget=budget)


def registers() -> Iterator[Row]:
    """5,000 instruments with everything typed: doubts, fitness, advice and findings."""
    catalogue, on = load_catalogue(), date(2026, 11, 22)
    lines = [
        MeasuringInstrument(
            f"T-{number:04d}",
            serial=str(number),
            model=f"Kiểu {number % 40}",
            unit="g",
            range="0–500 g",
            division="0,1",
            tolerance=f"±{number % 900 + 1} g",
            mpe="±0,5 g",
            error_found=f"0,{number % 700} g",
            uncertainty="0,1 g",
            calibrated_on=on - timedelta(days=number % 500),
            interval_months=12,
        )
        for number in range(SAMPLED)
    ]
    yield Row("judge 5,000 instruments", best_of(lambda: judged(lines, (), catalogue, on), runs=3), budget=2.0)
    judgements = judged(lines, (), catalogue, on)
    yield Row("find what they ask for", best_of(lambda: find(judgements, catalogue, on), runs=3), budget=0.5)


def sheets() -> Iterator[Row]:
    """The register of 5,000 instruments to Excel, back, and into an empty register."""
    with own_database() as environment:
        full, empty = owners(environment, 2)
        lines = [
            MeasuringInstrument(
                f"C-{number:04d}",
                name=f"Cân bàn số {number}",
                group2_row="8b",
                serial=str(10_000 + number),
                place=f"Kho {number % 9}",
                range="0–500 kg",
                division="0,1",
                tolerance="±0,2 %",
                verified_on=date(2026, 1, 1) + timedelta(days=number % 300),
                verification_price_vnd=450_000,
            )
            for number in range(SAMPLED)
        ]
        begin = time.perf_counter()
        registering.save_instruments(environment, full.actor, full.enterprise_id, [(None, one) for one in lines])
        yield Row("5,000 instruments kept", time.perf_counter() - begin)
        sheet = register_sheets.export_sheet(environment, full.actor, full.enterprise_id, Language.VI)
        yield Row(
            "register → XLSX, 5,000 rows",
            best_of(
                lambda: register_sheets.export_sheet(environment, full.actor, full.enterprise_id, Language.VI), runs=3
            ),
            budget=1.5,
        )
        yield Row(
            "XLSX → checked, 5,000 rows",
            best_of(lambda: register_sheets.preview_sheet(environment, full.actor, full.enterprise_id, sheet), runs=3),
            budget=2.0,
        )
        yield Row(
            "register opened, 5,000 instruments",
            best_of(lambda: registering.open_register(environment, full.actor, full.enterprise_id), runs=3),
        )
        preview = register_sheets.preview_sheet(environment, empty.actor, empty.enterprise_id, sheet)
        begin = time.perf_counter()
        register_sheets.apply_sheet(environment, empty.actor, preview)
        yield Row("5,000 good rows taken", time.perf_counter() - begin)


def queues() -> Iterator[Row]:
    """The first page of a queue of 20,000 submissions, on both engines."""
    for engine, url in databases():
        with own_database(url) as environment:
            adviser = reviewer(environment, "19")
            submissions(environment, 20_000)
            for what, wanted in (
                ("everything", QueueFilter()),
                ("nobody's, with failed gates", QueueFilter(nobodys=True, only_gates=True)),
            ):
                page = partial(reviewing.queue, environment, adviser, wanted)
                measured = best_of(page, runs=5)
                yield Row(f"queue of 20,000, first page, {engine}: {what}", measured, budget=0.3)


def files() -> Iterator[Row]:
    """From an exchange file to a score and to a draft, as the command line does it."""
    data = TEA.read_bytes()
    exchange = read_exchange(data)
    yield Row("exchange file read and written", best_of(lambda: write_exchange(read_exchange(data)), runs=50))
    yield Row("exchange file → score and gaps", best_of(lambda: exchanging.score_file(data), runs=50))
    opened = exchanging.open_file(data)
    for form in DraftForm:
        yield Row(
            f"exchange file → draft as {form.value.upper()}",
            best_of(lambda form=form: exchanging.draft_file(opened, form, Language.VI), runs=3),
            remark=f"{len(exchange.instruments)} instruments",
        )


def content() -> Iterator[Row]:
    """Everything in content/ read and checked, as each process does once."""
    yield Row("content read and checked", best_of(check_content, runs=3))


def answering() -> Iterator[Row]:
    """Answer → saved and redrawn over the websocket, a few people without a pause; the floor is the bare page."""
    with running(people=CLIENTS) as our_side, running(BARE) as bare_side:
        rounds = without_pause([our_side, bare_side], CLIENTS)
    ours, bare = (sum(side[1:], side[0]) for side in rounds)
    costs = [[one.processor_of_one for one in side] for side in rounds]
    shares = sorted(theirs / mine for mine, theirs in zip(*costs, strict=True))
    yield Row(
        f"answer → saved and redrawn, {CLIENTS} at once, p95",
        ours.percentile(0.95),
        budget=1.0,
        floor=bare.percentile(0.95),
        remark=f"{ours.rate:.0f}/s against {bare.rate:.0f}/s: {ours.rate / bare.rate:.2f}",
    )
    mine, theirs = (middle(side) for side in costs)
    yield Row(
        "the same, seconds of a core for one answer",
        mine,
        floor=theirs,
        most_ratio=1 / SHARE,
        remark=f"{theirs / mine:.2f} of its users (≥ {SHARE}); by rounds {shares[0]:.2f} to {shares[-1]:.2f}",
    )


def users() -> Iterator[Row]:
    """What one process on one core carries: people who answer each 5 s, and what each of them takes of the memory."""
    with running(people=USERS) as side:
        ours, base, each = with_pause(side, USERS, USERS_SECONDS, THINK)
    with running(BARE) as side:
        bare, bare_base, bare_each = with_pause(side, USERS, USERS_SECONDS, THINK)
    wanted = USERS / THINK
    yield Row(
        f"{USERS} people, one answer each {THINK:.0f} s, p95",
        ours.percentile(0.95),
        budget=1.0,
        floor=bare.percentile(0.95),
        remark=f"{ours.rate:.0f}/s against {bare.rate:.0f}/s of {wanted:.0f}/s; "
        f"core {ours.processor / ours.seconds:.0%} against {bare.processor / bare.seconds:.0%}",
    )
    mine, theirs = ours.processor_of_one, bare.processor_of_one
    yield Row(
        "the same, seconds of a core for one answer",
        mine,
        floor=theirs,
        most_ratio=1 / SHARE,
        remark=f"a core carries {THINK / mine:.0f} against {THINK / theirs:.0f}: {theirs / mine:.2f} (≥ {SHARE})",
    )
    print(
        f"memory: {base:.0f} MB (< 150) + {each:.2f} MB per idle session (< 0.3); "
        f"bare {bare_base:.0f} + {bare_each:.2f}",
        flush=True,
    )


def clicking() -> Iterator[Row]:
    """Click → redrawn in a browser, the largest topic."""
    with running(people=1) as side:
        ours = sorted(clicked(side, CLICKS))
    with running(BARE) as side:
        bare = sorted(clicked(side, CLICKS))
    place = int(0.95 * CLICKS)
    remark = f"p50 {shown_time(middle(ours))} against {shown_time(middle(bare))}"
    yield Row("click → redrawn in the browser, p95", ours[place], budget=0.2, floor=bare[place], remark=remark)


def first_page() -> Iterator[Row]:
    """The first page of a guest with an empty cache, in a browser, and its bytes over the wire."""
    with running() as side:
        ours, wire = opened(side)
    with running(BARE) as side:
        bare, bare_wire = opened(side)
    remark = f"{wire / 1e6:.2f} MB over the wire (≤ 1.2), bare {bare_wire / 1e6:.2f}"
    yield Row("first page, cold", ours, 2.5, bare, remark=remark)


ROWS: dict[str, Callable[[], Iterator[Row]]] = {
    "scoring": scoring,
    "documents": documents,
    "labels": labels,
    "files": files,
    "content": content,
    "answering": answering,
    "plans": plans,
    "registers": registers,
    "sheets": sheets,
    "queues": queues,
    "officials": partial(officials, FEW),
    "users": users,
    "clicking": clicking,
    "first-page": first_page,
}


def main(arguments: list[str]) -> int:
    """Print the rows that were asked for, all of them by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", metavar="row", help=", ".join(ROWS))
    parser.add_argument("--enterprises", type=int, default=FEW, help=f"for the officials' rows, {FEW:,} by default")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.names) - ROWS.keys())
    if unknown:
        parser.error(f"no such rows: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    rows = ROWS | {"officials": partial(officials, given.enterprises)}
    for name in given.names or rows:
        for row in rows[name]():
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
