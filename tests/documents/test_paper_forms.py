"""FRM-1, FRM-2 and FRM-3 letter for letter; the other papers say what they must."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from documents.application import BY_PHONE, Application
from documents.catalogue import KINDS
from documents.code_slip import code_groups, dictation
from documents.consent import Consent
from documents.receipt import NO_PAPERS
from documents.refusal import Refusal
from documents.render import render_docx, render_pdf
from journal_core.people.terms import Gender
from journal_core.requests.terms import Capacity, RefusalDelivery, RefusalGround, ResultDelivery
from tests.documents.reading import docx_text, docx_underlined, pdf_text, pdf_underlined, same

# The school of the regulation, with nothing filled in.
BLANK_APPLICATION = Application(
    school_short_name="МБОУ СОШ №12",
    head_position_dative="Директору",
    head_name_dative="А.С.Просветовой",
)
FRM_1 = [
    "Директору МБОУ СОШ №12",
    "А.С.Просветовой",
    "Ф.И.О. заявителя полностью",
    "Адрес проживания, контактный телефон, электронная почта",
    "ЗАПРОС (ЗАЯВЛЕНИЕ)",
    "Прошу предоставить государственную услугу «Предоставление информации о текущей успеваемости "
    "обучающегося, ведение электронного дневника и электронного журнала успеваемости».",
    "Документы, необходимые для предоставления государственной услуги, прилагаются.",
    "Конечный результат предоставления государственной услуги прошу: вручить лично или направить "
    "по месту фактического проживания по электронной почте (нужное подчеркнуть).",
    "Решение об отказе предоставления государственной услуги прошу вручить лично, направить по "
    "месту фактического проживания в форме документа на бумажном носителе (нужное подчеркнуть).",
    "Подпись заявителя______________________(_______________________)",
    "Дата «______»_______________20_____г.",
    "Запрос принят:",
    "Ф.И.О. должностного лица, уполномоченного на прием запроса (заявления)",
    "Подпись________________________________(_______________________)",
    "Дата «______»_____________20_____г.",
]
FULL_REFUSAL = Refusal(
    school_short_name="МБОУ СОШ №12",
    school_full_name_genitive=(
        "Муниципального бюджетного образовательного учреждения\n"
        "средней общеобразовательной школы №12"
    ),
    grounds=tuple(RefusalGround),
    signatory_position="Директор",
    signatory_name="А.С.Просветова",
)
FRM_2 = [
    "РЕШЕНИЕ Муниципального бюджетного образовательного учреждения "
    "средней общеобразовательной школы №12 об отказе в предоставлении государственной услуги "
    "«Предоставление информации о текущей успеваемости обучающегося, ведение электронного "
    "дневника и электронного журнала успеваемости»",
    "Гражданину",
    "фамилия, имя, отчество гражданина",
    "отказано в предоставлении государственной услуги «Предоставление информации о текущей "
    "успеваемости обучающегося, ведение электронного дневника и электронного журнала "
    "успеваемости»",
    "Причина отказа:",
    "запрос подан лицом, не относящимся к заявителям, предусмотренным настоящим Регламентом;",
    "лицо, получение информации о текущей успеваемости и посещаемости которого запрашивается "
    "заявителем, не является обучающимся МБОУ СОШ №12;",
    "обучающийся, получение информации о текущей успеваемости и посещаемости которого "
    "запрашивается заявителем, достиг возраста 18 лет;",
    "представленные заявителем документы не соответствуют установленным требованиям;",
    "в представленных заявителем документах содержатся противоречивые сведения;",
    "подача заявителем заявления об отказе в получении услуги.",
    "Директор МБОУ СОШ №12   ____________________ А.С.Просветова.",
]
FRM_3 = [
    "СОГЛАСИЕ ЗАКОННОГО ПРЕДСТАВИТЕЛЯ НА ОБРАБОТКУ ПЕРСОНАЛЬНЫХ ДАННЫХ ПОДОПЕЧНОГО",
    "Я,",
    "( Ф.И.О. )",
    "проживающий(ая) по адресу:",
    "Паспорт Серия _________№___________________________,",
    "выданный (кем когда)",
    "как законный представитель (Ф.И.О. подопечного)",
    "На основании:",
    "(документ, подтверждающий, что субъект является законным представителем подопечного)",
    "настоящим даю свое согласие на обработку в МБОУ СОШ №12 персональных данных своего "
    "подопечного, к которым относится:",
    "данные свидетельства о рождении, паспорта;",
    "данные медицинского полиса;",
    "адрес проживания, телефон подопечного.",
    "Я даю согласие на использование персональных данных своего подопечного в целях:",
    "обеспечения учебного процесса подопечного;",
    "медицинского обслуживания;",
    "ведения статистики.",
    "Настоящее согласие предоставляется на осуществление действий в отношении персональных данных "
    "моего ребенка (подопечного), которые необходимы для достижения указанных целей.",
    "МБОУ СОШ №12 гарантирует, что обработка персональных данных осуществляется в соответствии с "
    "действующим законодательством РФ.",
    "Согласие может быть отозвано по моему письменному заявлению.",
    "Я подтверждаю, что, давая Согласие, я действую по собственной воле и в интересах своего "
    "подопечного.",
    "Дата _________________ Подпись _________________\\________________________\\.",
]
GROUND_LINES = dict(zip(RefusalGround, FRM_2[5:11], strict=True))


def both_texts(context):
    return same(docx_text(render_docx(context))), same(pdf_text(render_pdf(context)))


def assert_in_order(sentences, text):
    place = 0
    for sentence in sentences:
        found = text.find(same(sentence), place)
        assert found >= 0, sentence
        place = found + len(same(sentence))


@pytest.mark.clause("FRM-1")
def test_blank_application_is_the_form_of_the_regulation_letter_for_letter():
    for text in both_texts(BLANK_APPLICATION):
        assert_in_order(FRM_1, text)


@pytest.mark.clause("FRM-2")
def test_refusal_is_the_form_of_the_regulation_letter_for_letter():
    for text in both_texts(FULL_REFUSAL):
        assert_in_order(FRM_2, text)


@pytest.mark.clause("FRM-3")
def test_blank_consent_is_the_form_of_the_regulation_letter_for_letter_and_nothing_more():
    for text in both_texts(Consent(school_short_name="МБОУ СОШ №12")):
        assert text == same("".join(FRM_3))


@pytest.mark.clause("FRM-3")
def test_consent_is_filled_between_the_words_of_the_form():
    context = replace(KINDS["consent"].example, school_short_name="МБОУ СОШ №12")
    for text in both_texts(context):
        assert_in_order(
            [
                "Я, Образцова Мария Петровна ( Ф.И.О. )",
                "по адресу: г. Примерный, ул. Школьная, д. 1, кв. 2 Паспорт",
                "Серия 00 00 № 000000, выданный (кем когда) отделом внутренних дел",
                "(Ф.И.О. подопечного) Образцов Пётр Сергеевич",
                "На основании: свидетельство о рождении I-АА № 000000 от 20.03.2014 (документ",
                *FRM_3[9:-1],
                "Дата _________________ Подпись _________________\\М.П.Образцова\\.",
            ],
            text,
        )


def test_reminder_names_the_children_and_does_not_threaten():
    for text in both_texts(KINDS["consent_reminder"].example):
        assert_in_order(
            [
                "Кому: Образцова Мария Петровна",
                "Образцов Пётр Сергеевич, 6А",
                "Образцова Анна Сергеевна, 2Б",
                "дать его или нет, решаете вы",
                "Электронный дневник открыт и тому, кто согласия не дал",
            ],
            text,
        )


@pytest.mark.clause("INS-3.3.13")
def test_slip_of_a_correction_says_what_stood_what_is_wanted_and_what_was_written():
    carried_out = KINDS["mark_correction"].example
    approved = replace(carried_out, after=(), carried_out_at=None)
    told = "Примеров Иван Сергеевич 20.11.2026 К 3 4"
    for text in both_texts(carried_out):
        assert_in_order(
            [
                "РАЗРЕШЕНИЕ НА ИСПРАВЛЕНИЕ № 3 от «24» ноября 2026 г.",
                "пункта 3.3.13 Инструкции",
                "Кто просит Образцова Мария Петровна, учитель Класс 7А Предмет Математика Причина",
                "Клетки открыты до 25.11.2026, 10:05",
                "Было Нужно Стало",
                f"{told} 4 (24.11.2026, 11:20)",
                "Образцов Пётр Ильич 20.11.2026 К — 3 не внесено",
                "Исправление закрыто: 25.11.2026, 10:05.",
                "заместитель директора по УР ____________________ И.О.Фамилия",
            ],
            text,
        )
    for text in both_texts(approved):
        assert_in_order([f"{told} 2 Образцов", "клетка снова закрыта. заместитель"], text)


IN_PERSON = "вручить лично"
BY_EMAIL = "направить по месту фактического проживания по электронной почте"
BY_POST = "направить по месту фактического проживания в форме документа на бумажном носителе"


@pytest.mark.clause("FRM-1")
@pytest.mark.parametrize(
    ("result", "refusal", "underlined"),
    [
        (None, None, []),
        (ResultDelivery.IN_PERSON, RefusalDelivery.IN_PERSON, [IN_PERSON, IN_PERSON]),
        (ResultDelivery.IN_PERSON, RefusalDelivery.POST, [IN_PERSON, BY_POST]),
        (ResultDelivery.EMAIL, RefusalDelivery.IN_PERSON, [BY_EMAIL, IN_PERSON]),
        (ResultDelivery.EMAIL, RefusalDelivery.POST, [BY_EMAIL, BY_POST]),
        (ResultDelivery.PHONE, RefusalDelivery.POST, [BY_POST]),
    ],
)
def test_chosen_options_are_underlined_and_no_others(result, refusal, underlined):
    context = replace(BLANK_APPLICATION, result_delivery=result, refusal_delivery=refusal)
    assert docx_underlined(render_docx(context)) == underlined
    assert [same(text) for text in pdf_underlined(render_pdf(context))] == [
        same(text) for text in underlined
    ]


@pytest.mark.clause("SVC-3.4.3")
def test_answer_by_phone_is_an_added_line_under_the_words_of_the_form():
    context = replace(BLANK_APPLICATION, result_delivery=ResultDelivery.PHONE)
    for text in both_texts(context):
        assert_in_order([*FRM_1[:9], BY_PHONE, FRM_1[9]], text)
    for text in both_texts(BLANK_APPLICATION):
        assert same(BY_PHONE) not in text


def test_child_and_capacity_are_added_lines_of_the_application():
    context = replace(
        BLANK_APPLICATION,
        child_name="Иванов Пётр Сергеевич",
        child_birth_date=date(2014, 3, 12),
        child_class="6А",
        capacity=Capacity.GUARDIAN,
    )
    for text in both_texts(context):
        assert same("Обучающийся: Иванов Пётр Сергеевич") in text
        assert same("Дата рождения: 12.03.2014, класс: 6А") in text
        assert same("Заявитель: законный представитель, не являющийся родителем") in text


def test_registered_application_says_who_accepted_it_and_its_number():
    context = replace(
        BLANK_APPLICATION,
        accepted_by="Примерова Анна Ивановна",
        accepted_by_initials="А.И.Примерова",
        registration_number="12",
        registered_at=datetime(2026, 4, 30, 10, 5),  # noqa: DTZ001  the school's own clock
    )
    for text in both_texts(context):
        assert_in_order(
            [
                "Запрос принят:",
                "Примерова Анна Ивановна",
                "(А.И.Примерова)",
                "Дата «30» апреля 2026 г.",
                "Регистрационный номер: 12",
                "Зарегистрирован: 30.04.2026, 10:05",
            ],
            text,
        )


@pytest.mark.clause("SVC-2.12")
def test_refusal_lists_only_the_grounds_that_apply():
    for ground in RefusalGround:
        for text in both_texts(replace(FULL_REFUSAL, grounds=(ground,))):
            for other, line in GROUND_LINES.items():
                assert (same(line.rstrip(".;")) in text) == (other is ground)
            assert same(GROUND_LINES[ground].rstrip(".;") + ".") in text


@pytest.mark.clause("SVC-2.14")
def test_refusal_explains_its_grounds_in_the_order_of_the_form():
    context = replace(
        FULL_REFUSAL,
        grounds=(RefusalGround.WITHDRAWN, RefusalGround.NOT_A_PUPIL),
        explanations=("", "Класса 12А в школе нет."),
    )
    for text in both_texts(context):
        assert_in_order(
            [
                GROUND_LINES[RefusalGround.NOT_A_PUPIL],
                "Пояснение: Класса 12А в школе нет.",
                GROUND_LINES[RefusalGround.WITHDRAWN],
            ],
            text,
        )
        assert text.count("Пояснение") == 1


@pytest.mark.parametrize(
    ("gender", "word"), [(Gender.FEMALE, "Гражданке"), (Gender.MALE, "Гражданину")]
)
def test_refusal_addresses_the_citizen_by_gender_and_prints_the_name_as_given(gender, word):
    context = replace(FULL_REFUSAL, gender=gender, addressee="Ивановой Марии Петровне")
    for text in both_texts(context):
        assert same(f"{word} Ивановой Марии Петровне фамилия") in text


@pytest.mark.parametrize("grounds", [(), (RefusalGround.ADULT, RefusalGround.ADULT)])
def test_refusal_without_grounds_or_with_one_twice_cannot_be_made(grounds):
    with pytest.raises(ValueError, match="grounds"):
        replace(FULL_REFUSAL, grounds=grounds)


@pytest.mark.clause("SVC-2.11")
def test_receipt_says_the_due_date_or_when_the_term_begins():
    known = KINDS["receipt"].example
    unknown = replace(known, due_on=None, visit_at=None)
    for text in both_texts(known):
        assert same("Ответ будет готов не позднее 05.05.2026.") in text
    for text in both_texts(unknown):
        assert same("Срок ответа начнётся на следующий рабочий день после того") in text
        assert same("не позднее") not in text


def test_receipt_without_papers_says_so():
    for text in both_texts(replace(KINDS["receipt"].example, papers=())):
        assert same(NO_PAPERS) in text


@pytest.mark.parametrize(
    "typed", ["АВЕКМНРСТУХ23456", "abek-mhpc tyx2 3456", "авек мнрс тух2 3456"]
)
def test_code_is_printed_in_four_groups_and_spelled_for_reading_out(typed):
    assert code_groups(typed) == ("АВЕК", "МНРС", "ТУХ2", "3456")
    assert dictation(typed) == (
        "а, вэ, е, ка",
        "эм, эн, эр, эс",
        "тэ, у, ха, два",
        "три, четыре, пять, шесть",
    )


@pytest.mark.clause("SVC-2.17.1")
def test_code_slip_says_the_code_its_term_and_what_else_is_asked():
    for text in both_texts(KINDS["code_slip"].example):
        assert_in_order(
            [
                "АВЕК  МНРС  ТУХ2  3456",
                "Действует до 19.05.2026, 23:59",
                "Откройте страницу https://school.example/invitation",
                "Укажите дату рождения ребёнка",
                "МНРС — эм, эн, эр, эс",
            ],
            text,
        )
