"""Documents to write in tests and measurements: a decision, its programme of nine sections, four appendices.

The firm is invented. `floor` writes the same texts straight on a canvas, without laying anything out: what no writer
can be faster than.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from core.domain.document import (
    Align,
    Bar,
    Bars,
    Block,
    Document,
    Drawing,
    Gantt,
    GanttRow,
    Heading,
    HeadLine,
    ItemList,
    Marker,
    Paragraph,
    ParagraphStyle,
    Part,
    PartKind,
    Radar,
    RadarAxis,
    Signature,
    Table,
    TableColumn,
)
from core.language import Language
from core.render.fonts import Font

FIRM = "Hợp tác xã Chè sạch Núi Mây"
SUBTITLE = "(Kèm theo Quyết định số ……/QĐ-NM ngày … tháng … năm 20… của Giám đốc Hợp tác xã Chè sạch Núi Mây)"
TOPICS = (
    "Tổ chức và trách nhiệm",
    "Con người",
    "Phương pháp đo",
    "Phương tiện đo và tính liên kết chuẩn",
    "Kiểm định, hiệu chuẩn và bảo quản",
    "Môi trường",
    "Dữ liệu và hồ sơ",
    "Kiểm soát kết quả đo",
    "Hiệu quả dự kiến",
)
SECTIONS = (
    "THÔNG TIN CHUNG",
    "CĂN CỨ",
    "PHÂN TÍCH THỰC TRẠNG",
    "DỰ KIẾN HIỆU QUẢ",
    "MỤC TIÊU",
    "NHIỆM VỤ",
    "GIẢI PHÁP",
    "KINH PHÍ",
    "TỔ CHỨC THỰC HIỆN",
)
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
SUBS = ("Nội dung chung", "Hiện trạng và bằng chứng", "Nguyên nhân", "Việc cần làm")
PROSE = (
    "Hợp tác xã sử dụng kết quả cân, đo trong các khâu: thu mua chè búp tươi, sấy, đóng gói, giao hàng cho khách "
    "và lưu kho. "
    "Mỗi khâu có người phụ trách, có biểu mẫu ghi lại kết quả và có cách xử lý khi phát hiện cân, đồng hồ hoặc "
    "nhiệt kế bị sai.",
    "Cân dùng trong mua bán thuộc nhóm 2 phải được kiểm định ban đầu trước khi đưa vào sử dụng, kiểm định định "
    "kỳ và kiểm định sau sửa chữa; "
    "dấu, tem và giấy chứng nhận kiểm định được giữ nguyên vẹn trong suốt thời gian sử dụng. Nhiệt kế buồng sấy "
    "được hiệu chuẩn theo "
    "chu kỳ do hợp tác xã tự định, căn cứ kết quả các lần trước và mức độ ảnh hưởng đến chất lượng chè.",
    "Sai số của cân đóng gói lệch về phía thiếu làm khách hàng thiệt, lệch về phía thừa làm hợp tác xã mất chè "
    "mà không biết. "
    "Với sản lượng 120 tấn một năm, mỗi 0,1 % sai lệch tương đương 120 kg chè thành phẩm. Vì vậy cân được kiểm "
    "tra đầu ca bằng quả cân "
    "đã hiệu chuẩn, kết quả ghi vào sổ, vượt giới hạn thì dừng cân và báo người phụ trách.",
    "Người phụ trách đo lường lập danh mục phương tiện đo, theo dõi thời hạn kiểm định, hiệu chuẩn, lưu giấy "
    "chứng nhận, đọc sai số và "
    "độ không đảm bảo đo trên giấy chứng nhận rồi so với giới hạn cho phép khi sử dụng; không đạt thì không dùng "
    "cho phép đo đó.",
)
ITEMS = (
    "Phân công bằng văn bản một người phụ trách đo lường và một người thay thế khi vắng mặt;",
    "Lập sổ theo dõi phương tiện đo, ghi rõ mã, tên, số máy, nơi đặt, người dùng, hạn kiểm định hoặc hiệu chuẩn;",
    "Niêm yết hướng dẫn cân, đo tại chỗ, cỡ chữ đọc được từ nơi đứng cân;",
    "Kiểm tra cân đầu mỗi ca bằng quả cân 5 kg và 20 kg, giới hạn ± 5 g và ± 20 g;",
    "Mỗi năm một lần, hai người đo lại cùng một mẫu và so kết quả.",
)


def sample_document(
    instruments: int = 50, *, language: Language = Language.VI, repeats: int = 5, stamp: str = "DỰ THẢO"
) -> Document:
    """Return the decision, the programme and its appendices; `repeats` paragraphs under each of 36 headings."""
    return Document(
        id="programme",
        language=language,
        title=f"Chương trình đảm bảo đo lường của {FIRM} giai đoạn 2027–2029",
        author=FIRM,
        subject="Dự thảo Quyết định và Chương trình đảm bảo đo lường",
        made_on=date(2026, 11, 22),
        parts=(_decision(), _programme(repeats), _answers(), _register(instruments), _plan(), _form()),
        stamp=stamp,
        foot="Bản dự thảo lập ngày 22/11/2026 · mã đối chiếu 7K2M-QX4D",
        contents_title="MỤC LỤC",
        keywords=("đo lường", "kiểm định", "hiệu chuẩn"),
    )


def _head() -> tuple[tuple[HeadLine, ...], tuple[HeadLine, ...]]:
    return (
        (
            HeadLine("LIÊN MINH HỢP TÁC XÃ TỈNH THÁI NGUYÊN", "parent"),
            HeadLine("HỢP TÁC XÃ CHÈ SẠCH NÚI MÂY", "body"),
            HeadLine("Số: ……/QĐ-NM", "number"),
        ),
        (
            HeadLine("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "nation"),
            HeadLine("Độc lập - Tự do - Hạnh phúc", "motto"),
            HeadLine("Thái Nguyên, ngày … tháng … năm 20…", "place-date"),
        ),
    )


def _decision() -> Part:
    left, right = _head()
    return Part(
        kind=PartKind.DECISION,
        title="QUYẾT ĐỊNH",
        summary=f"Về việc ban hành Chương trình đảm bảo đo lường của {FIRM} giai đoạn 2027–2029",
        head_left=left,
        head_right=right,
        issuer="GIÁM ĐỐC HỢP TÁC XÃ CHÈ SẠCH NÚI MÂY",
        grounds=(
            "Căn cứ Điều lệ Hợp tác xã Chè sạch Núi Mây;",
            "Căn cứ Luật Đo lường ngày 11 tháng 11 năm 2011;",
            "Căn cứ Nghị định số 86/2012/NĐ-CP ngày 19 tháng 10 năm 2012 của Chính phủ quy định chi tiết và "
            "hướng dẫn thi hành "
            "một số điều của Luật Đo lường;",
            "Căn cứ Quyết định số 996/QĐ-TTg ngày 10 tháng 8 năm 2018 của Thủ tướng Chính phủ phê duyệt Đề án "
            "“Tăng cường, đổi mới "
            "hoạt động đo lường hỗ trợ doanh nghiệp Việt Nam nâng cao năng lực cạnh tranh và hội nhập quốc tế "
            "giai đoạn đến năm 2025, "
            "định hướng đến năm 2030”;",
            "Căn cứ Quyết định số 510/QĐ-BKHCN ngày 17 tháng 3 năm 2021 của Bộ trưởng Bộ Khoa học và Công nghệ;",
            "Theo đề nghị của Tổ quản lý chất lượng.",
        ),
        enacting="QUYẾT ĐỊNH:",
        blocks=(
            Paragraph(
                f"Ban hành kèm theo Quyết định này Chương trình đảm bảo đo lường của {FIRM} giai đoạn 2027–2029.",
                ParagraphStyle.ARTICLE,
                "Điều 1.",
            ),
            Paragraph(
                "Quyết định này có hiệu lực kể từ ngày ký. Chương trình được thực hiện từ ngày 01/01/2027 đến "
                "hết ngày 31/12/2029.",
                ParagraphStyle.ARTICLE,
                "Điều 2.",
            ),
            Paragraph(
                "Tổ trưởng Tổ quản lý chất lượng chủ trì, phối hợp với các bộ phận có liên quan tổ chức thực "
                "hiện Chương trình; "
                "theo dõi, đánh giá và báo cáo Giám đốc kết quả thực hiện ít nhất mỗi năm một lần./.",
                ParagraphStyle.ARTICLE,
                "Điều 3.",
            ),
        ),
        recipients_title="Nơi nhận:",
        recipients=(
            "Như Điều 3;",
            "Hội đồng quản trị (để báo cáo);",
            "Sở Khoa học và Công nghệ tỉnh Thái Nguyên (để biết);",
            "Lưu: VT, QLCL.",
        ),
        signature=Signature(("GIÁM ĐỐC",), "Nguyễn Thị Vân Khánh"),
    )


def _programme(repeats: int) -> Part:
    blocks: list[Block] = []
    for number, title in enumerate(SECTIONS):
        blocks.append(Heading(title, 1, ROMAN[number]))
        for sub_number, sub in enumerate(SUBS):
            blocks.append(Heading(sub, 2, f"{sub_number + 1}."))
            blocks += [Paragraph(_prose(number * 100 + sub_number * 10 + turn)) for turn in range(repeats)]
            if sub_number == 3:
                blocks.append(ItemList(ITEMS, tuple(Marker)[number % 4], "Hợp tác xã thực hiện các việc sau:"))
        if title == "PHÂN TÍCH THỰC TRẠNG":
            blocks += [sample_radar(), sample_bars(), Heading("Điểm mạnh", 3), Paragraph(PROSE[0], ParagraphStyle.NOTE)]
        if title == "NHIỆM VỤ":
            blocks += [sample_gantt(), _tasks()]
        if title == "KINH PHÍ":
            blocks.append(_money())
    return Part(
        kind=PartKind.PROGRAMME,
        title="CHƯƠNG TRÌNH",
        summary=f"Đảm bảo đo lường của {FIRM} giai đoạn 2027–2029",
        subtitle=SUBTITLE,
        blocks=tuple(blocks),
    )


def _prose(number: int) -> str:
    """Return a paragraph unlike any other, so that nothing measured once serves twice."""
    words = PROSE[number % len(PROSE)].split()
    turn = number * 7 % len(words)
    return f"Điểm {number}: " + " ".join((*words[turn:], *words[:turn]))


def sample_radar() -> Drawing:
    scores = (45, 62, 30, 71, 25, 88, 50, 12, 66)
    axes = [
        RadarAxis(f"{number}. {topic}", Fraction(score), Fraction(75))
        for number, (topic, score) in enumerate(zip(TOPICS, scores, strict=True), 1)
    ]
    figure = Radar(tuple(axes), "Điểm hiện nay", "Mức cần có")
    return Drawing(
        "topic-radar", figure, "Hình 1. Điểm của chín nhóm so với mức cần có", "Biểu đồ mạng nhện: điểm và mức cần có"
    )


def sample_bars() -> Drawing:
    counts = (3, 0, 5, 2, 8, 1, 0, 0, 4, 6, 2, 1)
    bars = tuple(Bar(f"T{month}/2027", count, str(count)) for month, count in enumerate(counts, 1))
    caption = "Hình 2. Số phương tiện đo đến hạn theo tháng trong năm 2027"
    return Drawing(
        "due-calendar", Bars(bars, "phương tiện đo"), caption, "Biểu đồ cột: phương tiện đo đến hạn theo tháng"
    )


def sample_gantt() -> Drawing:
    rows = (
        GanttRow("Kiểm định các cân đã quá hạn trước khi dùng lại", date(2027, 1, 1), date(2027, 1, 31), True),
        GanttRow("Phân công người phụ trách đo lường và người thay thế", date(2027, 1, 1), date(2027, 3, 31)),
        GanttRow(
            "Lập danh mục phương tiện đo và kế hoạch kiểm định, hiệu chuẩn hằng năm cho toàn bộ các xưởng",
            date(2027, 2, 1),
            date(2027, 6, 30),
        ),
        GanttRow("Đào tạo đọc giấy chứng nhận hiệu chuẩn", date(2027, 6, 1), date(2028, 6, 30)),
        GanttRow("Báo cáo kết quả hằng năm", date(2027, 12, 1), date(2029, 12, 31)),
    )
    figure = Gantt(date(2027, 1, 1), date(2029, 12, 31), rows)
    return Drawing("task-timeline", figure, "Hình 3. Nhiệm vụ theo thời gian", "Sơ đồ thời gian của năm nhiệm vụ")


def _tasks() -> Table:
    rows = tuple(
        (
            str(number),
            f"Nhiệm vụ {number}: {ITEMS[number % 5].rstrip(';.')}",
            "Tổ quản lý chất lượng",
            f"{number % 28 + 1:02}/{number % 12 + 1:02}/2027",
            "Quyết định, sổ theo dõi",
            "20.450.000",
        )
        for number in range(1, 25)
    )
    columns = (
        TableColumn("TT", 10, Align.CENTRE),
        TableColumn("Nhiệm vụ", 50),
        TableColumn("Chủ trì", 28),
        TableColumn("Hạn", 20, Align.CENTRE),
        TableColumn("Kết quả, bằng chứng", 36),
        TableColumn("Kinh phí (đồng)", 21, Align.RIGHT),
    )
    return Table("tasks", columns, rows, caption="Các nhiệm vụ chính trong giai đoạn:")


def _money() -> Table:
    columns = (
        TableColumn("Năm", 25, Align.CENTRE),
        *(
            TableColumn(name, 35, Align.RIGHT)
            for name in ("Nguồn của đơn vị", "Đề nghị Nhà nước hỗ trợ", "Nguồn hợp pháp khác", "Cộng (đồng)")
        ),
    )
    rows = tuple((str(year), "120.000.000", "45.000.000", "0", "165.000.000") for year in (2027, 2028, 2029))
    return Table(
        "money-by-year",
        columns,
        rows,
        "Kinh phí dự kiến theo nguồn và năm:",
        ("Cộng", "360.000.000", "135.000.000", "0", "495.000.000"),
    )


def _appendix(number: str, title: str, *blocks: Block) -> Part:
    return Part(
        PartKind.APPENDIX,
        f"Phụ lục {number}",
        title,
        f"(Kèm theo Chương trình đảm bảo đo lường của {FIRM} giai đoạn 2027–2029)",
        blocks=blocks,
    )


def _answers() -> Part:
    columns = (
        TableColumn("Câu", 12, Align.CENTRE),
        TableColumn("Nội dung", 70),
        TableColumn("Mức", 20, Align.CENTRE),
        TableColumn("Hiện trạng hoặc lý do", 63),
    )
    rows = tuple(
        (
            f"{topic}.{question}",
            f"{TOPICS[topic - 1]}: {ITEMS[question % 5].rstrip(';.')}?",
            str((topic + question) % 5),
            PROSE[question % 4][:160],
        )
        for topic in range(1, 10)
        for question in range(1, 8)
    )
    return _appendix("I", "KẾT QUẢ TỰ ĐÁNH GIÁ", Table("answers", columns, rows))


def _register(instruments: int) -> Part:
    columns = (
        TableColumn("TT", 10, Align.CENTRE),
        TableColumn("Mã", 20),
        TableColumn("Tên, kiểu, số máy", 55),
        TableColumn("Nơi đặt", 35),
        TableColumn("Phạm vi đo, vạch chia", 35),
        TableColumn("Nhóm", 15, Align.CENTRE),
        TableColumn("Lần gần nhất, nơi làm", 40),
        TableColumn("Hạn", 24, Align.CENTRE),
        TableColumn("Tình trạng", 25),
    )
    table = Table(
        "register",
        columns,
        tuple(instrument_rows(instruments)),
        "Danh mục lập đến ngày 22/11/2026:",
        is_landscape=True,
        blank_rows=0 if instruments else 12,
    )
    return _appendix("II", "DANH MỤC PHƯƠNG TIỆN ĐO VÀ HẠN KIỂM ĐỊNH, HIỆU CHUẨN", table)


def instrument_rows(count: int) -> Iterator[tuple[str, ...]]:
    """Yield rows of a register; no two are alike, as in a real one."""
    names = (
        "Cân bàn điện tử",
        "Cân đồng hồ lò xo",
        "Nhiệt kế buồng sấy",
        "Ẩm kế chè",
        "Quả cân chuẩn F2",
        "Đồng hồ áp suất nồi hơi",
    )
    for number in range(1, count + 1):
        due = date.fromordinal(date(2026, 6, 1).toordinal() + number * 37 % 700)
        yield (
            str(number),
            f"PT-{number:04}",
            f"{names[number % 6]} kiểu DH-{number % 90 + 10}, số máy {202600000 + number * 7}",
            f"Xưởng {number % 7 + 1}, gian {'ABCDE'[number % 5]}",
            f"0–{(number % 9 + 1) * 50} kg; d = {number % 5 + 1} g",
            "2" if number % 3 else "1",
            f"{date.fromordinal(due.toordinal() - 365):%d/%m/%Y}, Trung tâm Đo lường Sông Cầu",
            f"{due:%d/%m/%Y}",
            "Còn hạn" if due > date(2026, 11, 22) else "Quá hạn",
        )


def _plan() -> Part:
    columns = (
        TableColumn("Năm", 14, Align.CENTRE),
        TableColumn("Việc", 52),
        TableColumn("Người chủ trì", 28),
        TableColumn("Hạn", 22, Align.CENTRE),
        TableColumn("Bằng chứng khi xong", 30),
        TableColumn("Tiền (đồng)", 19, Align.RIGHT),
    )
    rows = tuple(
        (
            str(2027 + number % 3),
            ITEMS[number % 5].rstrip(";."),
            "Tổ trưởng",
            f"{number % 12 + 1:02}/{2027 + number % 3}",
            "Sổ ghi",
            "120.000.000",
        )
        for number in range(30)
    )
    return _appendix("III", "KẾ HOẠCH THỰC HIỆN THEO NĂM", Table("plan", columns, rows))


def _form() -> Part:
    columns = (TableColumn("Phần", 50), TableColumn("Nội dung ghi", 115))
    return _appendix(
        "IV",
        "MẪU BÁO CÁO KẾT QUẢ THỰC HIỆN CHƯƠNG TRÌNH",
        Table(
            "report-parts",
            columns,
            tuple((f"{number}. {title.capitalize()}", "") for number, title in enumerate(SECTIONS[:8], 1)),
            blank_rows=3,
        ),
        Paragraph("Ý kiến khác:", ParagraphStyle.BLANK_LINE),
        Paragraph("", ParagraphStyle.BLANK_LINE),
    )


HOSTILE = {
    "markup": "<b>hở <img src=file:///etc/passwd> & </para>",
    "formula": "=1+1",
    "long-word": "ạ" * 400,
    "emoji": "cân 😀👩‍🔬 chè 茶 ☐ ☑ ✓",
    "decomposed": "Che\u0302\u0301 độ ki\u00ea\u0309m \u0111i\u0323nh x\u0304",
    "direction": "abc\u202edef\u200f\u2066ghi",
    "control": "một\x00hai\x07ba\ud800bốn\ttab",
    "percent": "100 % (\\) ) ( \\n {enterprise_name} %s",
    "blank": "   ",
    "breaks": "dòng một\r\ndòng hai\rdòng ba",
}


def long_note(letters: int = 10_000) -> str:
    return ("Ghi chú rất dài về hiện trạng cân, đo tại xưởng sấy. " * (letters // 50))[:letters]


def hostile_document(text: str, *, language: Language = Language.VI) -> Document:
    """Return a document with the same text in every field that a person can fill."""
    sample = sample_document(3, language=language, repeats=1)
    left = (HeadLine(text, "parent"), HeadLine(text, "body"), HeadLine(text, "number"), HeadLine(text, "about"))
    right = (*_head()[1][:2], HeadLine(text, "place-date"))
    columns = (TableColumn("TT", 12, Align.CENTRE), TableColumn("Tên", 70), TableColumn("Kinh phí", 25, Align.RIGHT))
    day = date(2027, 1, 1)
    blocks: tuple[Block, ...] = (
        Heading(text, 1, "I"),
        Heading(text, 2, "1."),
        Heading(text, 3),
        Paragraph(text, lead=text),
        *(Paragraph(text, style) for style in ParagraphStyle),
        *(ItemList((text, text), marker, text) for marker in Marker),
        Table("t", columns, ((text, text, text),) * 3, text, (text, text, text), 1),
        Drawing("r", Radar(tuple(RadarAxis(text, Fraction(30 * n), None) for n in range(4)), text, text), text, text),
        Drawing("b", Bars((Bar(text, 1, text), Bar(text, 2, text)), text), text, text),
        Drawing("g", Gantt(day, date(2028, 1, 1), (GanttRow(text, day, day, True),)), text, text),
    )
    parts = (
        Part(
            PartKind.DECISION,
            text,
            text,
            text,
            left,
            right,
            text,
            (text, text),
            text,
            blocks=blocks,
            recipients_title=text,
            recipients=(text, text),
            signature=Signature((text,), text),
        ),
        Part(
            PartKind.LETTER, "", "", "", left, right, addressees_title=text, addressees=(text, text), blocks=blocks[:4]
        ),
        Part(PartKind.APPENDIX, text, text, text, blocks=(replace(blocks[-4], is_landscape=True),)),  # type: ignore[type-var]
    )
    return replace(
        sample, title=text, author=text, subject=text, foot=text, contents_title=text, keywords=(text,), parts=parts
    )


def texts_of(document: Document) -> Iterator[str]:
    """Yield every text of the body of a document, in reading order."""
    for part in document.parts:
        yield from (line.text for line in (*part.head_left, *part.head_right))
        yield from (
            part.title,
            part.summary,
            part.subtitle,
            part.issuer,
            *part.grounds,
            part.enacting,
            part.addressees_title,
            *part.addressees,
        )
        for block in part.blocks:
            yield from _texts_of_block(block)
        yield from (part.recipients_title, *part.recipients)
        if part.signature:
            yield from (*part.signature.lines, part.signature.name)


def _texts_of_block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{block.number.rstrip('.')}. {block.text}" if block.number else block.text
    elif isinstance(block, Paragraph):
        yield f"{block.lead} {block.text}"
    elif isinstance(block, ItemList):
        yield from (block.lead, *block.items)
    elif isinstance(block, Table):
        yield from (
            block.caption,
            *(column.heading for column in block.columns),
            *(cell for row in block.rows for cell in row),
            *block.total,
        )
    else:
        yield block.caption


def floor(document: Document, letters_a_line: int = 85) -> bytes:
    """Write the texts of a document straight on a canvas, cut every so many letters: no measuring, no pages to "
    "balance."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, pageCompression=1, invariant=1, initialFontName=Font.REGULAR.value)
    y = 0.0
    for text in texts_of(document):
        for start in range(0, len(text), letters_a_line):
            if y < 60:
                if y:
                    canvas.showPage()
                canvas.setFont(Font.REGULAR.value, 14)
                y = 780.0
            canvas.drawString(85, y, text[start : start + letters_a_line])
            y -= 18
    canvas.showPage()
    canvas.save()
    return target.getvalue()
