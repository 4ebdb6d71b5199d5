"""The words of every refusal that the core can raise."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from journal_core.errors import CoreError

WORDS = {
    "notice_choice_unknown": lazy_gettext("Выберите один из предложенных ответов."),
    "email_changed": lazy_gettext("Ссылка из письма устарела: адрес с тех пор изменён."),
    "message_unfit": lazy_gettext("Напишите сообщение, не длиннее %(most)s знаков."),
    "message_files_many": lazy_gettext("К сообщению прикладывают не больше %(most)s файлов."),
    "messages_many": lazy_gettext(
        "За час можно написать не больше %(most)s сообщений. Повторите позже."
    ),
    "nobody_to_write_to": lazy_gettext("В этом классе пока никто из них не входит в портал."),
    "pair_unknown": lazy_gettext("Писать в эту переписку больше некому."),
    "report_own": lazy_gettext("На своё сообщение об ошибке отвечает другой сотрудник."),
    "report_unchanged": lazy_gettext(
        "Клетка прежняя. Исправьте её в журнале или напишите, что исправлено."
    ),
    "right_ended": lazy_gettext(
        "Право на дневник закончилось: переписку можно читать, писать в неё нельзя."
    ),
    "subject_unfit": lazy_gettext("Укажите тему, не длиннее %(most)s знаков."),
    "work_type_default": lazy_gettext(
        "Этот тип — для отметок без назначенной работы: он должен оставаться в ходу."
    ),
    "work_type_twice": lazy_gettext("Тип с таким обозначением уже есть."),
    "work_type_unknown": lazy_gettext("Такого типа работы в списке школы нет."),
    "work_type_unsound": lazy_gettext("У типа работы нет обозначения или названия."),
    "work_type_used": lazy_gettext(
        "По этому типу уже назначены работы: удалить его нельзя, можно вывести из употребления."
    ),
    "work_day_over": lazy_gettext("День урока прошёл: тип работы уже не меняют."),
    "work_administrative": lazy_gettext(
        "Эта работа — по графику контроля: её меняет и снимает заместитель директора."
    ),
    "work_marked": lazy_gettext("В работе уже есть отметки: она остаётся, и тип её тоже."),
    "work_scheduled": lazy_gettext("Такая работа в этом уроке уже стоит в графике."),
    "works_nowhere": lazy_gettext("Отметьте хотя бы один урок."),
    "work_unknown": lazy_gettext("Такой работы в этом уроке нет."),
    "pupil_not_there": lazy_gettext("В этот день ученика нет в классе или группе."),
    "presence_unknown": lazy_gettext(
        "Отсутствие — «н», опоздание — «оп», пустая клетка — ученик был."
    ),
    "period_closed": lazy_gettext("Учебный период закрыт. Клетку откроет заместитель директора."),
    "no_marks_here": lazy_gettext(
        "В первых классах, группах продлённого дня и кружках отметки не ставят."
    ),
    "mark_unknown": lazy_gettext("Отметка — от 2 до 5, две через дробь (4/5), зч или нз."),
    "mark_settled": lazy_gettext(
        "Отметка поставлена не сегодня. Исправить её разрешает заместитель директора."
    ),
    "mark_backdated": lazy_gettext(
        "День урока и срок проверки прошли. Клетку открывает заместитель директора."
    ),
    "lesson_not_held": lazy_gettext("Урок не проводился: писать в него нечего."),
    "course_unknown": lazy_gettext("Такой страницы журнала нет, или она открыта не вам."),
    "duty_remarks_missing": lazy_gettext(
        "Не всё обновлено: напишите, что найдено и что делается, или дождитесь записей."
    ),
    "duty_week_runs": lazy_gettext("Неделя ещё идёт: её проверяют, когда кончатся её уроки."),
    "duty_week_signed": lazy_gettext("Эта неделя уже проверена."),
    "duty_week_unknown": lazy_gettext("В этой неделе уроков нет."),
    "correction_asked": lazy_gettext("Об этой клетке уже просили: дождитесь решения."),
    "correction_of_nothing": lazy_gettext(
        "Впишите хотя бы в одну клетку, что должно в ней стоять."
    ),
    "correction_own": lazy_gettext("О своей просьбе решает другой заместитель директора."),
    "correction_unknown": lazy_gettext("Такого исправления нет, или оно открыто не вам."),
    "cell_open": lazy_gettext("Клетка открыта, разрешение не нужно: впишите прямо в журнале."),
    "comment_without_mark": lazy_gettext("Комментарий пишут к отметке: сначала поставьте её."),
    "comment_too_long": lazy_gettext("Комментарий — не длиннее 300 знаков."),
    "cells_too_many": lazy_gettext("Слишком много клеток за один раз: не больше 2000."),
    "cell_of_other_teacher": lazy_gettext("В этот урок пишет тот, кто его ведёт."),
    "cell_ahead": lazy_gettext("Урок ещё впереди: отметки и отсутствие вносят в день урока."),
    "age_unfit": lazy_gettext(
        "Проверьте дату рождения: в день зачисления ученику бывает от 5 лет до 21 года."
    ),
    "already_in_class": lazy_gettext("В этот день или позже ученик уже состоит в классе."),
    "absence_announced": lazy_gettext(
        "На эти дни семья сообщила об отсутствии: сначала подтвердите или отклоните сообщение."
    ),
    "absence_decided": lazy_gettext("Классный руководитель уже ответил на это сообщение."),
    "absence_known": lazy_gettext(
        "На эти дни отсутствие уже записано: выберите другие дни или отзовите прежнее сообщение."
    ),
    "absence_meets_another": lazy_gettext("В эти часы учитель уже отмечен как отсутствующий."),
    "absence_of_lessons": lazy_gettext(
        "Отдельные уроки называют для одного дня: первый и последний."
    ),
    "absence_unknown": lazy_gettext("Такого отсутствия нет."),
    "already_submitted": lazy_gettext("Запрос уже подан."),
    "basis_needed": lazy_gettext("Опекун представляет по акту: укажите документ."),
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
    "class_has_plan": lazy_gettext("У этого класса уже есть план по предмету."),
    "check_is_over": lazy_gettext(
        "Проверка завершена: данные ребёнка исправляют, когда запрос вернули на проверку."
    ),
    "class_does_not_follow": lazy_gettext(
        "Перевести можно только в следующую параллель следующего учебного года."
    ),
    "class_of_other_year": lazy_gettext("Этот день не входит в учебный год класса."),
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
    "day_of_other_year": lazy_gettext("Этот день не входит в учебный год."),
    "disk_full": lazy_gettext("Сейчас мы не можем принять файлы. Принесите документы на приём."),
    "division_by_subject": lazy_gettext("Класс делят на группы по предмету на своей странице."),
    "division_of_one": lazy_gettext("Нужны хотя бы две группы, и в каждой — ученики."),
    "email_needed": lazy_gettext("Ответ придёт по почте: нужен адрес электронной почты."),
    "ends_before_it_begins": lazy_gettext("Последний день раньше первого."),
    "contact_ahead": lazy_gettext("Этот день ещё не наступил."),
    "contact_before_silence": lazy_gettext("В этот день семья ещё не пропадала."),
    "family_not_silent": lazy_gettext("Семья уже открыла дневник: задачи больше нет."),
    "risk_ahead": lazy_gettext("Этот день ещё не наступил."),
    "risk_over": lazy_gettext("Ученик уже выведен из группы."),
    "risk_stands": lazy_gettext(
        "По этому основанию ученик в этот день или позже уже состоит в группе."
    ),
    "week_ahead": lazy_gettext("Неделю проверяют с её пятницы."),
    "week_of_nobody": lazy_gettext("На этой неделе в группе никого не было."),
    "week_checked": lazy_gettext("Эта неделя уже проверена."),
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
    "achievement_ahead": lazy_gettext("Этот день ещё не наступил."),
    "achievement_long": lazy_gettext("Название, результат или примечание слишком длинны."),
    "achievement_without_title": lazy_gettext("Напишите название."),
    "files_many": lazy_gettext("Файлов слишком много: к одной записи — не больше 5."),
    "notice_days": lazy_gettext("Последний день раньше первого."),
    "notice_long": lazy_gettext("Заголовок или текст объявления слишком длинны."),
    "notice_staff_of_class": lazy_gettext("Объявление сотрудникам — для всех: классы не отмечают."),
    "notice_without_title": lazy_gettext("Напишите заголовок."),
    "recommendation_empty": lazy_gettext("Напишите рекомендацию."),
    "recommendation_long": lazy_gettext("Рекомендация — не длиннее 1000 знаков."),
    "recommendation_not_own": lazy_gettext("Рекомендации пишет учитель, который ведёт предмет."),
    "recommendation_to_nobody": lazy_gettext("Отметьте, кому рекомендация."),
    "homework_closed": lazy_gettext("Учебный период закрыт: домашнее задание не изменить."),
    "homework_due_early": lazy_gettext("Задают к уроку или дню после этого урока."),
    "homework_files_many": lazy_gettext("к одному заданию — не больше 10 файлов."),
    "homework_has_files": lazy_gettext("К заданию приложены файлы: сначала уберите их."),
    "homework_long": lazy_gettext("Задание, пояснение или ссылка слишком длинны."),
    "homework_minutes": lazy_gettext("Время на задание — от 1 до 300 минут."),
    "hours_not_fewer": lazy_gettext("Часов останется не меньше, чем есть: менять нечего."),
    "group_name_taken": lazy_gettext("Группа с таким названием уже есть."),
    "in_two_groups": lazy_gettext("Эти ученики попали в две группы:"),
    "import_changed_since": lazy_gettext(
        "После импорта эти записи уже меняли (%(names)s): отменить его целиком нельзя."
    ),
    "import_done": lazy_gettext("Этот файл уже импортирован."),
    "import_not_last": lazy_gettext("Отменить можно только последний импорт, и один раз."),
    "import_rests": lazy_gettext(
        "На импортированном уже держатся другие записи (%(names)s): отменить его целиком нельзя."
    ),
    "import_unknown": lazy_gettext("Файла больше нет: загрузите его ещё раз."),
    "group_of_other_class": lazy_gettext("Эта группа другого класса или другого предмета."),
    "hours_unfit": lazy_gettext("Часы — число от 0,5 до 40, целое или с половиной."),
    "invitation_expired": lazy_gettext("Срок кода истёк. Попросите школу выдать новый."),
    "invitation_redeemed": lazy_gettext("По этому коду уже зарегистрировались: новый не нужен."),
    "link_not_web": lazy_gettext("Ссылка начинается с https:// или http:// и ведёт на сайт."),
    "left_out_of_groups": lazy_gettext("Эти ученики остались без группы:"),
    "lesson_decided": lazy_gettext(
        "Пока вы смотрели, по этому уроку решил кто-то другой. Выберите ещё раз, если верно ваше."
    ),
    "lesson_kept": lazy_gettext("В уроке уже есть записи: изменить его нельзя."),
    "lesson_not_double": lazy_gettext("Перед этим уроком нет такого же: переносить нечего."),
    "lesson_of_present": lazy_gettext("Учитель этого урока не отмечен как отсутствующий."),
    "lesson_unknown": lazy_gettext("Такого урока нет."),
    "link_ended_by_court": lazy_gettext("Представительство прекращено по решению суда."),
    "moved_before_given": lazy_gettext("Тема переносится дальше того, что уже пройдено."),
    "move_not_open": lazy_gettext("Сейчас этого сделать нельзя: состояние уже другое."),
    "no_homework_here": lazy_gettext(
        "В первом классе, группах продлённого дня и кружках домашних заданий не задают."
    ),
    "moved_later": lazy_gettext("Позже этого дня у ученика уже есть запись: выберите другой день."),
    "load_twice": lazy_gettext("Эта нагрузка у учителя уже есть: измените её часы."),
    "no_ground_found": lazy_gettext("Отметьте хотя бы одно основание для отказа."),
    "nobody_to_promote": lazy_gettext("Переводить некого."),
    "not_for_oneself": lazy_gettext(
        "Для своей учётной записи этого сделать нельзя: попросите коллегу."
    ),
    "not_in_class": lazy_gettext("В этот день ученик не состоит в классе."),
    "not_a_signatory": lazy_gettext("Решение подписывает должностное лицо по приказу."),
    "nothing_to_merge_into": lazy_gettext("Перед этой темой нет той, с которой её объединить."),
    "not_of_the_year": lazy_gettext("Этот день не входит в учебный год."),
    "nothing_to_approve": lazy_gettext("Утверждать пока нечего: сначала заполните."),
    "nothing_to_copy": lazy_gettext("В прошлом году ничего нет: переносить нечего."),
    "nothing_to_erase": lazy_gettext("Удаление уже отмечено, или отзыва не было."),
    "order_long_past": lazy_gettext("Проверьте дату приказа: она не раньше 2000 года."),
    "order_of_other_kind": lazy_gettext("Приказ с этим номером и датой уже есть, он о другом."),
    "papers_not_shown": lazy_gettext("Отметьте все показанные подлинники."),
    "periods_incomplete": lazy_gettext("Укажите все периоды года."),
    "permission_missing": lazy_gettext("У вас нет права на это действие."),
    "plan_corrected": lazy_gettext("У плана есть лист корректировки: он хранится."),
    "plan_of_base": lazy_gettext("План базы не перекладывают: скопируйте его в класс."),
    "position_held": lazy_gettext("Эту должность человек уже занимает."),
    "preparer_may_not_sign": lazy_gettext("Кто подготовил отказ, тот его не подписывает."),
    "pupil_minor": lazy_gettext(
        "Обучающемуся ещё нет 18 лет: до дня рождения дневник открыт представителям."
    ),
    "pupil_adult": lazy_gettext("Обучающемуся уже исполнилось 18 лет."),
    "pupil_known": lazy_gettext(
        "Ученик с таким именем и датой рождения уже есть: найдите его в списке."
    ),
    "period_mark_early": lazy_gettext(
        "Отметки за период ставят в его последнюю неделю, не раньше."
    ),
    "period_mark_of_other_teacher": lazy_gettext("Отметку ставит учитель, который ведёт предмет."),
    "period_mark_unknown": lazy_gettext("Итоговая отметка — от 2 до 5, зч, нз или н/а."),
    "period_unknown": lazy_gettext("Такого учебного периода у класса нет."),
    "reason_departs": lazy_gettext("Отметка отличается от предложенной: укажите причину."),
    "reason_few_marks": lazy_gettext("Отметок меньше, чем нужно: укажите причину."),
    "reason_not_assessed": lazy_gettext("Укажите, почему ученик не аттестован."),
    "reason_too_long": lazy_gettext("Причина — не длиннее 500 знаков."),
    "result_day_ahead": lazy_gettext("Результат не может стать известен позже сегодняшнего дня."),
    "result_day_missing": lazy_gettext("Укажите день, когда стал известен результат экзамена."),
    "pupil_unknown": lazy_gettext("Ребёнок не найден среди обучающихся школы."),
    "reason_stands": lazy_gettext(
        "На эти дни причина уже записана: отметьте, что заменяете её, или выберите другие дни."
    ),
    "reason_needed": lazy_gettext("Укажите причину."),
    "reason_missing": lazy_gettext("Укажите, почему урок не проводится."),
    "recovery_by_administrator": lazy_gettext(
        "Новый пароль директору, заместителям и администратору даёт администратор журнала."
    ),
    "relaying_empty": lazy_gettext("Выберите, что сделать хотя бы с одной темой."),
    "relaying_used": lazy_gettext(
        "Отменить уже нельзя: с тех пор план сохраняли или по нему прошёл урок."
    ),
    "represents_already": lazy_gettext("Этот человек уже представитель ученика."),
    "represents_oneself": lazy_gettext("Ученик не может представлять сам себя."),
    "request_unknown": lazy_gettext("Такого запроса нет."),
    "same_class": lazy_gettext("Ученик уже в этом классе."),
    "school_file_unreadable": lazy_gettext("Файл не похож на выгрузку школы."),
    "setting_of_other_kind": lazy_gettext("В файле есть значение, которое не подходит настройке."),
    "setting_unknown": lazy_gettext("В файле есть настройка, которой портал не знает."),
    "sheet_file_big": lazy_gettext("Файл больше, чем принимает портал: разделите его."),
    "sheet_file_broken": lazy_gettext("Файл повреждён или закрыт паролем: сохраните его заново."),
    "sheet_file_empty": lazy_gettext("Файл пустой."),
    "sheet_file_encoding": lazy_gettext(
        "Кодировка файла непонятна: сохраните CSV в UTF-8 или Windows-1251."
    ),
    "sheet_file_heavy": lazy_gettext(
        "Файл распаковывается в слишком большой: сохраните в нём только листы с данными."
    ),
    "sheet_file_kind": lazy_gettext("Это не таблица: нужен файл XLSX или CSV."),
    "sheet_file_old": lazy_gettext(
        "Это таблица другого вида (XLS или ODS): сохраните её как «Книга Excel (.xlsx)»."
    ),
    "sheet_file_oneroster": lazy_gettext(
        "В архиве нет списков OneRoster 1.2: нужен manifest.csv с таблицами целиком (bulk)."
    ),
    "sheet_file_rows": lazy_gettext("В файле слишком много строк: разделите его по листам."),
    "sheet_file_unknown": lazy_gettext(
        "Ни один лист не похож на шаблон: проверьте названия листов и заголовки столбцов."
    ),
    "sign_in_first": lazy_gettext("У вас уже есть учётная запись. Войдите и введите код ещё раз."),
    "subject_twice": lazy_gettext("Такой предмет уже есть."),
    "subject_used": lazy_gettext(
        "Предмет удалить нельзя: на него уже ссылаются учебный план, нагрузка или уроки."
    ),
    "template_outdated": lazy_gettext(
        "С тех пор в документе появились другие слова: загрузите шаблон заново."
    ),
    "topic_given": lazy_gettext("Тема уже пройдена на уроке: она остаётся."),
    "topic_merged": lazy_gettext("Тема уже объединена с другой."),
    "topic_unknown": lazy_gettext("Такой темы в плане нет."),
    "topic_wrong": lazy_gettext("У темы нет названия, или в строке что-то слишком длинно."),
    "topics_too_many": lazy_gettext("Тем слишком много для одного плана."),
    "slot_elsewhere": lazy_gettext("Этот урок стоит в другом дне или классе."),
    "substitute_busy": lazy_gettext("Этот учитель в этот час занят или отсутствует."),
    "timetable_clash": lazy_gettext("В расписании есть накладки."),
    "timetable_empty": lazy_gettext("В этой версии ещё нет уроков: публиковать нечего."),
    "timetable_in_force": lazy_gettext(
        "Версия уже действует: чтобы изменить расписание, составьте следующую."
    ),
    "timetable_long_past": lazy_gettext(
        "Первый день версии прошёл больше 14 дней назад, а расписание в этом году уже есть: "
        "уроки тех дней прошли по нему. Назначьте версии более поздний день."
    ),
    "timetable_overtaken": lazy_gettext(
        "С этого дня или позже уже действует другая версия: выберите более поздний день."
    ),
    "timetable_published": lazy_gettext("Версия опубликована: чтобы изменить её, сделайте копию."),
    "timetable_unknown": lazy_gettext("Такой версии расписания нет."),
    "username_taken": lazy_gettext("Это имя уже занято, выберите другое."),
    "withdrawn_before_signed": lazy_gettext("Отзыв не может быть раньше подписи."),
    "visit_not_awaited": lazy_gettext("Записываться не нужно: этот запрос визита не ждёт."),
    "visit_slot_taken": lazy_gettext("Это время уже заняли. Выберите другое."),
    "year_not_empty": lazy_gettext("В этом году уже есть записи: перенос их бы смешал."),
}


def words_of(error: CoreError) -> str:
    """What the person reads; the error's facts fill the words in."""
    words = str(WORDS.get(error.code) or _("Это действие сейчас невозможно."))
    return words % error.facts if error.facts else words
