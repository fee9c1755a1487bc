<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru_RU" sourcelanguage="en_GB">
<context>
    <name></name>
    <message id="lang.kk">
        <source></source>
        <translation>Қаз</translation>
    </message>
    <message id="lang.ru">
        <source></source>
        <translation>Рус</translation>
    </message>
    <message id="lang.en">
        <source></source>
        <translation>Eng</translation>
    </message>
    <message id="park.fallback">
        <source></source>
        <translation>Национальный парк</translation>
    </message>
    <message id="gate.name">
        <source></source>
        <translation>КПП&#xa0;{gate}</translation>
    </message>
    <message id="lane.name">
        <source></source>
        <translation>полоса&#xa0;{lane}</translation>
    </message>
    <message id="direction.entry">
        <source></source>
        <translation>вход</translation>
    </message>
    <message id="direction.exit">
        <source></source>
        <translation>выход</translation>
    </message>
    <message id="direction.both">
        <source></source>
        <translation>вход и выход</translation>
    </message>
    <message id="dot">
        <source></source>
        <translation>{first} · {second}</translation>
    </message>
    <message id="word.admitted">
        <source></source>
        <translation>Проходите</translation>
    </message>
    <message id="word.refused">
        <source></source>
        <translation>Прохода нет</translation>
    </message>
    <message id="word.referred">
        <source></source>
        <translation>Подождите инспектора</translation>
    </message>
    <message id="greeting.welcome">
        <source></source>
        <translation>Добро пожаловать!</translation>
    </message>
    <message id="greeting.back">
        <source></source>
        <translation>С возвращением!</translation>
    </message>
    <message id="greeting.exit">
        <source></source>
        <translation>Счастливого пути!</translation>
    </message>
    <message id="reason.ok">
        <source></source>
        <translation>{party}. ▸ Билет действует до {until}.</translation>
    </message>
    <message id="reason.welcome_back">
        <source></source>
        <translation>Это продолжение сегодняшнего посещения. ▸ Новый билет не нужен.</translation>
    </message>
    <message id="reason.partial">
        <source></source>
        <translation>Сейчас проходят: {count}. Осталось по билету: {left}. ▸ Остальные пройдут по нему позже.</translation>
    </message>
    <message id="reason.flagged_gate">
        <source></source>
        <translation>В билете указан другой вход: {gate}. Сейчас проходите. ▸ В следующий раз — туда.</translation>
    </message>
    <message id="reason.flagged_reentry">
        <source></source>
        <translation>Билет сегодня уже использован: {time}. Повторный вход разрешён. ▸ На выходе покажите билет.</translation>
    </message>
    <message id="reason.unlisted">
        <source></source>
        <translation>Билет подлинный, список обновится позже. ▸ Сохраните билет до выхода.</translation>
    </message>
    <message id="reason.unconfirmed">
        <source></source>
        <translation>Связи с другими полосами нет, билет проверен здесь. ▸ Сохраните билет до выхода.</translation>
    </message>
    <message id="reason.pass">
        <source></source>
        <translation>Пропуск проверен. ▸ Действует до {date}.</translation>
    </message>
    <message id="reason.exempt">
        <source></source>
        <translation>Вход бесплатный. ▸ Копию документа мы не храним.</translation>
    </message>
    <message id="reason.staff">
        <source></source>
        <translation>Служебный пропуск. ▸ В число посещений не входит.</translation>
    </message>
    <message id="reason.official">
        <source></source>
        <translation>Служебный проезд. ▸ Запись инспектор заполнит позже.</translation>
    </message>
    <message id="reason.claim">
        <source></source>
        <translation>Ваша оплата записана, её проверят: {party}. ▸ Сохраните талон до выхода.</translation>
    </message>
    <message id="reason.override">
        <source></source>
        <translation>Инспектор разрешил проход. ▸ Сохраните билет до выхода.</translation>
    </message>
    <message id="reason.exit">
        <source></source>
        <translation>Выход отмечен: {time}. ▸ Спасибо, что берегли природу!</translation>
    </message>
    <message id="reason.exit_unknown">
        <source></source>
        <translation>Выход открыт. Вход по этому коду не найден. ▸ Если кто-то остался в парке, скажите инспектору.</translation>
    </message>
    <message id="reason.training">
        <source></source>
        <translation>ТЕСТОВЫЙ билет: это не настоящий проход. ▸ В учёт не входит.</translation>
    </message>
    <message id="reason.not_a_ticket">
        <source></source>
        <translation>Этот код — не билет в парк. ▸ Откройте QR-код билета и покажите ещё раз.</translation>
    </message>
    <message id="reason.not_a_ticket.payment">
        <source></source>
        <translation>Это код оплаты. ▸ Откройте QR-код билета и покажите ещё раз.</translation>
    </message>
    <message id="reason.not_a_ticket.wifi">
        <source></source>
        <translation>Это код Wi-Fi. ▸ Откройте QR-код билета и покажите ещё раз.</translation>
    </message>
    <message id="reason.not_a_ticket.link">
        <source></source>
        <translation>Это ссылка на сайт. ▸ Откройте QR-код билета и покажите ещё раз.</translation>
    </message>
    <message id="reason.malformed">
        <source></source>
        <translation>Код билета прочитан не полностью. ▸ Откройте билет заново или наберите код под ним.</translation>
    </message>
    <message id="reason.forged">
        <source></source>
        <translation>Подлинность билета не подтвердилась. ▸ Подойдите к инспектору с чеком об оплате.</translation>
    </message>
    <message id="reason.wrong_park">
        <source></source>
        <translation>Это билет в другой парк: {park}. ▸ О билете в этот парк спросите инспектора.</translation>
    </message>
    <message id="reason.wrong_gate">
        <source></source>
        <translation>Это билет для другого входа: {gate}. ▸ Дорога туда — на карте.</translation>
    </message>
    <message id="reason.expired">
        <source></source>
        <translation>Срок билета закончился: {dayword}, {time}. ▸ Можно купить ещё один день.</translation>
    </message>
    <message id="reason.not_yet">
        <source></source>
        <translation>Время билета ещё не наступило. Начало: {dayword}, {time}. ▸ Приходите к этому времени.</translation>
    </message>
    <message id="reason.revoked">
        <source></source>
        <translation>Билет отменён {date}. ▸ Если это неожиданно, покажите инспектору чек.</translation>
    </message>
    <message id="reason.already_used">
        <source></source>
        <translation>Билет {day} уже использован: {time}, {place}. ▸ Подойдите к инспектору, он поможет.</translation>
    </message>
    <message id="reason.used_up">
        <source></source>
        <translation>Все входы по билету использованы: {count}. ▸ Можно купить новый билет.</translation>
    </message>
    <message id="reason.closed">
        <source></source>
        <translation>Закрыто: {zone}, до {date}, {time}. Причина: {cause}. ▸ Основание: {authority}, {document}. Открыто: {open}.</translation>
    </message>
    <message id="reason.closed.open_ended">
        <source></source>
        <translation>Закрыто: {zone}, до отмены. Причина: {cause}. ▸ Основание: {authority}, {document}. Открыто: {open}.</translation>
    </message>
    <message id="reason.full">
        <source></source>
        <translation>Сейчас мест нет. Предел: {count}&#xa0;чел. ▸ Ближайшее время: {dayword}, {time}. Возможно, есть места: {gate}. Основание: {authority}, {document}.</translation>
    </message>
    <message id="reason.full.one_out">
        <source></source>
        <translation>Один вышел — один вошёл. ▸ Подождите, пожалуйста. Основание: {authority}, {document}.</translation>
    </message>
    <message id="reason.full.some">
        <source></source>
        <translation>Осталось мест: {left}. Предел: {count}&#xa0;чел. ▸ Скажите инспектору: часть группы может войти. Основание: {authority}, {document}.</translation>
    </message>
    <message id="reason.outside_hours">
        <source></source>
        <translation>Сейчас вход закрыт. Откроется: {dayword}, {time}. ▸ Если у вас ночёвка в парке, скажите инспектору.</translation>
    </message>
    <message id="note.closed">
        <source></source>
        <translation>Сейчас закрыто: {closed}.</translation>
    </message>
    <message id="note.warning">
        <source></source>
        <translation>Предупреждение: {warning}.</translation>
    </message>
    <message id="warning.level">
        <source></source>
        <translation>{what}, класс {level}</translation>
    </message>
    <message id="warning.until">
        <source></source>
        <translation>{what}, до {until}</translation>
    </message>
    <message id="warning.order">
        <source></source>
        <translation>{what}. Основание: {authority}, {document}</translation>
    </message>
    <message id="warning.storm">
        <source></source>
        <translation>шторм</translation>
    </message>
    <message id="warning.flood">
        <source></source>
        <translation>паводок</translation>
    </message>
    <message id="warning.fire_danger">
        <source></source>
        <translation>пожарная опасность</translation>
    </message>
    <message id="warning.avalanche">
        <source></source>
        <translation>лавинная опасность</translation>
    </message>
    <message id="warning.mudflow">
        <source></source>
        <translation>селевая опасность</translation>
    </message>
    <message id="warning.heat">
        <source></source>
        <translation>жара</translation>
    </message>
    <message id="warning.frost">
        <source></source>
        <translation>сильный мороз</translation>
    </message>
    <message id="warning.ice">
        <source></source>
        <translation>тонкий лёд</translation>
    </message>
    <message id="warning.wildlife">
        <source></source>
        <translation>дикие звери рядом</translation>
    </message>
    <message id="warning.other">
        <source></source>
        <translation>опасность в парке</translation>
    </message>
    <message id="cause.fire">
        <source></source>
        <translation>пожар</translation>
    </message>
    <message id="cause.avalanche">
        <source></source>
        <translation>лавина</translation>
    </message>
    <message id="cause.works">
        <source></source>
        <translation>ремонтные работы</translation>
    </message>
    <message id="cause.flood">
        <source></source>
        <translation>паводок</translation>
    </message>
    <message id="cause.mudflow">
        <source></source>
        <translation>сель</translation>
    </message>
    <message id="cause.landslide">
        <source></source>
        <translation>оползень</translation>
    </message>
    <message id="cause.storm">
        <source></source>
        <translation>шторм</translation>
    </message>
    <message id="cause.ice">
        <source></source>
        <translation>лёд</translation>
    </message>
    <message id="cause.wildlife">
        <source></source>
        <translation>дикие звери</translation>
    </message>
    <message id="cause.quarantine">
        <source></source>
        <translation>карантин</translation>
    </message>
    <message id="cause.event">
        <source></source>
        <translation>мероприятие</translation>
    </message>
    <message id="cause.protection">
        <source></source>
        <translation>охрана природы</translation>
    </message>
    <message id="reason.too_long">
        <source></source>
        <translation>Срок билета больше допустимого. ▸ Подойдите к инспектору с чеком.</translation>
    </message>
    <message id="reason.key_not_valid">
        <source></source>
        <translation>Подпись этого билета здесь не принимается. ▸ Подойдите к инспектору с чеком.</translation>
    </message>
    <message id="reason.unknown_key">
        <source></source>
        <translation>Для проверки этого билета устройству нужно обновление.</translation>
    </message>
    <message id="reason.unknown_product">
        <source></source>
        <translation>Этого вида билета на устройстве ещё нет.</translation>
    </message>
    <message id="reason.unknown_flag">
        <source></source>
        <translation>В билете есть отметка, которой устройство ещё не знает.</translation>
    </message>
    <message id="reason.stale_trust" numerus="yes">
        <source></source>
        <translation>
            <numerusform>Данные устройства не обновлялись %n&#xa0;день.</numerusform>
            <numerusform>Данные устройства не обновлялись %n&#xa0;дня.</numerusform>
            <numerusform>Данные устройства не обновлялись %n&#xa0;дней.</numerusform>
        </translation>
    </message>
    <message id="reason.stale_revocations" numerus="yes">
        <source></source>
        <translation>
            <numerusform>Список отменённых билетов не обновлялся %n&#xa0;день.</numerusform>
            <numerusform>Список отменённых билетов не обновлялся %n&#xa0;дня.</numerusform>
            <numerusform>Список отменённых билетов не обновлялся %n&#xa0;дней.</numerusform>
        </translation>
    </message>
    <message id="reason.clock_suspect">
        <source></source>
        <translation>Часы устройства могут быть неточны. ▸ Время билета проверит инспектор.</translation>
    </message>
    <message id="reason.guide_required">
        <source></source>
        <translation>На этом маршруте нужен гид или проводник. ▸ Назовите инспектору своего гида.</translation>
    </message>
    <message id="reason.holder_check">
        <source></source>
        <translation>Инспектор сверит документ или номер машины. ▸ Приготовьте документ; копию не снимаем.</translation>
    </message>
    <message id="reason.several_matches">
        <source></source>
        <translation>По этому коду нашлось несколько билетов. ▸ Если есть QR-код, покажите его камере.</translation>
    </message>
    <message id="reason.typed_only">
        <source></source>
        <translation>Набранный код подтверждает инспектор. ▸ Если есть QR-код, покажите его камере.</translation>
    </message>
    <message id="reason.dynamic_required">
        <source></source>
        <translation>Для этого билета нужен обновляемый код из приложения. ▸ Откройте билет в приложении.</translation>
    </message>
    <message id="reason.unknown_policy">
        <source></source>
        <translation>Новых правил парка на устройстве ещё нет.</translation>
    </message>
    <message id="reason.not_listed">
        <source></source>
        <translation>Этот билет инспектор сверит по списку.</translation>
    </message>
    <message id="reason.not_listed.plate">
        <source></source>
        <translation>По этому номеру пропуск здесь не найден. ▸ Покажите инспектору пропуск или его код.</translation>
    </message>
    <message id="reason.unanswered">
        <source></source>
        <translation>Ответа не было. ▸ Покажите билет ещё раз или дождитесь инспектора.</translation>
    </message>
    <message id="reason.uses_unknown">
        <source></source>
        <translation>Часть записей устройства утеряна. ▸ Инспектор проверит, был ли билет использован.</translation>
    </message>
    <message id="reason.claim_open">
        <source></source>
        <translation>Ваша оплата записана, но здесь её пока не видно. ▸ Инспектор решит, можно ли войти сейчас.</translation>
    </message>
    <message id="reason.journal_failed">
        <source></source>
        <translation>Устройство не смогло записать проход. ▸ Инспектор запишет вас вручную.</translation>
    </message>
    <message id="reason.unknown">
        <source></source>
        <translation>Подождите инспектора. ▸ Инспектор вызван, он поможет.</translation>
    </message>
    <message id="slip.title">
        <source></source>
        <translation>Временный талон, не билет</translation>
    </message>
    <message id="sought.entry">
        <source></source>
        <translation>Из этой группы пропал человек: сообщили {when}, {gate}. Спросите, нашёлся ли он.</translation>
    </message>
    <message id="sought.exit">
        <source></source>
        <translation>Эта группа выходит, а из неё пропал человек: сообщили {when}, {gate}. Спросите, с ними ли он.</translation>
    </message>
    <message id="slip.admitted">
        <source></source>
        <translation>Пропущены со слов посетителя: оплачено, билета на руках нет.</translation>
    </message>
    <message id="slip.referred">
        <source></source>
        <translation>По этому талону вход не разрешён: решает инспектор.</translation>
    </message>
    <message id="slip.keep">
        <source></source>
        <translation>Оплату ищут по квитанции. Покажите этот номер, если спросят.</translation>
    </message>
    <message id="step.referred">
        <source></source>
        <translation>Инспектор уже вызван. С билетом, возможно, всё в порядке.</translation>
    </message>
    <message id="label.ok">
        <source></source>
        <translation>Билет действителен</translation>
    </message>
    <message id="label.welcome_back">
        <source></source>
        <translation>Вернулись сегодня</translation>
    </message>
    <message id="label.partial">
        <source></source>
        <translation>Часть группы</translation>
    </message>
    <message id="label.flagged_gate">
        <source></source>
        <translation>Другой КПП, отметка</translation>
    </message>
    <message id="label.flagged_reentry">
        <source></source>
        <translation>Повторно, с отметкой</translation>
    </message>
    <message id="label.unlisted">
        <source></source>
        <translation>Ещё нет в списке</translation>
    </message>
    <message id="label.unconfirmed">
        <source></source>
        <translation>Полосы не подтвердили</translation>
    </message>
    <message id="label.pass">
        <source></source>
        <translation>Пропуск</translation>
    </message>
    <message id="label.exempt">
        <source></source>
        <translation>Освобождён от платы</translation>
    </message>
    <message id="label.staff">
        <source></source>
        <translation>Сотрудник</translation>
    </message>
    <message id="label.official">
        <source></source>
        <translation>Служебный проезд</translation>
    </message>
    <message id="label.claim">
        <source></source>
        <translation>Оплачено, без билета</translation>
    </message>
    <message id="label.override">
        <source></source>
        <translation>Решение инспектора</translation>
    </message>
    <message id="label.exit">
        <source></source>
        <translation>Выход</translation>
    </message>
    <message id="label.exit_unknown">
        <source></source>
        <translation>Выход без входа</translation>
    </message>
    <message id="label.training">
        <source></source>
        <translation>ТЕСТОВЫЙ билет</translation>
    </message>
    <message id="label.not_a_ticket">
        <source></source>
        <translation>Не билет</translation>
    </message>
    <message id="label.malformed">
        <source></source>
        <translation>Код повреждён</translation>
    </message>
    <message id="label.forged">
        <source></source>
        <translation>Подпись не сошлась</translation>
    </message>
    <message id="label.wrong_park">
        <source></source>
        <translation>Билет в другой парк</translation>
    </message>
    <message id="label.wrong_gate">
        <source></source>
        <translation>Билет на другой КПП</translation>
    </message>
    <message id="label.expired">
        <source></source>
        <translation>Срок истёк</translation>
    </message>
    <message id="label.not_yet">
        <source></source>
        <translation>Ещё не действует</translation>
    </message>
    <message id="label.revoked">
        <source></source>
        <translation>Отменён</translation>
    </message>
    <message id="label.already_used">
        <source></source>
        <translation>Уже использован</translation>
    </message>
    <message id="label.used_up">
        <source></source>
        <translation>Входы закончились</translation>
    </message>
    <message id="label.closed">
        <source></source>
        <translation>Зона закрыта</translation>
    </message>
    <message id="label.full">
        <source></source>
        <translation>Мест нет</translation>
    </message>
    <message id="label.outside_hours">
        <source></source>
        <translation>Вне часов работы</translation>
    </message>
    <message id="label.too_long">
        <source></source>
        <translation>Срок слишком длинный</translation>
    </message>
    <message id="label.key_not_valid">
        <source></source>
        <translation>Ключ не действует</translation>
    </message>
    <message id="label.unknown_key">
        <source></source>
        <translation>Ключ неизвестен</translation>
    </message>
    <message id="label.unknown_product">
        <source></source>
        <translation>Вид билета неизвестен</translation>
    </message>
    <message id="label.unknown_flag">
        <source></source>
        <translation>Отметка неизвестна</translation>
    </message>
    <message id="label.stale_trust">
        <source></source>
        <translation>Данные устарели</translation>
    </message>
    <message id="label.stale_revocations">
        <source></source>
        <translation>Список отмен устарел</translation>
    </message>
    <message id="label.clock_suspect">
        <source></source>
        <translation>Часы под вопросом</translation>
    </message>
    <message id="label.guide_required">
        <source></source>
        <translation>Нужен гид</translation>
    </message>
    <message id="label.holder_check">
        <source></source>
        <translation>Сверить владельца</translation>
    </message>
    <message id="label.several_matches">
        <source></source>
        <translation>Несколько билетов</translation>
    </message>
    <message id="label.typed_only">
        <source></source>
        <translation>Только набранный код</translation>
    </message>
    <message id="label.dynamic_required">
        <source></source>
        <translation>Нужен код приложения</translation>
    </message>
    <message id="label.unknown_policy">
        <source></source>
        <translation>Правила неизвестны</translation>
    </message>
    <message id="label.not_listed">
        <source></source>
        <translation>Нет в списке допуска</translation>
    </message>
    <message id="label.unanswered">
        <source></source>
        <translation>Нет ответа</translation>
    </message>
    <message id="label.uses_unknown">
        <source></source>
        <translation>Проходы неизвестны</translation>
    </message>
    <message id="label.claim_open">
        <source></source>
        <translation>Оплата не видна</translation>
    </message>
    <message id="label.journal_failed">
        <source></source>
        <translation>Запись не сохранена</translation>
    </message>
    <message id="label.unknown">
        <source></source>
        <translation>Решает инспектор</translation>
    </message>
    <message id="rule.special">
        <source></source>
        <translation>Вход без билета</translation>
    </message>
    <message id="rule.key">
        <source></source>
        <translation>Ключ билета</translation>
    </message>
    <message id="rule.park">
        <source></source>
        <translation>Парк</translation>
    </message>
    <message id="rule.flags">
        <source></source>
        <translation>Пометки билета</translation>
    </message>
    <message id="rule.revoked">
        <source></source>
        <translation>Отозванные билеты</translation>
    </message>
    <message id="rule.product">
        <source></source>
        <translation>Вид билета</translation>
    </message>
    <message id="rule.window">
        <source></source>
        <translation>Срок билета</translation>
    </message>
    <message id="rule.gate">
        <source></source>
        <translation>КПП</translation>
    </message>
    <message id="rule.closed">
        <source></source>
        <translation>Закрытые зоны</translation>
    </message>
    <message id="rule.hours">
        <source></source>
        <translation>Часы работы</translation>
    </message>
    <message id="rule.use">
        <source></source>
        <translation>Прежние входы</translation>
    </message>
    <message id="rule.lost">
        <source></source>
        <translation>Утраченные записи</translation>
    </message>
    <message id="rule.holder">
        <source></source>
        <translation>Проверка владельца</translation>
    </message>
    <message id="rule.stale">
        <source></source>
        <translation>Возраст данных</translation>
    </message>
    <message id="rule.typed">
        <source></source>
        <translation>Набранный код</translation>
    </message>
    <message id="rule.quota">
        <source></source>
        <translation>Квота</translation>
    </message>
    <message id="revoked.title">
        <source></source>
        <translation>Подождите инспектора</translation>
    </message>
    <message id="revoked.why">
        <source></source>
        <translation>Устройство выведено из работы и ничего не открывает. Инспектор впустит или выпустит вас.</translation>
    </message>
    <message id="revoked.since">
        <source></source>
        <translation>Устройство отозвано: {when}</translation>
    </message>
    <message id="revoked.left">
        <source></source>
        <translation>Записей журнала ещё не передано: {n}</translation>
    </message>
    <message id="revoked.done">
        <source></source>
        <translation>Весь журнал передан</translation>
    </message>
    <message id="locked.title">
        <source></source>
        <translation>Подождите инспектора</translation>
    </message>
    <message id="locked.why">
        <source></source>
        <translation>Устройство нужно проверить. Инспектор вызван, он вас пропустит.</translation>
    </message>
    <message id="locked.ranger">
        <source></source>
        <translation>Для инспектора</translation>
    </message>
    <message id="why.service">
        <source></source>
        <translation>Это было обслуживание</translation>
    </message>
    <message id="why.repaired">
        <source></source>
        <translation>Исправлено</translation>
    </message>
    <message id="why.no_trace">
        <source></source>
        <translation>Следов нет</translation>
    </message>
    <message id="rule.vehicle">
        <source></source>
        <translation>Транспорт</translation>
    </message>
    <message id="rule.counts">
        <source></source>
        <translation>Квоты и счёт</translation>
    </message>
    <message id="rule.reading">
        <source></source>
        <translation>Чтение кода</translation>
    </message>
    <message id="rule.leaving">
        <source></source>
        <translation>Выход</translation>
    </message>
    <message id="rule.admission">
        <source></source>
        <translation>Пропуск</translation>
    </message>
    <message id="said.nothing">
        <source></source>
        <translation>возражений нет</translation>
    </message>
    <message id="said.objected">
        <source></source>
        <translation>возражает</translation>
    </message>
    <message id="said.asked">
        <source></source>
        <translation>спрашивает человека</translation>
    </message>
    <message id="said.admitted">
        <source></source>
        <translation>пропускает</translation>
    </message>
    <message id="topic.heads">
        <source></source>
        <translation>сколько человек</translation>
    </message>
    <message id="topic.acknowledge">
        <source></source>
        <translation>прочитано ли предупреждение</translation>
    </message>
    <message id="topic.guide">
        <source></source>
        <translation>кто проводник</translation>
    </message>
    <message id="topic.holder">
        <source></source>
        <translation>документ или номер</translation>
    </message>
    <message id="topic.second_look">
        <source></source>
        <translation>повторная проверка</translation>
    </message>
    <message id="trace.unasked">
        <source></source>
        <translation>Не спрошены: {rules}</translation>
    </message>
    <message id="trace.doubt">
        <source></source>
        <translation>Часы под сомнением. Если сейчас {time}: {verdict}. Если {other}: {otherVerdict}.</translation>
    </message>
    <message id="trace.gone">
        <source></source>
        <translation>Это решение нельзя проверить заново: тогдашние правила не сохранились.</translation>
    </message>
    <message id="handover.title">
        <source></source>
        <translation>Сдача смены</translation>
    </message>
    <message id="handover.place">
        <source></source>
        <translation>{gate}, {lane}</translation>
    </message>
    <message id="handover.since">
        <source></source>
        <translation>Начало: {time} ({name})</translation>
    </message>
    <message id="handover.until">
        <source></source>
        <translation>Время листа: {time}</translation>
    </message>
    <message id="handover.decisions">
        <source></source>
        <translation>Решения</translation>
    </message>
    <message id="handover.admitted">
        <source></source>
        <translation>Пропущено</translation>
    </message>
    <message id="handover.refused">
        <source></source>
        <translation>Отказано</translation>
    </message>
    <message id="handover.referred">
        <source></source>
        <translation>Передано инспектору</translation>
    </message>
    <message id="handover.people">
        <source></source>
        <translation>Люди</translation>
    </message>
    <message id="handover.entered">
        <source></source>
        <translation>Вошли</translation>
    </message>
    <message id="handover.left">
        <source></source>
        <translation>Вышли</translation>
    </message>
    <message id="handover.inside">
        <source></source>
        <translation>Сейчас внутри</translation>
    </message>
    <message id="handover.products">
        <source></source>
        <translation>По видам билетов</translation>
    </message>
    <message id="handover.none_product">
        <source></source>
        <translation>Без билета</translation>
    </message>
    <message id="handover.reasons">
        <source></source>
        <translation>Причины отказов</translation>
    </message>
    <message id="handover.overrides">
        <source></source>
        <translation>Решения инспекторов</translation>
    </message>
    <message id="handover.annulled">
        <source></source>
        <translation>Отменено записей</translation>
    </message>
    <message id="handover.corrected">
        <source></source>
        <translation>Исправлено записей</translation>
    </message>
    <message id="handover.exempt">
        <source></source>
        <translation>Бесплатный вход</translation>
    </message>
    <message id="handover.share">
        <source></source>
        <translation>{count} чел., доля {share}</translation>
    </message>
    <message id="handover.usual">
        <source></source>
        <translation>обычно {usual}</translation>
    </message>
    <message id="handover.unusual">
        <source></source>
        <translation>Втрое больше обычного</translation>
    </message>
    <message id="handover.passages">
        <source></source>
        <translation>Счётчик шлагбаума</translation>
    </message>
    <message id="handover.passages.line">
        <source></source>
        <translation>прошло {counted}, открыто {openings}, разница {difference}</translation>
    </message>
    <message id="handover.alarms">
        <source></source>
        <translation>Тревоги</translation>
    </message>
    <message id="handover.alarm.open">
        <source></source>
        <translation>не осмотрено</translation>
    </message>
    <message id="handover.alarm.seen">
        <source></source>
        <translation>осмотрено: {name}</translation>
    </message>
    <message id="handover.unsent">
        <source></source>
        <translation>Не отправлено записей</translation>
    </message>
    <message id="handover.faults">
        <source></source>
        <translation>Неисправности</translation>
    </message>
    <message id="handover.none">
        <source></source>
        <translation>нет</translation>
    </message>
    <message id="handover.gives">
        <source></source>
        <translation>Сдал: {name}</translation>
    </message>
    <message id="handover.takes">
        <source></source>
        <translation>Принял: {name}</translation>
    </message>
    <message id="alarm.door">
        <source></source>
        <translation>Дверца открыта</translation>
    </message>
    <message id="alarm.cable">
        <source></source>
        <translation>Кабель вынут</translation>
    </message>
    <message id="alarm.tilt">
        <source></source>
        <translation>Устройство сдвинули</translation>
    </message>
    <message id="alarm.moved">
        <source></source>
        <translation>Диск в другом устройстве</translation>
    </message>
    <message id="alarm.device_revoked">
        <source></source>
        <translation>Устройство отозвано</translation>
    </message>
    <message id="alarm.tailgating">
        <source></source>
        <translation>Прошли лишние</translation>
    </message>
    <message id="alarm.refusals">
        <source></source>
        <translation>Слишком много отказов по одной причине</translation>
    </message>
    <message id="alarm.kept_open">
        <source></source>
        <translation>Шлагбаум держат открытым</translation>
    </message>
    <message id="alarm.still_open">
        <source></source>
        <translation>Шлагбаум всё ещё открыт</translation>
    </message>
    <message id="alarm.set_back">
        <source></source>
        <translation>Шлагбаум снова работает</translation>
    </message>
    <message id="reason.title.acknowledge">
        <source></source>
        <translation>{alarm}. Что выяснилось?</translation>
    </message>
    <message id="alarm.unknown">
        <source></source>
        <translation>Неизвестная тревога</translation>
    </message>
    <message id="act.pulse">
        <source></source>
        <translation>Шлагбаум открыт</translation>
    </message>
    <message id="act.position">
        <source></source>
        <translation>Шлагбаум не открылся</translation>
    </message>
    <message id="act.annul">
        <source></source>
        <translation>Запись отменена</translation>
    </message>
    <message id="act.override">
        <source></source>
        <translation>Пропустил инспектор</translation>
    </message>
    <message id="act.correct">
        <source></source>
        <translation>Число людей исправлено</translation>
    </message>
    <message id="act.complete">
        <source></source>
        <translation>Служебный вход дооформлен</translation>
    </message>
    <message id="act.bags">
        <source></source>
        <translation>Посчитаны мешки мусора</translation>
    </message>
    <message id="act.open">
        <source></source>
        <translation>Открыто вручную</translation>
    </message>
    <message id="act.acknowledge">
        <source></source>
        <translation>Тревога осмотрена</translation>
    </message>
    <message id="act.erase">
        <source></source>
        <translation>Личные данные стёрты</translation>
    </message>
    <message id="act.left">
        <source></source>
        <translation>Отмечены как вышедшие</translation>
    </message>
    <message id="act.leader_called">
        <source></source>
        <translation>Звонок старшему группы</translation>
    </message>
    <message id="act.contact_called">
        <source></source>
        <translation>Звонок контактному лицу</translation>
    </message>
    <message id="act.rescue_called">
        <source></source>
        <translation>Сообщено в 112</translation>
    </message>
    <message id="act.unknown">
        <source></source>
        <translation>Неизвестное действие</translation>
    </message>
    <message id="incident.waste_dump">
        <source></source>
        <translation>Свалка</translation>
    </message>
    <message id="incident.fire">
        <source></source>
        <translation>Пожар</translation>
    </message>
    <message id="incident.injury">
        <source></source>
        <translation>Травма</translation>
    </message>
    <message id="incident.wildlife">
        <source></source>
        <translation>Дикое животное</translation>
    </message>
    <message id="incident.vandalism">
        <source></source>
        <translation>Порча имущества</translation>
    </message>
    <message id="incident.poaching">
        <source></source>
        <translation>Браконьерство</translation>
    </message>
    <message id="incident.blocked_road">
        <source></source>
        <translation>Дорога перекрыта</translation>
    </message>
    <message id="incident.flood">
        <source></source>
        <translation>Паводок</translation>
    </message>
    <message id="incident.other">
        <source></source>
        <translation>Другое</translation>
    </message>
    <message id="policy.ask_above_heads">
        <source></source>
        <translation>Спрашивать, если людей больше</translation>
    </message>
    <message id="policy.reentry_seconds">
        <source></source>
        <translation>Секунд до повторного входа</translation>
    </message>
    <message id="policy.grace_before_seconds">
        <source></source>
        <translation>Можно раньше, секунд</translation>
    </message>
    <message id="policy.grace_after_seconds">
        <source></source>
        <translation>Можно позже, секунд</translation>
    </message>
    <message id="policy.wrong_gate">
        <source></source>
        <translation>Билет другого КПП</translation>
    </message>
    <message id="policy.typed_code_alone">
        <source></source>
        <translation>Только набранный код</translation>
    </message>
    <message id="policy.ageing_after_days">
        <source></source>
        <translation>Через сколько дней данные стареют</translation>
    </message>
    <message id="policy.stale_after_days">
        <source></source>
        <translation>Через сколько дней данные устарели</translation>
    </message>
    <message id="policy.revocations_stale_after_days">
        <source></source>
        <translation>Сколько дней годен список отозванных</translation>
    </message>
    <message id="policy.stale_products">
        <source></source>
        <translation>Кого проверять при старых данных</translation>
    </message>
    <message id="policy.utc_offset_minutes">
        <source></source>
        <translation>Местное время, минут от UTC</translation>
    </message>
    <message id="policy.skew_seconds">
        <source></source>
        <translation>Расхождение часов, секунд</translation>
    </message>
    <message id="policy.claim_timeout_milliseconds">
        <source></source>
        <translation>Ждать соседнюю полосу, миллисекунд</translation>
    </message>
    <message id="policy.overdue_after_minutes">
        <source></source>
        <translation>Звонить старшему через, минут</translation>
    </message>
    <message id="policy.contact_after_minutes">
        <source></source>
        <translation>Звонить контакту через, минут</translation>
    </message>
    <message id="policy.contact_keep_days">
        <source></source>
        <translation>Сколько дней хранить контакт</translation>
    </message>
    <message id="policy.entries_keep_days">
        <source></source>
        <translation>Сколько дней хранить записи</translation>
    </message>
    <message id="policy.holder_check_percent">
        <source></source>
        <translation>Проверка владельца, процентов</translation>
    </message>
    <message id="policy.fast_lanes">
        <source></source>
        <translation>Быстрые полосы</translation>
    </message>
    <message id="policy.keep_open_reminder_minutes">
        <source></source>
        <translation>Напоминать об открытом шлагбауме, минут</translation>
    </message>
    <message id="policy.claims">
        <source></source>
        <translation>Оплата без билета</translation>
    </message>
    <message id="policy.overrides_per_day">
        <source></source>
        <translation>Обычное число решений в день</translation>
    </message>
    <message id="card.title">
        <source></source>
        <translation>Карта готовности</translation>
    </message>
    <message id="card.ready">
        <source></source>
        <translation>Готово до {time}</translation>
    </message>
    <message id="card.ready.always">
        <source></source>
        <translation>Готово</translation>
    </message>
    <message id="card.not_ready">
        <source></source>
        <translation>К открытию не готово</translation>
    </message>
    <message id="card.data">
        <source></source>
        <translation>Правила и данные</translation>
    </message>
    <message id="card.revocations">
        <source></source>
        <translation>Список отозванных билетов</translation>
    </message>
    <message id="card.permits">
        <source></source>
        <translation>Список билетов</translation>
    </message>
    <message id="card.clock">
        <source></source>
        <translation>Часы</translation>
    </message>
    <message id="card.disk">
        <source></source>
        <translation>Место на диске</translation>
    </message>
    <message id="card.journal">
        <source></source>
        <translation>Журнал</translation>
    </message>
    <message id="card.barrier">
        <source></source>
        <translation>Шлагбаум</translation>
    </message>
    <message id="card.camera">
        <source></source>
        <translation>Камера</translation>
    </message>
    <message id="card.paper">
        <source></source>
        <translation>Бумажный режим</translation>
    </message>
    <message id="card.unsent">
        <source></source>
        <translation>Не отправлено записей</translation>
    </message>
    <message id="card.alarms">
        <source></source>
        <translation>Открытые тревоги</translation>
    </message>
    <message id="card.ok">
        <source></source>
        <translation>в порядке</translation>
    </message>
    <message id="card.attention">
        <source></source>
        <translation>обратите внимание</translation>
    </message>
    <message id="card.bad">
        <source></source>
        <translation>так не открывать</translation>
    </message>
    <message id="card.do.data">
        <source></source>
        <translation>Подключите сеть и выполните обмен.</translation>
    </message>
    <message id="card.do.revocations">
        <source></source>
        <translation>Подключите сеть и выполните обмен.</translation>
    </message>
    <message id="card.do.permits">
        <source></source>
        <translation>Билеты проверяются по подписи. Выполните обмен.</translation>
    </message>
    <message id="card.do.clock">
        <source></source>
        <translation>Установите время на странице инспектора.</translation>
    </message>
    <message id="card.do.disk">
        <source></source>
        <translation>Удалите с диска чужие файлы.</translation>
    </message>
    <message id="card.do.journal">
        <source></source>
        <translation>Вызовите сервис.</translation>
    </message>
    <message id="card.do.barrier">
        <source></source>
        <translation>Открывайте вручную и вызовите сервис.</translation>
    </message>
    <message id="card.do.camera">
        <source></source>
        <translation>Код можно набрать. Проверьте камеру.</translation>
    </message>
    <message id="card.do.paper">
        <source></source>
        <translation>Вставьте флешку или освободите её.</translation>
    </message>
    <message id="card.do.unsent">
        <source></source>
        <translation>Подключите сеть.</translation>
    </message>
    <message id="card.do.alarms">
        <source></source>
        <translation>Осмотрите и подтвердите на странице инспектора.</translation>
    </message>
    <message id="paper.inside">
        <source></source>
        <translation>Сейчас внутри</translation>
    </message>
    <message id="paper.inside.count">
        <source></source>
        <translation>Людей: {heads}, групп: {parties}</translation>
    </message>
    <message id="paper.today">
        <source></source>
        <translation>Билеты на сегодня</translation>
    </message>
    <message id="paper.today.count">
        <source></source>
        <translation>Билетов: {count}</translation>
    </message>
    <message id="paper.more">
        <source></source>
        <translation>Здесь только первые {count}</translation>
    </message>
    <message id="paper.slips">
        <source></source>
        <translation>Пустые талоны</translation>
    </message>
    <message id="strip.repeated">
        <source></source>
        <translation>Повторная печать: первый раз лист мог выйти не целиком</translation>
    </message>
    <message id="strip.trial">
        <source></source>
        <translation>Проверка принтера</translation>
    </message>
    <message id="paper.made">
        <source></source>
        <translation>Составлено: {time}</translation>
    </message>
    <message id="paper.since">
        <source></source>
        <translation>с {time}</translation>
    </message>
    <message id="paper.due">
        <source></source>
        <translation>ждём до {time}</translation>
    </message>
    <message id="paper.slip">
        <source></source>
        <translation>№ {number}
Время, номер машины, сколько человек:


Подпись:</translation>
    </message>
    <message id="check.payment">
        <source></source>
        <translation>Код для оплаты</translation>
    </message>
    <message id="check.wifi">
        <source></source>
        <translation>Код Wi-Fi</translation>
    </message>
    <message id="check.link">
        <source></source>
        <translation>Ссылка на сайт</translation>
    </message>
    <message id="check.other">
        <source></source>
        <translation>Другой код</translation>
    </message>
    <message id="check.version">
        <source></source>
        <translation>Другая версия билета</translation>
    </message>
    <message id="check.length">
        <source></source>
        <translation>Код слишком длинный</translation>
    </message>
    <message id="check.base45">
        <source></source>
        <translation>Лишние знаки в коде</translation>
    </message>
    <message id="check.cbor">
        <source></source>
        <translation>Код обрывается</translation>
    </message>
    <message id="check.trailing">
        <source></source>
        <translation>Лишнее после конца кода</translation>
    </message>
    <message id="check.long_form">
        <source></source>
        <translation>Число записано длиннее нужного</translation>
    </message>
    <message id="check.key_order">
        <source></source>
        <translation>Поля не по порядку</translation>
    </message>
    <message id="check.key_twice">
        <source></source>
        <translation>Поле указано дважды</translation>
    </message>
    <message id="check.key_kind">
        <source></source>
        <translation>Имя поля не того вида</translation>
    </message>
    <message id="check.indefinite">
        <source></source>
        <translation>Длина не указана</translation>
    </message>
    <message id="check.depth">
        <source></source>
        <translation>Слишком глубокая вложенность</translation>
    </message>
    <message id="check.tag">
        <source></source>
        <translation>Посторонний тег</translation>
    </message>
    <message id="check.simple">
        <source></source>
        <translation>Пустое или логическое значение</translation>
    </message>
    <message id="check.float">
        <source></source>
        <translation>Дробное число</translation>
    </message>
    <message id="check.integer">
        <source></source>
        <translation>Число вне пределов</translation>
    </message>
    <message id="check.not_ascii">
        <source></source>
        <translation>Посторонние буквы</translation>
    </message>
    <message id="check.outer">
        <source></source>
        <translation>Строение билета другое</translation>
    </message>
    <message id="check.protected">
        <source></source>
        <translation>Заголовок билета другой</translation>
    </message>
    <message id="check.payload">
        <source></source>
        <translation>Строение содержимого другое</translation>
    </message>
    <message id="check.payload_key">
        <source></source>
        <translation>Неизвестное поле в содержимом</translation>
    </message>
    <message id="check.payload_missing">
        <source></source>
        <translation>Не хватает поля в содержимом</translation>
    </message>
    <message id="check.payload_value">
        <source></source>
        <translation>Недопустимое значение поля</translation>
    </message>
    <message id="check.kid">
        <source></source>
        <translation>Ключа нет на этом устройстве</translation>
    </message>
    <message id="check.algorithm">
        <source></source>
        <translation>Алгоритм не этого ключа</translation>
    </message>
    <message id="check.signature">
        <source></source>
        <translation>Подпись не от этого билета</translation>
    </message>
    <message id="check.key.revoked">
        <source></source>
        <translation>Ключ отозван</translation>
    </message>
    <message id="check.key.not_listed">
        <source></source>
        <translation>Билета нет в списке допуска</translation>
    </message>
    <message id="check.key.signed_outside_window">
        <source></source>
        <translation>Подписан вне срока ключа</translation>
    </message>
    <message id="check.key.past_verify_until">
        <source></source>
        <translation>Срок ключа истёк</translation>
    </message>
    <message id="check.key.park">
        <source></source>
        <translation>Ключ другого парка</translation>
    </message>
    <message id="check.key.product">
        <source></source>
        <translation>Ключ для других билетов</translation>
    </message>
    <message id="check.key.too_long">
        <source></source>
        <translation>Срок больше, чем даёт ключ</translation>
    </message>
    <message id="clock.now">
        <source></source>
        <translation>Время устройства: {time}. Если оно неверно, введите день, месяц, год и время.</translation>
    </message>
    <message id="count.adults" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;взрослый</numerusform>
            <numerusform>%n&#xa0;взрослых</numerusform>
            <numerusform>%n&#xa0;взрослых</numerusform>
        </translation>
    </message>
    <message id="count.children" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;ребёнок</numerusform>
            <numerusform>%n&#xa0;ребёнка</numerusform>
            <numerusform>%n&#xa0;детей</numerusform>
        </translation>
    </message>
    <message id="count.preferential" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;льготный билет</numerusform>
            <numerusform>%n&#xa0;льготных билета</numerusform>
            <numerusform>%n&#xa0;льготных билетов</numerusform>
        </translation>
    </message>
    <message id="count.preschool" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;дошкольник</numerusform>
            <numerusform>%n&#xa0;дошкольника</numerusform>
            <numerusform>%n&#xa0;дошкольников</numerusform>
        </translation>
    </message>
    <message id="count.other" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;посетитель</numerusform>
            <numerusform>%n&#xa0;посетителя</numerusform>
            <numerusform>%n&#xa0;посетителей</numerusform>
        </translation>
    </message>
    <message id="count.people" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;человек</numerusform>
            <numerusform>%n&#xa0;человека</numerusform>
            <numerusform>%n&#xa0;человек</numerusform>
        </translation>
    </message>
    <message id="count.minutes" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;минута</numerusform>
            <numerusform>%n&#xa0;минуты</numerusform>
            <numerusform>%n&#xa0;минут</numerusform>
        </translation>
    </message>
    <message id="count.records" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;запись</numerusform>
            <numerusform>%n&#xa0;записи</numerusform>
            <numerusform>%n&#xa0;записей</numerusform>
        </translation>
    </message>
    <message id="count.none">
        <source></source>
        <translation>нет</translation>
    </message>
    <message id="day.today">
        <source></source>
        <translation>сегодня</translation>
    </message>
    <message id="day.yesterday">
        <source></source>
        <translation>вчера</translation>
    </message>
    <message id="day.tomorrow">
        <source></source>
        <translation>завтра</translation>
    </message>
    <message id="day.on">
        <source></source>
        <translation>{date}</translation>
    </message>
    <message id="date.short">
        <source></source>
        <translation>{d}&#xa0;{month}</translation>
    </message>
    <message id="date.long">
        <source></source>
        <translation>{d}&#xa0;{month} {y}&#xa0;г.</translation>
    </message>
    <message id="date.header">
        <source></source>
        <translation>{date}, {weekday}</translation>
    </message>
    <message id="date.time">
        <source></source>
        <translation>{date}, {time}</translation>
    </message>
    <message id="month.1">
        <source></source>
        <translation>января</translation>
    </message>
    <message id="month.2">
        <source></source>
        <translation>февраля</translation>
    </message>
    <message id="month.3">
        <source></source>
        <translation>марта</translation>
    </message>
    <message id="month.4">
        <source></source>
        <translation>апреля</translation>
    </message>
    <message id="month.5">
        <source></source>
        <translation>мая</translation>
    </message>
    <message id="month.6">
        <source></source>
        <translation>июня</translation>
    </message>
    <message id="month.7">
        <source></source>
        <translation>июля</translation>
    </message>
    <message id="month.8">
        <source></source>
        <translation>августа</translation>
    </message>
    <message id="month.9">
        <source></source>
        <translation>сентября</translation>
    </message>
    <message id="month.10">
        <source></source>
        <translation>октября</translation>
    </message>
    <message id="month.11">
        <source></source>
        <translation>ноября</translation>
    </message>
    <message id="month.12">
        <source></source>
        <translation>декабря</translation>
    </message>
    <message id="weekday.1">
        <source></source>
        <translation>пн</translation>
    </message>
    <message id="weekday.2">
        <source></source>
        <translation>вт</translation>
    </message>
    <message id="weekday.3">
        <source></source>
        <translation>ср</translation>
    </message>
    <message id="weekday.4">
        <source></source>
        <translation>чт</translation>
    </message>
    <message id="weekday.5">
        <source></source>
        <translation>пт</translation>
    </message>
    <message id="weekday.6">
        <source></source>
        <translation>сб</translation>
    </message>
    <message id="weekday.7">
        <source></source>
        <translation>вс</translation>
    </message>
    <message id="ready.headline">
        <source></source>
        <translation>Покажите QR-код билета камере</translation>
    </message>
    <message id="ready.hint">
        <source></source>
        <translation>Держите телефон в 15–20&#xa0;см. Сделайте экран ярче.</translation>
    </message>
    <message id="ready.here">
        <source></source>
        <translation>Держите телефон здесь</translation>
    </message>
    <message id="ready.no_camera">
        <source></source>
        <translation>Камера не работает: сканер или код вручную</translation>
    </message>
    <message id="ready.no_eye">
        <source></source>
        <translation>Камера не работает: код вручную</translation>
    </message>
    <message id="ready.called">
        <source></source>
        <translation>Инспектор вызван: {time}</translation>
    </message>
    <message id="hint.still">
        <source></source>
        <translation>Не двигайте телефон</translation>
    </message>
    <message id="hint.one_code">
        <source></source>
        <translation>Покажите только один код</translation>
    </message>
    <message id="hint.glare">
        <source></source>
        <translation>Наклоните чуть-чуть: мешает блик</translation>
    </message>
    <message id="hint.closer">
        <source></source>
        <translation>Поднесите ближе</translation>
    </message>
    <message id="hint.whole">
        <source></source>
        <translation>Код должен быть виден целиком</translation>
    </message>
    <message id="hint.brighter">
        <source></source>
        <translation>Сделайте экран ярче</translation>
    </message>
    <message id="button.code">
        <source></source>
        <translation>Набрать код</translation>
    </message>
    <message id="button.call">
        <source></source>
        <translation>Позвать инспектора</translation>
    </message>
    <message id="button.ranger">
        <source></source>
        <translation>Для инспектора</translation>
    </message>
    <message id="button.back">
        <source></source>
        <translation>Назад</translation>
    </message>
    <message id="button.confirm">
        <source></source>
        <translation>Подтвердить</translation>
    </message>
    <message id="link.on">
        <source></source>
        <translation>Связь есть</translation>
    </message>
    <message id="link.off">
        <source></source>
        <translation>Связи нет</translation>
    </message>
    <message id="link.off.here">
        <source></source>
        <translation>билеты проверяются на этом устройстве</translation>
    </message>
    <message id="age.now">
        <source></source>
        <translation>проверено только что</translation>
    </message>
    <message id="age.never">
        <source></source>
        <translation>данные ещё не получены</translation>
    </message>
    <message id="age.minutes" numerus="yes">
        <source></source>
        <translation>
            <numerusform>проверено %n&#xa0;минуту назад</numerusform>
            <numerusform>проверено %n&#xa0;минуты назад</numerusform>
            <numerusform>проверено %n&#xa0;минут назад</numerusform>
        </translation>
    </message>
    <message id="age.hours" numerus="yes">
        <source></source>
        <translation>
            <numerusform>проверено %n&#xa0;час назад</numerusform>
            <numerusform>проверено %n&#xa0;часа назад</numerusform>
            <numerusform>проверено %n&#xa0;часов назад</numerusform>
        </translation>
    </message>
    <message id="age.days" numerus="yes">
        <source></source>
        <translation>
            <numerusform>нет связи %n&#xa0;день</numerusform>
            <numerusform>нет связи %n&#xa0;дня</numerusform>
            <numerusform>нет связи %n&#xa0;дней</numerusform>
        </translation>
    </message>
    <message id="ago.now">
        <source></source>
        <translation>только что</translation>
    </message>
    <message id="ago.never">
        <source></source>
        <translation>ещё не было</translation>
    </message>
    <message id="ago.minutes" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;минуту назад</numerusform>
            <numerusform>%n&#xa0;минуты назад</numerusform>
            <numerusform>%n&#xa0;минут назад</numerusform>
        </translation>
    </message>
    <message id="ago.hours" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;час назад</numerusform>
            <numerusform>%n&#xa0;часа назад</numerusform>
            <numerusform>%n&#xa0;часов назад</numerusform>
        </translation>
    </message>
    <message id="ago.days" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;день назад</numerusform>
            <numerusform>%n&#xa0;дня назад</numerusform>
            <numerusform>%n&#xa0;дней назад</numerusform>
        </translation>
    </message>
    <message id="staleness.ageing">
        <source></source>
        <translation>данные стареют</translation>
    </message>
    <message id="staleness.stale">
        <source></source>
        <translation>данные устарели</translation>
    </message>
    <message id="revocations.stale">
        <source></source>
        <translation>список отменённых билетов устарел</translation>
    </message>
    <message id="clock.suspect">
        <source></source>
        <translation>Часы под вопросом</translation>
    </message>
    <message id="fault.journal_renewed">
        <source></source>
        <translation>Записи повреждены, начат новый журнал</translation>
    </message>
    <message id="fault.disk_full">
        <source></source>
        <translation>Диск заполнен</translation>
    </message>
    <message id="fault.disk_read_only">
        <source></source>
        <translation>Запись на диск невозможна</translation>
    </message>
    <message id="fault.disk_failed">
        <source></source>
        <translation>Диск неисправен</translation>
    </message>
    <message id="fault.disk_moved">
        <source></source>
        <translation>Диск из другого устройства</translation>
    </message>
    <message id="fault.replica_damaged">
        <source></source>
        <translation>Список билетов повреждён, загружается заново</translation>
    </message>
    <message id="next.visitor">
        <source></source>
        <translation>Следующий уже может показать билет</translation>
    </message>
    <message id="next.aside">
        <source></source>
        <translation>Отойдите в сторону и подождите. Следующий может проходить.</translation>
    </message>
    <message id="limits">
        <source></source>
        <translation>Проверено здесь; другие КПП: на {time}</translation>
    </message>
    <message id="limits.none">
        <source></source>
        <translation>Проверено здесь; данных о других КПП нет</translation>
    </message>
    <message id="card.party">
        <source></source>
        <translation>Проходят</translation>
    </message>
    <message id="card.leaving">
        <source></source>
        <translation>Выходят</translation>
    </message>
    <message id="card.onticket">
        <source></source>
        <translation>В билете</translation>
    </message>
    <message id="card.ticket">
        <source></source>
        <translation>Билет</translation>
    </message>
    <message id="card.until">
        <source></source>
        <translation>Действует до</translation>
    </message>
    <message id="card.called">
        <source></source>
        <translation>Вызван</translation>
    </message>
    <message id="unit.second">
        <source></source>
        <translation>с</translation>
    </message>
    <message id="question.heads">
        <source></source>
        <translation>Сколько человек проходит сейчас?</translation>
    </message>
    <message id="question.heads.exit">
        <source></source>
        <translation>Сколько человек выходит сейчас?</translation>
    </message>
    <message id="question.group">
        <source></source>
        <translation>групповой билет …⁠{tail}</translation>
    </message>
    <message id="question.left">
        <source></source>
        <translation>Осталось по билету: {left}</translation>
    </message>
    <message id="question.inside">
        <source></source>
        <translation>В парке: {left}</translation>
    </message>
    <message id="question.total">
        <source></source>
        <translation>Всего в группе: {count}</translation>
    </message>
    <message id="question.rowleft">
        <source></source>
        <translation>Осталось: {left}</translation>
    </message>
    <message id="question.of">
        <source></source>
        <translation>{count} из {total}</translation>
    </message>
    <message id="question.confirm" numerus="yes">
        <source></source>
        <translation>
            <numerusform>Проходит %n&#xa0;человек</numerusform>
            <numerusform>Проходят %n&#xa0;человека</numerusform>
            <numerusform>Проходят %n&#xa0;человек</numerusform>
        </translation>
    </message>
    <message id="question.confirm.exit" numerus="yes">
        <source></source>
        <translation>
            <numerusform>Выходит %n&#xa0;человек</numerusform>
            <numerusform>Выходят %n&#xa0;человека</numerusform>
            <numerusform>Выходят %n&#xa0;человек</numerusform>
        </translation>
    </message>
    <message id="question.plate.type">
        <source></source>
        <translation>Набрать номер машины</translation>
    </message>
    <message id="question.holder.type">
        <source></source>
        <translation>Набрать номер документа</translation>
    </message>
    <message id="question.second_look.done">
        <source></source>
        <translation>Коллега посмотрел</translation>
    </message>
    <message id="question.nobody">
        <source></source>
        <translation>Укажите число людей</translation>
    </message>
    <message id="question.warning">
        <source></source>
        <translation>Предупреждение: {advisory}</translation>
    </message>
    <message id="question.warning.title">
        <source></source>
        <translation>Обратите внимание</translation>
    </message>
    <message id="question.seen">
        <source></source>
        <translation>Прочитано</translation>
    </message>
    <message id="question.guide">
        <source></source>
        <translation>Кто ваш гид?</translation>
    </message>
    <message id="question.guide.why">
        <source></source>
        <translation>На этом маршруте нужен гид или проводник.</translation>
    </message>
    <message id="question.plate.why">
        <source></source>
        <translation>Инспектор, посмотрите на номер машины и наберите его здесь. Он сверяется с билетом.</translation>
    </message>
    <message id="question.holder.why">
        <source></source>
        <translation>Инспектор, посмотрите документ и наберите здесь его номер. Он сверяется с билетом; копию не снимаем.</translation>
    </message>
    <message id="question.second_look.why">
        <source></source>
        <translation>Инспектор, попросите коллегу тоже посмотреть и продолжайте.</translation>
    </message>
    <message id="question.plate.placeholder">
        <source></source>
        <translation>Номер машины</translation>
    </message>
    <message id="question.holder.placeholder">
        <source></source>
        <translation>Номер документа</translation>
    </message>
    <message id="question.guide.name">
        <source></source>
        <translation>Набрать имя гида</translation>
    </message>
    <message id="question.guide.placeholder">
        <source></source>
        <translation>Имя гида</translation>
    </message>
    <message id="question.plate">
        <source></source>
        <translation>Сверка номера машины</translation>
    </message>
    <message id="question.holder">
        <source></source>
        <translation>Сверка документа</translation>
    </message>
    <message id="question.second_look">
        <source></source>
        <translation>Второй осмотр</translation>
    </message>
    <message id="category.adults">
        <source></source>
        <translation>Взрослые</translation>
    </message>
    <message id="category.children">
        <source></source>
        <translation>Дети</translation>
    </message>
    <message id="category.preferential">
        <source></source>
        <translation>Льготный билет</translation>
    </message>
    <message id="category.preschool">
        <source></source>
        <translation>Дошкольники</translation>
    </message>
    <message id="category.other">
        <source></source>
        <translation>Другие посетители</translation>
    </message>
    <message id="code.title">
        <source></source>
        <translation>Наберите код билета</translation>
    </message>
    <message id="code.hint">
        <source></source>
        <translation>Код — под QR-кодом, 10 знаков. 0, O, 1, I не бывает.</translation>
    </message>
    <message id="code.more" numerus="yes">
        <source></source>
        <translation>
            <numerusform>ещё %n</numerusform>
            <numerusform>ещё %n</numerusform>
            <numerusform>ещё %n</numerusform>
        </translation>
    </message>
    <message id="code.wrong">
        <source></source>
        <translation>Код не сходится. Сверьте с билетом и наберите ещё раз.</translation>
    </message>
    <message id="code.wait">
        <source></source>
        <translation>Слишком много попыток. Повторите через минуту.</translation>
    </message>
    <message id="key.delete">
        <source></source>
        <translation>Стереть</translation>
    </message>
    <message id="key.call">
        <source></source>
        <translation>Позвать</translation>
    </message>
    <message id="key.done">
        <source></source>
        <translation>Готово</translation>
    </message>
    <message id="key.space">
        <source></source>
        <translation>Пробел</translation>
    </message>
    <message id="pin.title">
        <source></source>
        <translation>Введите PIN-код</translation>
    </message>
    <message id="pin.subtitle">
        <source></source>
        <translation>вход для инспектора</translation>
    </message>
    <message id="pin.why">
        <source></source>
        <translation>Здесь последние решения, отмена записей и решение инспектора.</translation>
    </message>
    <message id="pin.left">
        <source></source>
        <translation>Осталось попыток: {count}</translation>
    </message>
    <message id="pin.rule">
        <source></source>
        <translation>После 5 неверных попыток — пауза 1 минута.</translation>
    </message>
    <message id="pin.wrong">
        <source></source>
        <translation>PIN не подошёл</translation>
    </message>
    <message id="pin.locked">
        <source></source>
        <translation>Подождите: {count} с</translation>
    </message>
    <message id="pin.unset">
        <source></source>
        <translation>PIN на этом устройстве не задан.</translation>
    </message>
    <message id="pin.enter">
        <source></source>
        <translation>Войти</translation>
    </message>
    <message id="pin.whose">
        <source></source>
        <translation>Входит: {name}. Никому не сообщайте свой PIN-код.</translation>
    </message>
    <message id="pin.choose">
        <source></source>
        <translation>Придумайте PIN-код</translation>
    </message>
    <message id="pin.repeat">
        <source></source>
        <translation>Введите ещё раз</translation>
    </message>
    <message id="pin.advice">
        <source></source>
        <translation>Шесть цифр, которые никто не попробует первыми: не 123456, не дата, без повторов.</translation>
    </message>
    <message id="pin.trivial">
        <source></source>
        <translation>Слишком легко угадать. Придумайте другой.</translation>
    </message>
    <message id="pin.differs">
        <source></source>
        <translation>PIN-коды не совпали. Начните заново.</translation>
    </message>
    <message id="pin.checking">
        <source></source>
        <translation>Проверяется…</translation>
    </message>
    <message id="pin.new_code">
        <source></source>
        <translation>Новый код</translation>
    </message>
    <message id="pin.rule.person">
        <source></source>
        <translation>После каждых 5 ошибок наступает пауза, с каждым разом дольше.</translation>
    </message>
    <message id="pin.locked.minutes">
        <source></source>
        <translation>Подождите: {count} мин</translation>
    </message>
    <message id="activate.title">
        <source></source>
        <translation>Код активации</translation>
    </message>
    <message id="activate.hint">
        <source></source>
        <translation>{name}: шестнадцать букв и цифр, которые выдала администрация.</translation>
    </message>
    <message id="activate.wrong">
        <source></source>
        <translation>Код не подошёл. Сверьте каждую букву.</translation>
    </message>
    <message id="activate.slip">
        <source></source>
        <translation>В коде опечатка. Сверьте каждую букву.</translation>
    </message>
    <message id="activate.none">
        <source></source>
        <translation>Для вас здесь нет действующего кода. Попросите новый у администрации.</translation>
    </message>
    <message id="pin.locked.hours">
        <source></source>
        <translation>Подождите: {count} ч</translation>
    </message>
    <message id="role.ranger">
        <source></source>
        <translation>инспектор</translation>
    </message>
    <message id="role.senior">
        <source></source>
        <translation>старший инспектор</translation>
    </message>
    <message id="role.administrator">
        <source></source>
        <translation>администратор</translation>
    </message>
    <message id="ranger.denied">
        <source></source>
        <translation>Это не входит в вашу роль. Обратитесь: {roles}</translation>
    </message>
    <message id="ranger.sync">
        <source></source>
        <translation>Обмен</translation>
    </message>
    <message id="ranger.unsent">
        <source></source>
        <translation>К отправке</translation>
    </message>
    <message id="ranger.overrides">
        <source></source>
        <translation>Решения за день</translation>
    </message>
    <message id="ranger.inside">
        <source></source>
        <translation>Внутри</translation>
    </message>
    <message id="ranger.counting">
        <source></source>
        <translation>подсчёт…</translation>
    </message>
    <message id="ranger.inside.late">
        <source></source>
        <translation>{count} · опаздывают {late}</translation>
    </message>
    <message id="ranger.lock">
        <source></source>
        <translation>Заблокировать</translation>
    </message>
    <message id="ranger.syncnow">
        <source></source>
        <translation>Обмен данными</translation>
    </message>
    <message id="ranger.syncing">
        <source></source>
        <translation>Идёт обмен</translation>
    </message>
    <message id="ranger.direction">
        <source></source>
        <translation>Направление: {direction}</translation>
    </message>
    <message id="ranger.code">
        <source></source>
        <translation>Набрать код</translation>
    </message>
    <message id="ranger.ready">
        <source></source>
        <translation>К экрану посетителя</translation>
    </message>
    <message id="ranger.empty">
        <source></source>
        <translation>Решений сегодня ещё нет</translation>
    </message>
    <message id="ranger.sought">
        <source></source>
        <translation>пропал человек</translation>
    </message>
    <message id="ranger.notturned">
        <source></source>
        <translation>турникет не повернулся</translation>
    </message>
    <message id="ranger.annul">
        <source></source>
        <translation>Аннулировать</translation>
    </message>
    <message id="ranger.letin">
        <source></source>
        <translation>Пропустить</translation>
    </message>
    <message id="ranger.keep_open">
        <source></source>
        <translation>Держать шлагбаум открытым</translation>
    </message>
    <message id="ranger.kept_open">
        <source></source>
        <translation>Шлагбаум открыт с {time}. Закрыть</translation>
    </message>
    <message id="ranger.decide">
        <source></source>
        <translation>Решить</translation>
    </message>
    <message id="ranger.annulled">
        <source></source>
        <translation>аннулировано</translation>
    </message>
    <message id="ranger.overridden">
        <source></source>
        <translation>пропущено инспектором</translation>
    </message>
    <message id="ranger.waiting">
        <source></source>
        <translation>Ждут: {count}&#xa0;мин</translation>
    </message>
    <message id="ranger.answer">
        <source></source>
        <translation>Иду</translation>
    </message>
    <message id="ranger.newer">
        <source></source>
        <translation>Новее</translation>
    </message>
    <message id="ranger.older">
        <source></source>
        <translation>Старее</translation>
    </message>
    <message id="ranger.done">
        <source></source>
        <translation>Готово</translation>
    </message>
    <message id="ranger.failed">
        <source></source>
        <translation>Не получилось. Повторите или проверьте устройство.</translation>
    </message>
    <message id="reason.title.override">
        <source></source>
        <translation>Почему пропускаете?</translation>
    </message>
    <message id="reason.title.annul">
        <source></source>
        <translation>Почему аннулируете?</translation>
    </message>
    <message id="reason.title.keep_open">
        <source></source>
        <translation>Почему шлагбаум остаётся открытым?</translation>
    </message>
    <message id="reason.title.set_back">
        <source></source>
        <translation>Почему он снова закрывается?</translation>
    </message>
    <message id="ranger.question">
        <source></source>
        <translation>Посетитель должен ответить: показать вопрос</translation>
    </message>
    <message id="ranger.visitor">
        <source></source>
        <translation>Ждёт посетитель</translation>
    </message>
    <message id="staff.title">
        <source></source>
        <translation>Выберите своё имя</translation>
    </message>
    <message id="staff.none">
        <source></source>
        <translation>Меня нет в списке</translation>
    </message>
    <message id="staff.more">
        <source></source>
        <translation>Другие</translation>
    </message>
    <message id="setup.title">
        <source></source>
        <translation>Это устройство ещё не зарегистрировано</translation>
    </message>
    <message id="setup.registry">
        <source></source>
        <translation>1. В реестре создайте одноразовый код:</translation>
    </message>
    <message id="setup.here">
        <source></source>
        <translation>2. На этом устройстве выполните:</translation>
    </message>
    <message id="setup.then">
        <source></source>
        <translation>После этого экран откроется сам.</translation>
    </message>
    <message id="why.document_seen">
        <source></source>
        <translation>Документ показан</translation>
    </message>
    <message id="why.receipt_seen">
        <source></source>
        <translation>Показан чек об оплате</translation>
    </message>
    <message id="why.unreadable">
        <source></source>
        <translation>Билет не читается</translation>
    </message>
    <message id="why.same_party">
        <source></source>
        <translation>Группа уже внутри</translation>
    </message>
    <message id="why.kiosk_fault">
        <source></source>
        <translation>Сбой устройства</translation>
    </message>
    <message id="why.emergency">
        <source></source>
        <translation>Экстренный случай</translation>
    </message>
    <message id="why.not_passed">
        <source></source>
        <translation>Не прошли</translation>
    </message>
    <message id="why.wrong_ticket">
        <source></source>
        <translation>Показан не тот билет</translation>
    </message>
    <message id="why.wrong_heads">
        <source></source>
        <translation>Другое число людей</translation>
    </message>
    <message id="why.test">
        <source></source>
        <translation>Проверка</translation>
    </message>
    <message id="why.fire">
        <source></source>
        <translation>Пожар</translation>
    </message>
    <message id="why.queue">
        <source></source>
        <translation>Большая очередь</translation>
    </message>
    <message id="why.over">
        <source></source>
        <translation>Всё снова в порядке</translation>
    </message>
    <message id="why.mistake">
        <source></source>
        <translation>Открыт по ошибке</translation>
    </message>
    <message id="why.other">
        <source></source>
        <translation>Другая причина: набрать</translation>
    </message>
    <message id="why.heads">
        <source></source>
        <translation>Число людей</translation>
    </message>
    <message id="why.heads.kept">
        <source></source>
        <translation>по билету</translation>
    </message>
    <message id="why.placeholder">
        <source></source>
        <translation>Наберите причину</translation>
    </message>
    <message id="barrier.closed">
        <source></source>
        <translation>Шлагбаум закрыт</translation>
    </message>
    <message id="barrier.open">
        <source></source>
        <translation>Шлагбаум открыт</translation>
    </message>
    <message id="barrier.held">
        <source></source>
        <translation>Шлагбаум держат открытым</translation>
    </message>
    <message id="barrier.faulted">
        <source></source>
        <translation>Шлагбаум неисправен</translation>
    </message>
    <message id="reason.wrong_gate.no_map">
        <source></source>
        <translation>Это билет для другого входа: {gate}. ▸ Подойдите к инспектору.</translation>
    </message>
    <message id="clock.title">
        <source></source>
        <translation>Который сейчас час?</translation>
    </message>
    <message id="clock.wrong">
        <source></source>
        <translation>Такой даты или времени нет.</translation>
    </message>
    <message id="clock.over">
        <source></source>
        <translation>Это время уже прошло. Проверьте дату.</translation>
    </message>
    <message id="clock.set">
        <source></source>
        <translation>Установить</translation>
    </message>
    <message id="devices.title">
        <source></source>
        <translation>Состояние устройств</translation>
    </message>
    <message id="devices.well">
        <source></source>
        <translation>Всё работает</translation>
    </message>
    <message id="devices.minutes">
        <source></source>
        <translation>{count}&#xa0;мин</translation>
    </message>
    <message id="ranger.devices">
        <source></source>
        <translation>Устройства</translation>
    </message>
    <message id="device.camera">
        <source></source>
        <translation>Камера</translation>
    </message>
    <message id="device.decoder">
        <source></source>
        <translation>Чтение кодов</translation>
    </message>
    <message id="device.scanner">
        <source></source>
        <translation>Сканер</translation>
    </message>
    <message id="device.barrier">
        <source></source>
        <translation>Шлагбаум</translation>
    </message>
    <message id="device.printer">
        <source></source>
        <translation>Принтер</translation>
    </message>
    <message id="device.sound">
        <source></source>
        <translation>Звук</translation>
    </message>
    <message id="device.screen">
        <source></source>
        <translation>Экран</translation>
    </message>
    <message id="device.power">
        <source></source>
        <translation>Питание</translation>
    </message>
    <message id="device.climate">
        <source></source>
        <translation>Температура</translation>
    </message>
    <message id="device.modem">
        <source></source>
        <translation>Модем</translation>
    </message>
    <message id="device.door">
        <source></source>
        <translation>Дверца</translation>
    </message>
    <message id="device.registry">
        <source></source>
        <translation>Реестр</translation>
    </message>
    <message id="trouble.camera_missing">
        <source></source>
        <translation>Камера не найдена</translation>
    </message>
    <message id="trouble.camera_missing.do">
        <source></source>
        <translation>Подключите её. Сканер и набор кода работают.</translation>
    </message>
    <message id="trouble.camera_silent">
        <source></source>
        <translation>Камера не даёт картинки</translation>
    </message>
    <message id="trouble.camera_silent.do">
        <source></source>
        <translation>Отключите её и подключите снова.</translation>
    </message>
    <message id="trouble.camera_broken">
        <source></source>
        <translation>Камера остановилась</translation>
    </message>
    <message id="trouble.camera_broken.do">
        <source></source>
        <translation>Перезапустите киоск. Код можно набрать.</translation>
    </message>
    <message id="trouble.camera_frozen">
        <source></source>
        <translation>Картинка камеры замерла</translation>
    </message>
    <message id="trouble.camera_frozen.do">
        <source></source>
        <translation>Отключите камеру и подключите снова.</translation>
    </message>
    <message id="trouble.camera_dark">
        <source></source>
        <translation>Камере не хватает света</translation>
    </message>
    <message id="trouble.camera_dark.do">
        <source></source>
        <translation>Протрите объектив или включите лампу.</translation>
    </message>
    <message id="trouble.decoder_restarting">
        <source></source>
        <translation>Чтение кодов перезапускается</translation>
    </message>
    <message id="trouble.decoder_restarting.do">
        <source></source>
        <translation>Подождите секунду или наберите код.</translation>
    </message>
    <message id="trouble.decoder_engine_out">
        <source></source>
        <translation>Коды читаются медленнее</translation>
    </message>
    <message id="trouble.decoder_engine_out.do">
        <source></source>
        <translation>Через минуту пройдёт само.</translation>
    </message>
    <message id="trouble.scanner_missing">
        <source></source>
        <translation>Сканер не найден</translation>
    </message>
    <message id="trouble.scanner_missing.do">
        <source></source>
        <translation>Подключите его. Камера и набор кода работают.</translation>
    </message>
    <message id="trouble.scanner_faulted">
        <source></source>
        <translation>Сканер не открывается</translation>
    </message>
    <message id="trouble.scanner_faulted.do">
        <source></source>
        <translation>Отключите его и подключите снова.</translation>
    </message>
    <message id="trouble.scanner_flooding">
        <source></source>
        <translation>Сканер шлёт без остановки</translation>
    </message>
    <message id="trouble.scanner_flooding.do">
        <source></source>
        <translation>Отключите его или сбросьте кодом из инструкции.</translation>
    </message>
    <message id="trouble.barrier_missing">
        <source></source>
        <translation>Шлагбаум не отвечает</translation>
    </message>
    <message id="trouble.barrier_missing.do">
        <source></source>
        <translation>Откройте вручную. Проверьте питание и кабель.</translation>
    </message>
    <message id="trouble.barrier_faulted">
        <source></source>
        <translation>Шлагбаум не работает</translation>
    </message>
    <message id="trouble.barrier_faulted.do">
        <source></source>
        <translation>Откройте вручную и вызовите сервис.</translation>
    </message>
    <message id="trouble.barrier_stays_open">
        <source></source>
        <translation>Шлагбаум открыт сам по себе</translation>
    </message>
    <message id="trouble.barrier_stays_open.do">
        <source></source>
        <translation>Посмотрите, что мешает, или закройте вручную.</translation>
    </message>
    <message id="trouble.barrier_does_not_turn">
        <source></source>
        <translation>Турникет не повернулся</translation>
    </message>
    <message id="trouble.barrier_does_not_turn.do">
        <source></source>
        <translation>Проверьте, не заклинил ли он, и его датчик.</translation>
    </message>
    <message id="trouble.printer_missing">
        <source></source>
        <translation>Принтер не найден</translation>
    </message>
    <message id="trouble.printer_missing.do">
        <source></source>
        <translation>Включите его, проверьте кабель. Билеты проверяются.</translation>
    </message>
    <message id="trouble.printer_no_paper">
        <source></source>
        <translation>В принтере нет бумаги</translation>
    </message>
    <message id="trouble.printer_no_paper.do">
        <source></source>
        <translation>Вставьте рулон. Очередь напечатается сама.</translation>
    </message>
    <message id="trouble.printer_paper_low">
        <source></source>
        <translation>Бумага скоро кончится</translation>
    </message>
    <message id="trouble.printer_paper_low.do">
        <source></source>
        <translation>Держите новый рулон под рукой.</translation>
    </message>
    <message id="trouble.printer_cover_open">
        <source></source>
        <translation>Открыта крышка принтера</translation>
    </message>
    <message id="trouble.printer_cover_open.do">
        <source></source>
        <translation>Закройте её. Очередь напечатается сама.</translation>
    </message>
    <message id="trouble.printer_faulted">
        <source></source>
        <translation>Принтер не печатает</translation>
    </message>
    <message id="trouble.printer_faulted.do">
        <source></source>
        <translation>Освободите нож, затем выключите и включите.</translation>
    </message>
    <message id="trouble.sound_missing">
        <source></source>
        <translation>Нет звука</translation>
    </message>
    <message id="trouble.sound_missing.do">
        <source></source>
        <translation>Всё написано на экране. Проверьте кабель динамика.</translation>
    </message>
    <message id="trouble.sound_faulted">
        <source></source>
        <translation>Динамик не звучит</translation>
    </message>
    <message id="trouble.sound_faulted.do">
        <source></source>
        <translation>Всё написано на экране. Перезапустите машину.</translation>
    </message>
    <message id="trouble.screen_missing">
        <source></source>
        <translation>Яркость не настраивается</translation>
    </message>
    <message id="trouble.screen_missing.do">
        <source></source>
        <translation>Эта машина не видит подсветки экрана.</translation>
    </message>
    <message id="trouble.screen_faulted">
        <source></source>
        <translation>Яркость не меняется</translation>
    </message>
    <message id="trouble.screen_faulted.do">
        <source></source>
        <translation>У киоска нет прав. Вызовите сервис.</translation>
    </message>
    <message id="trouble.power_missing">
        <source></source>
        <translation>О питании нет данных</translation>
    </message>
    <message id="trouble.power_missing.do">
        <source></source>
        <translation>Проверьте кабель между батареей и машиной.</translation>
    </message>
    <message id="trouble.power_on_battery">
        <source></source>
        <translation>Нет сети, работает батарея</translation>
    </message>
    <message id="trouble.power_on_battery.do">
        <source></source>
        <translation>Проверьте предохранитель, берегите батарею.</translation>
    </message>
    <message id="trouble.power_battery_low">
        <source></source>
        <translation>Батарея почти пуста</translation>
    </message>
    <message id="trouble.power_battery_low.do">
        <source></source>
        <translation>Напечатайте список тех, кто внутри, готовьте бумагу.</translation>
    </message>
    <message id="trouble.climate_missing">
        <source></source>
        <translation>Температура в корпусе неизвестна</translation>
    </message>
    <message id="trouble.climate_missing.do">
        <source></source>
        <translation>Проверьте кабель датчика.</translation>
    </message>
    <message id="trouble.climate_cold">
        <source></source>
        <translation>В корпусе слишком холодно</translation>
    </message>
    <message id="trouble.climate_cold.do">
        <source></source>
        <translation>Закройте его и включите обогрев.</translation>
    </message>
    <message id="trouble.climate_hot">
        <source></source>
        <translation>В корпусе слишком жарко</translation>
    </message>
    <message id="trouble.climate_hot.do">
        <source></source>
        <translation>Освободите вентиляцию, дайте тень.</translation>
    </message>
    <message id="trouble.modem_missing">
        <source></source>
        <translation>Модем не найден</translation>
    </message>
    <message id="trouble.modem_missing.do">
        <source></source>
        <translation>Подключите его. Билеты проверяются.</translation>
    </message>
    <message id="trouble.modem_no_signal">
        <source></source>
        <translation>У модема нет сети</translation>
    </message>
    <message id="trouble.modem_no_signal.do">
        <source></source>
        <translation>Проверьте антенну. Билеты проверяются.</translation>
    </message>
    <message id="trouble.modem_data_low">
        <source></source>
        <translation>Трафик месяца почти исчерпан</translation>
    </message>
    <message id="trouble.modem_data_low.do">
        <source></source>
        <translation>Запросите ещё или привезите флешку.</translation>
    </message>
    <message id="trouble.door_missing">
        <source></source>
        <translation>Датчик дверцы не читается</translation>
    </message>
    <message id="trouble.door_missing.do">
        <source></source>
        <translation>Проверьте его кабель.</translation>
    </message>
    <message id="trouble.door_open">
        <source></source>
        <translation>Дверца корпуса открыта</translation>
    </message>
    <message id="trouble.door_open.do">
        <source></source>
        <translation>Закройте её и выясните, кто открыл.</translation>
    </message>
    <message id="trouble.door_tilted">
        <source></source>
        <translation>Киоск наклонён или по нему ударили</translation>
    </message>
    <message id="trouble.door_tilted.do">
        <source></source>
        <translation>Проверьте, закреплён ли он.</translation>
    </message>
    <message id="trouble.registry_not_believed">
        <source></source>
        <translation>Данным реестра нельзя верить</translation>
    </message>
    <message id="trouble.registry_not_believed.do">
        <source></source>
        <translation>Действуют прежние правила, проверяйте дальше. Сообщите администрации.</translation>
    </message>
    <message id="trouble.registry_unproven">
        <source></source>
        <translation>Реестр не смог подтвердить себя</translation>
    </message>
    <message id="trouble.registry_unproven.do">
        <source></source>
        <translation>Проверьте часы. Если они верны, не пользуйтесь этой сетью и сообщите администрации.</translation>
    </message>
    <message id="trouble.registry_stick_old">
        <source></source>
        <translation>Данные на флешке устарели</translation>
    </message>
    <message id="trouble.registry_stick_old.do">
        <source></source>
        <translation>С неё ничего не взято. Выньте флешку и попросите записать её заново.</translation>
    </message>
    <message id="trouble.registry_portal">
        <source></source>
        <translation>Сеть требует сначала войти</translation>
    </message>
    <message id="trouble.registry_portal.do">
        <source></source>
        <translation>Используйте другую сеть. Билеты проверяются как обычно.</translation>
    </message>
    <message id="devices.troubles" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n устройство требует внимания</numerusform>
            <numerusform>%n устройства требуют внимания</numerusform>
            <numerusform>%n устройств требуют внимания</numerusform>
        </translation>
    </message>
</context>
</TS>
