"""The words of every refusal that the core can raise."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from journal_core.errors import CoreError

WORDS = {
    "already_submitted": lazy_gettext("Запрос уже подан."),
    "bells_empty": lazy_gettext("Укажите время хотя бы одного урока."),
    "bells_meet": lazy_gettext(
        "Урок должен кончаться позже, чем начинается, и до следующего урока."
    ),
    "bells_twice": lazy_gettext("Звонки с таким названием уже есть."),
    "bells_used": lazy_gettext("Эти звонки нужны: по ним идут дни расписания."),
    "born_ahead": lazy_gettext("Дата рождения — не позже сегодняшнего дня."),
    "calendar_not_published": lazy_gettext(
        "Производственный календарь ещё не опубликован: администратор журнала получил задачу."
    ),
    "changed_meanwhile": lazy_gettext("Пока вы смотрели, это изменил кто-то другой."),
    "code_of_another_person": lazy_gettext(
        "Код выдан другому человеку. Выйдите из портала и введите код ещё раз."
    ),
    "consent_not_signed": lazy_gettext("Подписанного согласия нет: отзывать нечего."),
    "consent_signed": lazy_gettext(
        "Подписанное согласие уже есть. Новый лист понадобится после отзыва."
    ),
    "consent_unknown": lazy_gettext("Такого ученика и представителя нет."),
    "contacts_closed": lazy_gettext("Код уже сформирован: контакты исправит школа, позвоните."),
    "date_ahead": lazy_gettext("Этот день ещё не наступил."),
    "date_past": lazy_gettext("Этот день уже прошёл: выберите сегодняшний или будущий."),
    "disk_full": lazy_gettext("Сейчас мы не можем принять файлы. Принесите документы на приём."),
    "email_needed": lazy_gettext("Ответ придёт по почте: нужен адрес электронной почты."),
    "ends_before_it_begins": lazy_gettext("Последний день раньше первого."),
    "factor_required": lazy_gettext("Для вашей роли школа требует второй шаг входа."),
    "erased_before_withdrawn": lazy_gettext("Удаление не может быть раньше отзыва."),
    "file_active": lazy_gettext(
        "в PDF есть программа или вложенный файл: пришлите скан или снимок документа."
    ),
    "file_broken": lazy_gettext("файл повреждён или закрыт паролем, пришлите другой."),
    "file_empty": lazy_gettext("файл пустой, пришлите другой."),
    "file_infected": lazy_gettext("В файле найден вирус, файл удалён: нужен подлинник документа."),
    "file_kind": lazy_gettext("принимаем только PDF, JPEG, PNG и HEIC."),
    "file_pages": lazy_gettext("в файле слишком много страниц, пришлите только нужные."),
    "file_too_big": lazy_gettext("файл слишком большой, уменьшите его."),
    "file_too_heavy": lazy_gettext("файл слишком тяжёлый для проверки, пришлите обычный снимок."),
    "file_unscanned": lazy_gettext("Файл ещё не проверен на вирусы: откроется после проверки."),
    "files_busy": lazy_gettext("сейчас проверяется много файлов, пришлите ещё раз через минуту."),
    "files_too_big": lazy_gettext("вместе файлы слишком велики, уменьшите их."),
    "grades_in_wrong_order": lazy_gettext("Последний класс меньше первого."),
    "ground_found": lazy_gettext("Найдено основание для отказа: подготовьте отказ."),
    "grounds_unanswered": lazy_gettext("Ответьте по каждому из шести оснований."),
    "group_of_other_class": lazy_gettext("Эта группа другого класса или другого предмета."),
    "hours_unfit": lazy_gettext("Часы — число от 0,5 до 40, целое или с половиной."),
    "invitation_expired": lazy_gettext("Срок кода истёк. Попросите школу выдать новый."),
    "invitation_redeemed": lazy_gettext("По этому коду уже зарегистрировались: новый не нужен."),
    "link_ended_by_court": lazy_gettext("Представительство прекращено по решению суда."),
    "load_twice": lazy_gettext("Эта нагрузка у учителя уже есть: измените её часы."),
    "move_not_open": lazy_gettext("Сейчас этого сделать нельзя: состояние уже другое."),
    "no_ground_found": lazy_gettext("Отметьте хотя бы одно основание для отказа."),
    "not_for_oneself": lazy_gettext(
        "Для своей учётной записи этого сделать нельзя: попросите коллегу."
    ),
    "not_a_signatory": lazy_gettext("Решение подписывает должностное лицо по приказу."),
    "not_of_the_year": lazy_gettext("Этот день не входит в учебный год."),
    "nothing_to_approve": lazy_gettext("Утверждать пока нечего: сначала заполните."),
    "nothing_to_copy": lazy_gettext("В прошлом году ничего нет: переносить нечего."),
    "nothing_to_erase": lazy_gettext("Удаление уже отмечено, или отзыва не было."),
    "order_of_other_kind": lazy_gettext("Приказ с этим номером и датой уже есть, он о другом."),
    "papers_not_shown": lazy_gettext("Отметьте все показанные подлинники."),
    "periods_incomplete": lazy_gettext("Укажите все периоды года."),
    "permission_missing": lazy_gettext("У вас нет права на это действие."),
    "preparer_may_not_sign": lazy_gettext("Кто подготовил отказ, тот его не подписывает."),
    "pupil_adult": lazy_gettext("Обучающемуся уже исполнилось 18 лет."),
    "pupil_unknown": lazy_gettext("Ребёнок не найден среди обучающихся школы."),
    "recovery_by_administrator": lazy_gettext(
        "Новый пароль директору, заместителям и администратору даёт администратор журнала."
    ),
    "request_unknown": lazy_gettext("Такого запроса нет."),
    "school_file_unreadable": lazy_gettext("Файл не похож на выгрузку школы."),
    "setting_of_other_kind": lazy_gettext("В файле есть значение, которое не подходит настройке."),
    "setting_unknown": lazy_gettext("В файле есть настройка, которой портал не знает."),
    "sign_in_first": lazy_gettext("У вас уже есть учётная запись. Войдите и введите код ещё раз."),
    "subject_twice": lazy_gettext("Такой предмет уже есть."),
    "subject_used": lazy_gettext(
        "Предмет удалить нельзя: на него уже ссылаются учебный план, нагрузка или уроки."
    ),
    "template_outdated": lazy_gettext(
        "С тех пор в документе появились другие слова: загрузите шаблон заново."
    ),
    "username_taken": lazy_gettext("Это имя уже занято, выберите другое."),
    "withdrawn_before_signed": lazy_gettext("Отзыв не может быть раньше подписи."),
    "visit_not_awaited": lazy_gettext("Записываться не нужно: этот запрос визита не ждёт."),
    "visit_slot_taken": lazy_gettext("Это время уже заняли. Выберите другое."),
    "year_not_empty": lazy_gettext("В этом году уже есть записи: перенос их бы смешал."),
}


def words_of(error: CoreError) -> str:
    """What the person reads."""
    return str(WORDS.get(error.code) or _("Это действие сейчас невозможно."))
