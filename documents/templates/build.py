"""Builds the DOCX templates: `python -m documents.templates.build`.

The files are kept in the repository, so that a school may open one and see what is printed.
The face is named Times New Roman, which every office has; Tinos of the PDF has its metrics.
"""

from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.parfmt import ParagraphFormat

HERE = Path(__file__).parent
FACE = "Times New Roman"
TEXT_WIDTH = 165
CENTRE = WD_ALIGN_PARAGRAPH.CENTER
JUSTIFY = WD_ALIGN_PARAGRAPH.JUSTIFY
LEFT = WD_ALIGN_PARAGRAPH.LEFT
SERVICE = (
    "«Предоставление информации о текущей успеваемости обучающегося, "
    "ведение электронного дневника и электронного журнала успеваемости»"
)


class Sheet:
    """An A4 sheet, or a cell of it, that paragraphs are written on one after another."""

    def __init__(self, place: DocumentObject | _Cell, *, size: float = 13) -> None:
        self.place = place
        self.size = size

    def say(
        self,
        text: str = "",
        *,
        align: WD_ALIGN_PARAGRAPH = LEFT,
        bold: bool = False,
        italic: bool = False,
        size: float | None = None,
        before: float = 0,
        after: float = 0,
        indent: float = 0,
        first: float = 0,
        style: str | None = None,
        ruled: bool = False,
        together: bool = False,
    ) -> Paragraph:
        paragraph = self.place.add_paragraph(style=style)
        if style is None or align is not LEFT:
            paragraph.alignment = align
        if text:
            run = paragraph.add_run(text)
            run.bold, run.italic = bold or None, italic or None
            run.font.size = Pt(size or self.size)
        _space(
            paragraph.paragraph_format, before, after, indent, first, listed=style == "List Bullet"
        )
        paragraph.paragraph_format.keep_with_next = together or None
        if ruled:
            _rule(paragraph)
        return paragraph

    def each(self, loop: str, text: str, **looks: object) -> None:
        """A paragraph for every item of a list."""
        self.say(f"{{%p for {loop} %}}")
        self.say(text, **looks)  # type: ignore[arg-type]
        self.say("{%p endfor %}")


def _space(
    form: ParagraphFormat,
    before: float,
    after: float,
    indent: float,
    first: float,
    *,
    listed: bool = False,
) -> None:
    form.space_before, form.space_after = Pt(before), Pt(after)
    if listed:  # the style has indents of its own
        return
    form.left_indent, form.first_line_indent = Mm(indent), Mm(first)


def _rule(paragraph: Paragraph) -> None:
    """A line under the paragraph, and between neighbours that have one too."""
    borders = OxmlElement("w:pBdr")
    for side in ("bottom", "between"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _underlined_if(paragraph: Paragraph, condition: str, text: str, size: float) -> None:
    """An option of the form: underlined when it is the chosen one."""
    paragraph.add_run(f"{{%r if {condition} %}}")
    chosen = paragraph.add_run(text)
    chosen.underline = True
    paragraph.add_run("{%r else %}")
    other = paragraph.add_run(text)
    paragraph.add_run("{%r endif %}")
    for run in (chosen, other):
        run.font.size = Pt(size)


def _sheet(title: str, *, size: float = 13) -> tuple[DocumentObject, Sheet]:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    for name in ("Normal", "Heading 1", "List Bullet"):
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            _dress(style, size)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.language = "ru-RU"
    properties.created = properties.modified = datetime(2026, 1, 1, tzinfo=UTC)
    return document, Sheet(document, size=size)


def _dress(style: ParagraphStyle, size: float) -> None:
    style.font.name, style.font.size = FACE, Pt(size)
    style.font.color.rgb = None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FACE)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    style.element.get_or_add_rPr().append(language)


def _columns(place: DocumentObject, *widths: float) -> Table:
    """An unruled table of one row: side by side on the paper."""
    table: Table = place.add_table(1, len(widths))
    table.autofit = False
    _widths(table, widths)
    return table


def _row(table: Table) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    return row


def _widths(table: Table, widths: tuple[float, ...]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _write(cell: _Cell, text: str, *, size: float, bold: bool = False) -> Paragraph:
    paragraph: Paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold or None, Pt(size)
    _space(paragraph.paragraph_format, 0, 2, 0, 0)
    return paragraph


def _facts(document: DocumentObject, size: float) -> None:
    """Two columns, label and value, a row for every item of `rows`."""
    table = _columns(document, 55, TEXT_WIDTH - 55)
    _write(table.rows[0].cells[0], "{%tr for row in rows %}", size=size)
    cells = _row(table).cells
    _write(cells[0], "{{ row.label }}", size=size)
    _write(cells[1], "{{ row.value }}", size=size, bold=True)
    _write(_row(table).cells[0], "{%tr endfor %}", size=size)
    _widths(table, (55, TEXT_WIDTH - 55))


def _ruled_rows(
    document: DocumentObject, loop: str, columns: tuple[tuple[str, str, float], ...], size: float
) -> None:
    """A ruled table: a heading, a word and a width in millimetres for each column."""
    table: Table = document.add_table(1, len(columns), style="Table Grid")
    table.autofit = False
    for cell, (heading, _word, _width) in zip(table.rows[0].cells, columns, strict=True):
        _write(cell, heading, size=size, bold=True).alignment = CENTRE
    _write(_row(table).cells[0], f"{{%tr for {loop} %}}", size=size)
    for cell, (_heading, word, _width) in zip(_row(table).cells, columns, strict=True):
        _write(cell, word, size=size)
    _write(_row(table).cells[0], "{%tr endfor %}", size=size)
    _widths(table, tuple(width for _heading, _word, width in columns))


def _bottom_line(cell: _Cell) -> None:
    borders = OxmlElement("w:tcBorders")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)


def _beside_qr(document: DocumentObject, size: float) -> Sheet:
    """Text at the left, the QR at the right; the text's cell is given back as a sheet."""
    table = _columns(document, TEXT_WIDTH - 40, 40)
    left, right = table.rows[0].cells
    right.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
    right.paragraphs[0].alignment = CENTRE
    right.paragraphs[0].add_run("{{ qr }}")
    return Sheet(left, size=size)


def _drop_first(sheet: Sheet) -> None:
    """A new cell begins with an empty paragraph; the paper does not."""
    if isinstance(sheet.place, _Cell):
        first = sheet.place.paragraphs[0]._p
        first.getparent().remove(first)


def application() -> DocumentObject:
    """FRM-1."""
    document, sheet = _sheet("Запрос (заявление)")
    at, narrow = 80, 12
    sheet.say("{{ head_position_dative }} {{ school_short_name }}", indent=at)
    sheet.say("{{ head_name_dative }}", indent=at)
    sheet.each("line in name_lines", "{{ line }}", indent=at, before=3, ruled=True, size=narrow)
    sheet.say("Ф.И.О. заявителя полностью", indent=at, size=10, align=CENTRE, before=2)
    sheet.each("line in contact_lines", "{{ line }}", indent=at, before=3, ruled=True, size=narrow)
    sheet.say(
        "Адрес проживания, контактный телефон,\nэлектронная почта",
        indent=at,
        size=10,
        align=CENTRE,
        before=2,
    )
    sheet.say(
        "ЗАПРОС (ЗАЯВЛЕНИЕ)",
        style="Heading 1",
        align=CENTRE,
        bold=True,
        size=14,
        before=20,
        after=10,
    )
    body = {"align": JUSTIFY, "first": 12.5, "after": 4}
    sheet.say(f"Прошу предоставить государственную услугу {SERVICE}.", **body)  # type: ignore[arg-type]
    sheet.say(
        "Документы, необходимые для предоставления государственной услуги, прилагаются.",
        **body,  # type: ignore[arg-type]
    )
    result = sheet.say(
        "Конечный результат предоставления государственной услуги прошу: ",
        **body,  # type: ignore[arg-type]
    )
    _underlined_if(result, "result_in_person", "вручить лично", sheet.size)
    result.add_run(" или ").font.size = Pt(sheet.size)
    _underlined_if(
        result,
        "result_by_email",
        "направить по месту фактического проживания по электронной почте",
        sheet.size,
    )
    result.add_run(" (нужное подчеркнуть).").font.size = Pt(sheet.size)
    refusal = sheet.say(
        "Решение об отказе предоставления государственной услуги прошу ",
        **body,  # type: ignore[arg-type]
    )
    _underlined_if(refusal, "refusal_in_person", "вручить лично", sheet.size)
    refusal.add_run(", ").font.size = Pt(sheet.size)
    _underlined_if(
        refusal,
        "refusal_by_post",
        "направить по месту фактического проживания в форме документа на бумажном носителе",
        sheet.size,
    )
    refusal.add_run(" (нужное подчеркнуть).").font.size = Pt(sheet.size)
    sheet.each("line in added_lines", "{{ line }}", first=12.5, after=2)
    sheet.say("Подпись заявителя______________________({{ applicant_initials }})", before=16)
    sheet.say("Дата {{ signed_on }}", before=6)
    sheet.say("Запрос принят:", before=22, after=6, bold=True, together=True)
    sheet.say(
        "Ф.И.О. должностного лица, уполномоченного на прием запроса (заявления)", together=True
    )
    sheet.say("{{ accepted_by }}", ruled=True, before=3, together=True)
    sheet.say(
        "Подпись________________________________({{ accepted_by_initials }})",
        before=10,
        together=True,
    )
    sheet.say("Дата {{ accepted_on }}", before=6)
    sheet.each("line in registration_lines", "{{ line }}", before=4)
    return document


def refusal() -> DocumentObject:
    """FRM-2."""
    document, sheet = _sheet("Решение об отказе", size=14)
    heading = {"align": CENTRE, "bold": True, "together": True}
    sheet.say("РЕШЕНИЕ", style="Heading 1", before=24, **heading)  # type: ignore[arg-type]
    sheet.each("line in school_lines", "{{ line }}", **heading)
    sheet.say(
        f"об отказе в предоставлении государственной услуги {SERVICE}",
        after=20,
        **heading,  # type: ignore[arg-type]
    )
    table = _columns(document, 32, TEXT_WIDTH - 32)
    citizen, addressee = table.rows[0].cells
    _write(citizen, "{{ citizen }}", size=14)
    _write(addressee, "{{ addressee }}", size=14)
    _bottom_line(addressee)
    caption = _write(_row(table).cells[1], "фамилия, имя, отчество гражданина", size=10)
    caption.alignment = CENTRE
    _widths(table, (32, TEXT_WIDTH - 32))
    sheet.say(
        f"отказано в предоставлении государственной услуги {SERVICE}",
        align=JUSTIFY,
        before=10,
        after=10,
    )
    sheet.say("Причина отказа:", after=4, together=True)
    sheet.say("{%p for ground in grounds %}")
    sheet.say("{{ ground.text }}", style="List Bullet", align=JUSTIFY, after=3)
    sheet.say("{%p if ground.explanation %}")
    sheet.say("Пояснение: {{ ground.explanation }}", indent=6.35, after=6, size=13, align=JUSTIFY)
    sheet.say("{%p endif %}")
    sheet.say("{%p endfor %}")
    sheet.say("Запрос зарегистрирован: {{ request }}", before=12)
    sheet.say("Дата решения: {{ decided_on }}", before=4, after=28, together=True)
    signature = _columns(document, 65, 55, 45)
    left, middle, right = signature.rows[0].cells
    for cell, text in (
        (left, "{{ signatory_position }} {{ school_short_name }}"),
        (middle, "____________________"),
        (right, "{{ signatory_name }}."),
    ):
        _write(cell, text, size=14)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
    middle.paragraphs[0].alignment = CENTRE
    right.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return document


def receipt() -> DocumentObject:
    document, sheet = _sheet("Расписка", size=12)
    sheet.say("{{ school_short_name }}", align=CENTRE, bold=True)
    sheet.say("{{ school_address }}", align=CENTRE)
    sheet.say("РАСПИСКА", style="Heading 1", align=CENTRE, bold=True, size=14, before=18)
    sheet.say("в получении запроса (заявления) и документов", align=CENTRE)
    sheet.say("№ {{ request_number }}", align=CENTRE, bold=True, size=14, before=4, after=14)
    _facts(document, 12)
    sheet.say("Приняты документы:", before=12, after=3, together=True)
    sheet.each("paper in papers", "{{ paper }}", style="List Bullet", after=2)
    sheet.say("{{ term }}", before=10, after=14, bold=True)
    beside = _beside_qr(document, 12)
    beside.say("Как следить за запросом", bold=True, after=3)
    beside.say(
        "Откройте страницу {{ tracking_address }} или наведите камеру телефона на рисунок справа."
    )
    beside.say("Номер запроса: {{ request_number }}", before=4)
    beside.say("Ключ: {{ tracking_key }}")
    beside.say("Не показывайте ключ посторонним: он открывает ваш запрос.", before=4)
    _drop_first(beside)
    sheet.each("line in signature_lines", "{{ line }}", before=24)
    sheet.say("Вопросы: {{ school_phone }}, {{ school_hours }}", before=16)
    return document


def code_slip() -> DocumentObject:
    document, sheet = _sheet("Пригласительный код", size=13)
    sheet.say("{{ school_short_name }}", align=CENTRE, bold=True)
    sheet.say(
        "{{ heading }}",
        style="Heading 1",
        align=CENTRE,
        bold=True,
        size=16,
        before=12,
        after=14,
    )
    _facts(document, 13)
    sheet.say("{{ code }}", align=CENTRE, bold=True, size=34, before=18, after=4)
    sheet.say("Действует до {{ valid_until }}", align=CENTRE, bold=True, after=18)
    beside = _beside_qr(document, 13)
    beside.say("Что сделать", bold=True, after=4)
    beside.say(
        "1. Откройте страницу {{ redeem_address }} или наведите камеру телефона на рисунок справа.",
        after=4,
    )
    beside.say(
        "2. Введите код. Прописные и строчные буквы, пробелы и дефисы значения не имеют.", after=4
    )
    beside.say(
        "3. Укажите {{ second_question }}: страница спросит это, чтобы узнать вас. {{ last_step }}"
    )
    _drop_first(beside)
    sheet.say("Как продиктовать код", bold=True, before=18, after=4, together=True)
    sheet.each("item in dictation", "{{ item.group }} — {{ item.spelled }}", after=2)
    sheet.say(
        "Код сработает один раз. Не передавайте его другим: у каждого свой код.",
        before=16,
        after=4,
    )
    sheet.say(
        "Если код потерялся или не подходит, позвоните в школу, мы сделаем новый: "
        "{{ school_phone }}, {{ school_hours }}"
    )
    return document


def poster() -> DocumentObject:
    """The service on one sheet for the stand."""
    document, sheet = _sheet("Услуга", size=14)
    section = document.sections[0]
    section.left_margin = section.right_margin = Mm(20)
    sheet.say("{{ school_short_name }}", align=CENTRE, size=17)
    sheet.say(
        "{{ service_title }}",
        style="Heading 1",
        align=CENTRE,
        bold=True,
        size=26,
        before=2,
        after=6,
    )
    for heading, loop in (
        ("Кто может получить", "applicants"),
        ("Какие документы нужны", "papers"),
        ("Сколько ждать", "terms"),
        ("Когда могут отказать", "grounds"),
    ):
        sheet.say(heading, bold=True, size=18, before=10, after=3, together=True)
        sheet.each(f"item in {loop}", "{{ item }}", style="List Bullet", after=2)
    sheet.say(before=4)
    beside = _beside_qr(document, 14)
    beside.say("Как подать запрос", bold=True, after=3)
    beside.say(
        "На странице {{ page_address }} (наведите камеру телефона на рисунок справа) или лично:"
    )
    beside.say("{{ address }}", before=3)
    beside.say("Приём: {{ reception_hours }}", before=3)
    beside.say("Вопросы: {{ phone }}, {{ email }}", before=3)
    _drop_first(beside)
    sheet.say("Правовые основания", bold=True, size=13, before=10, after=3, together=True)
    sheet.each("item in legal_basis", "{{ item }}", style="List Bullet", size=10, after=1)
    return document


def consent() -> DocumentObject:
    """FRM-3."""
    document, sheet = _sheet("Согласие на обработку персональных данных", size=13)
    heading = {"align": CENTRE, "bold": True, "size": 14}
    sheet.say("СОГЛАСИЕ ЗАКОННОГО ПРЕДСТАВИТЕЛЯ", style="Heading 1", **heading)  # type: ignore[arg-type]
    sheet.say("НА ОБРАБОТКУ ПЕРСОНАЛЬНЫХ ДАННЫХ ПОДОПЕЧНОГО", after=10, **heading)  # type: ignore[arg-type]
    sheet.say("Я, {{ representative_name }}", ruled=True, before=9)
    sheet.say("( Ф.И.О. )", size=10, align=CENTRE, before=2)
    sheet.say("проживающий(ая) по адресу: {{ address }}", ruled=True, before=9)
    sheet.say("Паспорт Серия {{ passport_series }}№{{ passport_number }},", before=9)
    sheet.say("выданный (кем когда) {{ passport_issued }}", ruled=True, before=9)
    sheet.say("как законный представитель (Ф.И.О. подопечного)", before=9)
    sheet.say("{{ child_name }}", ruled=True, before=9)
    sheet.each("line in basis_lines", "{{ line }}", ruled=True, before=9)
    sheet.say(
        "(документ, подтверждающий, что субъект является законным представителем подопечного)",
        size=10,
        align=CENTRE,
        before=2,
        after=8,
    )
    sheet.say(
        "настоящим даю свое согласие на обработку в {{ school_short_name }} персональных данных "
        "своего подопечного, к которым относится:",
        after=4,
    )
    for data in (
        "данные свидетельства о рождении, паспорта;",
        "данные медицинского полиса;",
        "адрес проживания, телефон подопечного.",
    ):
        sheet.say(data, style="List Bullet", after=2)
    sheet.say(
        "Я даю согласие на использование персональных данных своего подопечного в целях:",
        before=4,
        after=4,
    )
    for purpose in (
        "обеспечения учебного процесса подопечного;",
        "медицинского обслуживания;",
        "ведения статистики.",
    ):
        sheet.say(purpose, style="List Bullet", after=2)
    for sentence in (
        "Настоящее согласие предоставляется на осуществление действий в отношении персональных "
        "данных моего ребенка (подопечного), которые необходимы для достижения указанных целей.",
        "{{ school_short_name }} гарантирует, что обработка персональных данных осуществляется в "
        "соответствии с действующим законодательством РФ.",
        "Согласие может быть отозвано по моему письменному заявлению.",
        "Я подтверждаю, что, давая Согласие, я действую по собственной воле и в интересах своего "
        "подопечного.",
    ):
        sheet.say(sentence, before=2, after=4)
    sheet.say(
        "Дата _________________ Подпись _________________\\{{ representative_initials }}\\.",
        before=20,
        size=12,
    )
    return document


def consent_reminder() -> DocumentObject:
    document, sheet = _sheet("Напоминание о согласии")
    sheet.say("{{ school_short_name }}", align=CENTRE, bold=True)
    sheet.say("{{ school_address }}", align=CENTRE)
    sheet.say("НАПОМИНАНИЕ", style="Heading 1", align=CENTRE, bold=True, size=14, before=18)
    sheet.say("о согласии на обработку персональных данных", align=CENTRE, after=14)
    sheet.say("Кому: {{ representative_name }}", after=6)
    sheet.say("В школе нет вашего подписанного согласия на обработку персональных данных:", after=4)
    sheet.each("child in children", "{{ child }}", style="List Bullet", after=2)
    sheet.say(
        "Как поступить: возьмите бланк согласия у классного руководителя или секретаря школы (на "
        "каждого ребёнка свой лист), подпишите и верните.",
        before=8,
        after=6,
    )
    sheet.say(
        "Согласие — отдельный документ, и дать его или нет, решаете вы. Письменным заявлением его "
        "можно отозвать в любой день. Электронный дневник открыт и тому, кто согласия не дал: его "
        "ведут по регламенту услуги.",
        after=6,
    )
    sheet.say("Вопросы: {{ school_phone }}, {{ school_hours }}", after=10)
    sheet.say("Дата: {{ reminded_on }}")
    return document


def mark_correction() -> DocumentObject:
    document, sheet = _sheet("Разрешение на исправление", size=12)
    sheet.say("{{ school_short_name }}", align=CENTRE, bold=True)
    sheet.say(
        "РАЗРЕШЕНИЕ НА ИСПРАВЛЕНИЕ № {{ number }}",
        style="Heading 1",
        align=CENTRE,
        bold=True,
        size=14,
        before=14,
    )
    sheet.say("от {{ decided_on }}", align=CENTRE, after=12)
    sheet.say(
        "На основании пункта 3.3.13 Инструкции по ведению учета учебной деятельности с помощью "
        "Электронного журнала (дневника) разрешаю изменить названные клетки журнала.",
        align=JUSTIFY,
        after=8,
    )
    _facts(document, 12)
    sheet.say(after=4)
    _ruled_rows(
        document,
        "cell in cells",
        (
            ("№", "{{ cell.number }}", 9),
            ("Ученик", "{{ cell.pupil }}", 45),
            ("Дата", "{{ cell.day }}", 22),
            ("Работа", "{{ cell.work }}", 18),
            ("Было", "{{ cell.before }}", 17),
            ("Нужно", "{{ cell.wanted }}", 18),
            ("Стало", "{{ cell.after }}", 36),
        ),
        10.5,
    )
    sheet.say(
        "Каждая клетка открыта тому, кто просит, на одну запись; после неё или по истечении срока "
        "клетка снова закрыта.",
        before=8,
        after=4,
    )
    sheet.say("{%p if carried_out %}")
    sheet.say("{{ carried_out }}")
    sheet.say("{%p endif %}")
    sheet.say(after=20)
    signature = _columns(document, 65, 55, 45)
    left, middle, right = signature.rows[0].cells
    for cell, text in (
        (left, "{{ signatory_position }}"),
        (middle, "____________________"),
        (right, "{{ signatory_name }}"),
    ):
        _write(cell, text, size=12)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
    middle.paragraphs[0].alignment = CENTRE
    right.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return document


BUILDERS = {
    "application": application,
    "refusal": refusal,
    "receipt": receipt,
    "code_slip": code_slip,
    "poster": poster,
    "consent": consent,
    "consent_reminder": consent_reminder,
    "mark_correction": mark_correction,
}


def build(folder: Path = HERE) -> None:
    for name, builder in BUILDERS.items():
        builder().save(str(folder / f"{name}.docx"))


if __name__ == "__main__":
    build()
