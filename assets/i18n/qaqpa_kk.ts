<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="kk_KZ" sourcelanguage="en_GB">
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
        <translation>Ұлттық парк</translation>
    </message>
    <message id="gate.name">
        <source></source>
        <translation>{gate}-қақпа</translation>
    </message>
    <message id="lane.name">
        <source></source>
        <translation>{lane}-жолақ</translation>
    </message>
    <message id="direction.entry">
        <source></source>
        <translation>кіру</translation>
    </message>
    <message id="direction.exit">
        <source></source>
        <translation>шығу</translation>
    </message>
    <message id="direction.both">
        <source></source>
        <translation>кіру мен шығу</translation>
    </message>
    <message id="dot">
        <source></source>
        <translation>{first} · {second}</translation>
    </message>
    <message id="word.admitted">
        <source></source>
        <translation>Өтіңіз</translation>
    </message>
    <message id="word.refused">
        <source></source>
        <translation>Өтуге болмайды</translation>
    </message>
    <message id="word.referred">
        <source></source>
        <translation>Инспекторды күтіңіз</translation>
    </message>
    <message id="greeting.welcome">
        <source></source>
        <translation>Қош келдіңіз!</translation>
    </message>
    <message id="greeting.back">
        <source></source>
        <translation>Қайта қош келдіңіз!</translation>
    </message>
    <message id="greeting.exit">
        <source></source>
        <translation>Жолыңыз болсын!</translation>
    </message>
    <message id="reason.ok">
        <source></source>
        <translation>{party}. ▸ Билет мерзімінің соңы: {until}.</translation>
    </message>
    <message id="reason.welcome_back">
        <source></source>
        <translation>Бұл – бүгінгі келуіңіздің жалғасы. ▸ Жаңа билет керек емес.</translation>
    </message>
    <message id="reason.partial">
        <source></source>
        <translation>Қазір кіретіндер: {count}. Билетте қалғаны: {left}. ▸ Қалғандар осы билетпен кейін кіреді.</translation>
    </message>
    <message id="reason.flagged_gate">
        <source></source>
        <translation>Билетте басқа қақпа көрсетілген: {gate}. Бұл жолы өтіңіз. ▸ Келесіде сол қақпаға келіңіз.</translation>
    </message>
    <message id="reason.flagged_reentry">
        <source></source>
        <translation>Билет бүгін қолданылған: {time}. Қайта кіруге болады. ▸ Шығарда билетті көрсетіңіз.</translation>
    </message>
    <message id="reason.unlisted">
        <source></source>
        <translation>Билет түпнұсқа, тізім кейін жаңарады. ▸ Билетті шыққанша сақтаңыз.</translation>
    </message>
    <message id="reason.unconfirmed">
        <source></source>
        <translation>Басқа жолақтармен байланыс жоқ, билет осында тексерілді. ▸ Билетті шыққанша сақтаңыз.</translation>
    </message>
    <message id="reason.pass">
        <source></source>
        <translation>Рұқсатнама тексерілді. ▸ Мерзімінің соңы: {date}.</translation>
    </message>
    <message id="reason.exempt">
        <source></source>
        <translation>Кіру тегін. ▸ Құжатыңыздың көшірмесі алынбайды.</translation>
    </message>
    <message id="reason.staff">
        <source></source>
        <translation>Қызметкер рұқсатнамасы. ▸ Келу санына кірмейді.</translation>
    </message>
    <message id="reason.official">
        <source></source>
        <translation>Қызметтік кіру. ▸ Жазбаны инспектор кейін толтырады.</translation>
    </message>
    <message id="reason.claim">
        <source></source>
        <translation>Төлеміңіз жазылды, ол тексеріледі: {party}. ▸ Талонды шыққанша сақтаңыз.</translation>
    </message>
    <message id="reason.override">
        <source></source>
        <translation>Инспектор кіруге рұқсат берді. ▸ Билетті шыққанша сақтаңыз.</translation>
    </message>
    <message id="reason.exit">
        <source></source>
        <translation>Шығу белгіленді: {time}. ▸ Табиғатты таза сақтағаныңызға рақмет!</translation>
    </message>
    <message id="reason.exit_unknown">
        <source></source>
        <translation>Шығу ашық. Бұл код бойынша кіру табылмады. ▸ Серігіңіз паркте қалса, инспекторға айтыңыз.</translation>
    </message>
    <message id="reason.training">
        <source></source>
        <translation>СЫНАҚ билеті: нақты кіру емес. ▸ Есепке алынбайды.</translation>
    </message>
    <message id="reason.not_a_ticket">
        <source></source>
        <translation>Бұл код – парк билеті емес. ▸ Билеттің QR-кодын ашып, қайта көрсетіңіз.</translation>
    </message>
    <message id="reason.not_a_ticket.payment">
        <source></source>
        <translation>Бұл – төлем коды. ▸ Билеттің QR-кодын ашып, қайта көрсетіңіз.</translation>
    </message>
    <message id="reason.not_a_ticket.wifi">
        <source></source>
        <translation>Бұл – Wi-Fi коды. ▸ Билеттің QR-кодын ашып, қайта көрсетіңіз.</translation>
    </message>
    <message id="reason.not_a_ticket.link">
        <source></source>
        <translation>Бұл – сайт сілтемесі. ▸ Билеттің QR-кодын ашып, қайта көрсетіңіз.</translation>
    </message>
    <message id="reason.malformed">
        <source></source>
        <translation>Билет коды толық оқылмады. ▸ Билетті қайта ашыңыз немесе астындағы кодты теріңіз.</translation>
    </message>
    <message id="reason.forged">
        <source></source>
        <translation>Билеттің түпнұсқа екені расталмады. ▸ Инспекторға келіп, төлем чегін көрсетіңіз.</translation>
    </message>
    <message id="reason.wrong_park">
        <source></source>
        <translation>Билет басқа паркке арналған: {park}. ▸ Осы парктің билетін инспектордан сұраңыз.</translation>
    </message>
    <message id="reason.wrong_gate">
        <source></source>
        <translation>Билет басқа қақпаға арналған: {gate}. ▸ Баратын жол экрандағы картада.</translation>
    </message>
    <message id="reason.expired">
        <source></source>
        <translation>Билеттің мерзімі өткен: {dayword}, {time}. ▸ Тағы бір күнге билет алуға болады.</translation>
    </message>
    <message id="reason.not_yet">
        <source></source>
        <translation>Билеттің уақыты әлі келген жоқ. Басталуы: {dayword}, {time}. ▸ Сол уақытта келіңіз.</translation>
    </message>
    <message id="reason.revoked">
        <source></source>
        <translation>Билеттің күші жойылған: {date}. ▸ Сұрақ болса, инспекторға чекті көрсетіңіз.</translation>
    </message>
    <message id="reason.already_used">
        <source></source>
        <translation>Бұл билет {day} қолданылған: {time}, {place}. ▸ Инспекторға келіңіз, ол көмектеседі.</translation>
    </message>
    <message id="reason.used_up">
        <source></source>
        <translation>Билеттегі барлық кіру қолданылды: {count}. ▸ Жаңа билет алуға болады.</translation>
    </message>
    <message id="reason.closed">
        <source></source>
        <translation>Жабық аймақ: {zone}. Ашылуы: {dayword}, {time}. Себебі: {cause}. ▸ Негізі: {authority}, {document}. Ашық аймақтар: {open}.</translation>
    </message>
    <message id="reason.closed.open_ended">
        <source></source>
        <translation>Жабық аймақ: {zone}. Келесі хабарға дейін. Себебі: {cause}. ▸ Негізі: {authority}, {document}. Ашық аймақтар: {open}.</translation>
    </message>
    <message id="reason.full">
        <source></source>
        <translation>Қазір бос орын жоқ. Шекті саны: {count}&#xa0;адам. ▸ Келесі бос уақыт: {dayword}, {time}. Басқа қақпаны көріңіз: {gate}. Негізі: {authority}, {document}.</translation>
    </message>
    <message id="reason.full.one_out">
        <source></source>
        <translation>Біреу шықса, біреу кіреді. ▸ Күте тұрыңыз. Негізі: {authority}, {document}.</translation>
    </message>
    <message id="reason.full.some">
        <source></source>
        <translation>Бос орын аз қалды: {left}. Шекті саны: {count}&#xa0;адам. ▸ Инспекторға айтыңыз: тобыңыздың бір бөлігі кіре алады. Негізі: {authority}, {document}.</translation>
    </message>
    <message id="reason.outside_hours">
        <source></source>
        <translation>Қазір кіру уақыты емес. Ашылуы: {dayword}, {time}. ▸ Паркте түнейтін болсаңыз, инспекторға айтыңыз.</translation>
    </message>
    <message id="note.closed">
        <source></source>
        <translation>Қазір жабық: {closed}.</translation>
    </message>
    <message id="note.warning">
        <source></source>
        <translation>Ескерту: {warning}.</translation>
    </message>
    <message id="warning.level">
        <source></source>
        <translation>{what}, {level}-сынып</translation>
    </message>
    <message id="warning.until">
        <source></source>
        <translation>{what}, аяқталуы: {until}</translation>
    </message>
    <message id="warning.order">
        <source></source>
        <translation>{what}. Негізі: {authority}, {document}</translation>
    </message>
    <message id="warning.storm">
        <source></source>
        <translation>дауыл</translation>
    </message>
    <message id="warning.flood">
        <source></source>
        <translation>су тасқыны</translation>
    </message>
    <message id="warning.fire_danger">
        <source></source>
        <translation>өрт қаупі</translation>
    </message>
    <message id="warning.avalanche">
        <source></source>
        <translation>қар көшкіні қаупі</translation>
    </message>
    <message id="warning.mudflow">
        <source></source>
        <translation>сел қаупі</translation>
    </message>
    <message id="warning.heat">
        <source></source>
        <translation>аптап ыстық</translation>
    </message>
    <message id="warning.frost">
        <source></source>
        <translation>қатты аяз</translation>
    </message>
    <message id="warning.ice">
        <source></source>
        <translation>жұқа мұз</translation>
    </message>
    <message id="warning.wildlife">
        <source></source>
        <translation>жабайы аңдар жақын</translation>
    </message>
    <message id="warning.other">
        <source></source>
        <translation>паркте қауіп бар</translation>
    </message>
    <message id="cause.fire">
        <source></source>
        <translation>өрт</translation>
    </message>
    <message id="cause.avalanche">
        <source></source>
        <translation>қар көшкіні</translation>
    </message>
    <message id="cause.works">
        <source></source>
        <translation>жөндеу жұмыстары</translation>
    </message>
    <message id="cause.flood">
        <source></source>
        <translation>су тасқыны</translation>
    </message>
    <message id="cause.mudflow">
        <source></source>
        <translation>сел</translation>
    </message>
    <message id="cause.landslide">
        <source></source>
        <translation>жер көшкіні</translation>
    </message>
    <message id="cause.storm">
        <source></source>
        <translation>дауыл</translation>
    </message>
    <message id="cause.ice">
        <source></source>
        <translation>мұз</translation>
    </message>
    <message id="cause.wildlife">
        <source></source>
        <translation>жабайы аңдар</translation>
    </message>
    <message id="cause.quarantine">
        <source></source>
        <translation>карантин</translation>
    </message>
    <message id="cause.event">
        <source></source>
        <translation>іс-шара</translation>
    </message>
    <message id="cause.protection">
        <source></source>
        <translation>табиғатты қорғау</translation>
    </message>
    <message id="reason.too_long">
        <source></source>
        <translation>Билет мерзімі рұқсат етілген ұзақтықтан асады. ▸ Инспекторға келіп, чекті көрсетіңіз.</translation>
    </message>
    <message id="reason.key_not_valid">
        <source></source>
        <translation>Бұл билеттің қолтаңбасы мұнда қабылданбайды. ▸ Инспекторға келіп, чекті көрсетіңіз.</translation>
    </message>
    <message id="reason.unknown_key">
        <source></source>
        <translation>Бұл билетті тексеруге құрылғыны жаңарту керек.</translation>
    </message>
    <message id="reason.unknown_product">
        <source></source>
        <translation>Билеттің бұл түрі құрылғыда әлі жоқ.</translation>
    </message>
    <message id="reason.unknown_flag">
        <source></source>
        <translation>Билетте құрылғыға әлі таныс емес белгі бар.</translation>
    </message>
    <message id="reason.stale_trust" numerus="yes">
        <source></source>
        <translation>
            <numerusform>Құрылғы деректері %n&#xa0;күн жаңартылмаған.</numerusform>
            <numerusform>Құрылғы деректері %n&#xa0;күн жаңартылмаған.</numerusform>
        </translation>
    </message>
    <message id="reason.stale_revocations" numerus="yes">
        <source></source>
        <translation>
            <numerusform>Күші жойылған билеттер тізімі %n&#xa0;күн жаңартылмаған.</numerusform>
            <numerusform>Күші жойылған билеттер тізімі %n&#xa0;күн жаңартылмаған.</numerusform>
        </translation>
    </message>
    <message id="reason.clock_suspect">
        <source></source>
        <translation>Құрылғының сағаты дәл болмауы мүмкін. ▸ Билет уақытын инспектор тексереді.</translation>
    </message>
    <message id="reason.guide_required">
        <source></source>
        <translation>Бұл маршрутқа гид немесе инспектор-жолсерік керек. ▸ Гидтің атын инспекторға айтыңыз.</translation>
    </message>
    <message id="reason.holder_check">
        <source></source>
        <translation>Инспектор құжатты немесе көлік нөмірін тексереді. ▸ Дайындап қойыңыз, көшірмесі алынбайды.</translation>
    </message>
    <message id="reason.several_matches">
        <source></source>
        <translation>Бұл кодқа бірнеше билет сәйкес келеді. ▸ QR-код болса, камераға көрсетіңіз.</translation>
    </message>
    <message id="reason.typed_only">
        <source></source>
        <translation>Терілген кодты инспектор растайды. ▸ QR-код болса, камераға көрсетіңіз.</translation>
    </message>
    <message id="reason.dynamic_required">
        <source></source>
        <translation>Бұл билетке қолданбадағы жаңарып тұратын код керек. ▸ Билетті қолданбадан ашыңыз.</translation>
    </message>
    <message id="reason.unknown_policy">
        <source></source>
        <translation>Парктің жаңа ережелері құрылғыда әлі жоқ.</translation>
    </message>
    <message id="reason.not_listed">
        <source></source>
        <translation>Билетті инспектор тізім бойынша тексереді.</translation>
    </message>
    <message id="reason.not_listed.plate">
        <source></source>
        <translation>Бұл нөмірге рұқсатнама мұнда табылмады. ▸ Рұқсатнаманы немесе оның кодын инспекторға көрсетіңіз.</translation>
    </message>
    <message id="reason.unanswered">
        <source></source>
        <translation>Сұраққа жауап болмады. ▸ Билетті қайта көрсетіңіз немесе инспекторды күтіңіз.</translation>
    </message>
    <message id="reason.uses_unknown">
        <source></source>
        <translation>Құрылғы жазбаларының бір бөлігі жоғалды. ▸ Билеттің бұрын пайдаланылғанын инспектор тексереді.</translation>
    </message>
    <message id="reason.claim_open">
        <source></source>
        <translation>Төлеміңіз жазылды, бірақ ол мұнда әлі көрінбейді. ▸ Қазір кіруге болатынын инспектор шешеді.</translation>
    </message>
    <message id="reason.journal_failed">
        <source></source>
        <translation>Құрылғы кіруді жаза алмады. ▸ Инспектор сізді қолмен тіркейді.</translation>
    </message>
    <message id="reason.unknown">
        <source></source>
        <translation>Инспекторды күтіңіз. ▸ Инспектор шақырылды, ол көмектеседі.</translation>
    </message>
    <message id="slip.title">
        <source></source>
        <translation>Уақытша талон, билет емес</translation>
    </message>
    <message id="sought.entry">
        <source></source>
        <translation>Осы топтан бір адам жоғалды: хабарланды {when}, {gate}. Ол табылды ма, сұраңыз.</translation>
    </message>
    <message id="sought.exit">
        <source></source>
        <translation>Бұл топ шығып барады, ал одан бір адам жоғалған: хабарланды {when}, {gate}. Ол өздерімен бірге ме, сұраңыз.</translation>
    </message>
    <message id="slip.admitted">
        <source></source>
        <translation>Келушінің сөзі бойынша өткізілді: төленген, бірақ қолында билет жоқ.</translation>
    </message>
    <message id="slip.referred">
        <source></source>
        <translation>Бұл талонмен кіруге болмайды: инспектор шешеді.</translation>
    </message>
    <message id="slip.keep">
        <source></source>
        <translation>Төлем түбіртек бойынша ізделеді. Сұраса, осы нөмірді көрсетіңіз.</translation>
    </message>
    <message id="step.referred">
        <source></source>
        <translation>Инспектор шақырылды. Билетіңіз жарамды болуы мүмкін.</translation>
    </message>
    <message id="label.ok">
        <source></source>
        <translation>Жарамды билет</translation>
    </message>
    <message id="label.welcome_back">
        <source></source>
        <translation>Қайта кіру, бүгінгі</translation>
    </message>
    <message id="label.partial">
        <source></source>
        <translation>Топтың бір бөлігі</translation>
    </message>
    <message id="label.flagged_gate">
        <source></source>
        <translation>Басқа қақпа, белгі</translation>
    </message>
    <message id="label.flagged_reentry">
        <source></source>
        <translation>Қайта кіру, белгі</translation>
    </message>
    <message id="label.unlisted">
        <source></source>
        <translation>Тізімде әлі жоқ</translation>
    </message>
    <message id="label.unconfirmed">
        <source></source>
        <translation>Жолақтар растамады</translation>
    </message>
    <message id="label.pass">
        <source></source>
        <translation>Рұқсатнама</translation>
    </message>
    <message id="label.exempt">
        <source></source>
        <translation>Төлемнен босатылған</translation>
    </message>
    <message id="label.staff">
        <source></source>
        <translation>Қызметкер</translation>
    </message>
    <message id="label.official">
        <source></source>
        <translation>Қызметтік кіру</translation>
    </message>
    <message id="label.claim">
        <source></source>
        <translation>Төленген, билетсіз</translation>
    </message>
    <message id="label.override">
        <source></source>
        <translation>Инспектор шешімі</translation>
    </message>
    <message id="label.exit">
        <source></source>
        <translation>Шығу</translation>
    </message>
    <message id="label.exit_unknown">
        <source></source>
        <translation>Шығу, кіруі жоқ</translation>
    </message>
    <message id="label.training">
        <source></source>
        <translation>СЫНАҚ билеті</translation>
    </message>
    <message id="label.not_a_ticket">
        <source></source>
        <translation>Билет емес</translation>
    </message>
    <message id="label.malformed">
        <source></source>
        <translation>Код бүлінген</translation>
    </message>
    <message id="label.forged">
        <source></source>
        <translation>Қолтаңба расталмады</translation>
    </message>
    <message id="label.wrong_park">
        <source></source>
        <translation>Басқа парк билеті</translation>
    </message>
    <message id="label.wrong_gate">
        <source></source>
        <translation>Басқа қақпа билеті</translation>
    </message>
    <message id="label.expired">
        <source></source>
        <translation>Мерзімі өткен</translation>
    </message>
    <message id="label.not_yet">
        <source></source>
        <translation>Уақыты келмеген</translation>
    </message>
    <message id="label.revoked">
        <source></source>
        <translation>Күші жойылған</translation>
    </message>
    <message id="label.already_used">
        <source></source>
        <translation>Бұрын қолданылған</translation>
    </message>
    <message id="label.used_up">
        <source></source>
        <translation>Кіру саны бітті</translation>
    </message>
    <message id="label.closed">
        <source></source>
        <translation>Аймақ жабық</translation>
    </message>
    <message id="label.full">
        <source></source>
        <translation>Бос орын жоқ</translation>
    </message>
    <message id="label.outside_hours">
        <source></source>
        <translation>Жұмыс уақыты емес</translation>
    </message>
    <message id="label.too_long">
        <source></source>
        <translation>Мерзімі тым ұзақ</translation>
    </message>
    <message id="label.key_not_valid">
        <source></source>
        <translation>Кілт жарамсыз</translation>
    </message>
    <message id="label.unknown_key">
        <source></source>
        <translation>Кілт белгісіз</translation>
    </message>
    <message id="label.unknown_product">
        <source></source>
        <translation>Билет түрі белгісіз</translation>
    </message>
    <message id="label.unknown_flag">
        <source></source>
        <translation>Белгі танылмады</translation>
    </message>
    <message id="label.stale_trust">
        <source></source>
        <translation>Деректер ескірген</translation>
    </message>
    <message id="label.stale_revocations">
        <source></source>
        <translation>Жою тізімі ескірген</translation>
    </message>
    <message id="label.clock_suspect">
        <source></source>
        <translation>Сағат күмәнді</translation>
    </message>
    <message id="label.guide_required">
        <source></source>
        <translation>Гид керек</translation>
    </message>
    <message id="label.holder_check">
        <source></source>
        <translation>Иесін тексеру</translation>
    </message>
    <message id="label.several_matches">
        <source></source>
        <translation>Бірнеше билет сәйкес</translation>
    </message>
    <message id="label.typed_only">
        <source></source>
        <translation>Тек терілген код</translation>
    </message>
    <message id="label.dynamic_required">
        <source></source>
        <translation>Қолданба коды керек</translation>
    </message>
    <message id="label.unknown_policy">
        <source></source>
        <translation>Ереже белгісіз</translation>
    </message>
    <message id="label.not_listed">
        <source></source>
        <translation>Рұқсат тізімінде жоқ</translation>
    </message>
    <message id="label.unanswered">
        <source></source>
        <translation>Жауап болмады</translation>
    </message>
    <message id="label.uses_unknown">
        <source></source>
        <translation>Пайдалануы белгісіз</translation>
    </message>
    <message id="label.claim_open">
        <source></source>
        <translation>Төлем көрінбейді</translation>
    </message>
    <message id="label.journal_failed">
        <source></source>
        <translation>Жазба сақталмады</translation>
    </message>
    <message id="label.unknown">
        <source></source>
        <translation>Инспектор шешеді</translation>
    </message>
    <message id="rule.special">
        <source></source>
        <translation>Билетсіз кіру</translation>
    </message>
    <message id="rule.key">
        <source></source>
        <translation>Билеттің кілті</translation>
    </message>
    <message id="rule.park">
        <source></source>
        <translation>Парк</translation>
    </message>
    <message id="rule.flags">
        <source></source>
        <translation>Билеттің белгілері</translation>
    </message>
    <message id="rule.revoked">
        <source></source>
        <translation>Күші жойылған билеттер</translation>
    </message>
    <message id="rule.product">
        <source></source>
        <translation>Билет түрі</translation>
    </message>
    <message id="rule.window">
        <source></source>
        <translation>Билет мерзімі</translation>
    </message>
    <message id="rule.gate">
        <source></source>
        <translation>Қақпа</translation>
    </message>
    <message id="rule.closed">
        <source></source>
        <translation>Жабық аймақтар</translation>
    </message>
    <message id="rule.hours">
        <source></source>
        <translation>Жұмыс уақыты</translation>
    </message>
    <message id="rule.use">
        <source></source>
        <translation>Бұрынғы кірулер</translation>
    </message>
    <message id="rule.lost">
        <source></source>
        <translation>Жоғалған жазбалар</translation>
    </message>
    <message id="rule.holder">
        <source></source>
        <translation>Иесін тексеру</translation>
    </message>
    <message id="rule.stale">
        <source></source>
        <translation>Деректердің жасы</translation>
    </message>
    <message id="rule.typed">
        <source></source>
        <translation>Терілген код</translation>
    </message>
    <message id="rule.quota">
        <source></source>
        <translation>Орын саны</translation>
    </message>
    <message id="revoked.title">
        <source></source>
        <translation>Инспекторды күтіңіз</translation>
    </message>
    <message id="revoked.why">
        <source></source>
        <translation>Құрылғы жұмыстан шығарылды, ештеңе ашпайды. Сізді инспектор кіргізеді немесе шығарады.</translation>
    </message>
    <message id="revoked.since">
        <source></source>
        <translation>Құрылғының рұқсаты қайтарып алынды: {when}</translation>
    </message>
    <message id="revoked.left">
        <source></source>
        <translation>Журналдың әлі тапсырылмаған жазбалары: {n}</translation>
    </message>
    <message id="revoked.done">
        <source></source>
        <translation>Журнал толық тапсырылды</translation>
    </message>
    <message id="locked.title">
        <source></source>
        <translation>Инспекторды күтіңіз</translation>
    </message>
    <message id="locked.why">
        <source></source>
        <translation>Құрылғыны тексеру керек. Инспектор шақырылды, ол сізді өткізеді.</translation>
    </message>
    <message id="locked.ranger">
        <source></source>
        <translation>Инспекторға</translation>
    </message>
    <message id="why.service">
        <source></source>
        <translation>Қызмет көрсету болды</translation>
    </message>
    <message id="why.repaired">
        <source></source>
        <translation>Орнына келтірілді</translation>
    </message>
    <message id="why.no_trace">
        <source></source>
        <translation>Із табылмады</translation>
    </message>
    <message id="rule.vehicle">
        <source></source>
        <translation>Көлік</translation>
    </message>
    <message id="rule.counts">
        <source></source>
        <translation>Орын саны мен санақ</translation>
    </message>
    <message id="rule.reading">
        <source></source>
        <translation>Кодты оқу</translation>
    </message>
    <message id="rule.leaving">
        <source></source>
        <translation>Шығу</translation>
    </message>
    <message id="rule.admission">
        <source></source>
        <translation>Кіргізу</translation>
    </message>
    <message id="said.nothing">
        <source></source>
        <translation>қарсылық жоқ</translation>
    </message>
    <message id="said.objected">
        <source></source>
        <translation>қарсы</translation>
    </message>
    <message id="said.asked">
        <source></source>
        <translation>адамнан сұрайды</translation>
    </message>
    <message id="said.admitted">
        <source></source>
        <translation>өткізеді</translation>
    </message>
    <message id="topic.heads">
        <source></source>
        <translation>адам саны</translation>
    </message>
    <message id="topic.acknowledge">
        <source></source>
        <translation>ескерту көрілді ме</translation>
    </message>
    <message id="topic.guide">
        <source></source>
        <translation>гид кім</translation>
    </message>
    <message id="topic.holder">
        <source></source>
        <translation>құжат немесе нөмір</translation>
    </message>
    <message id="topic.second_look">
        <source></source>
        <translation>екінші тексеріс</translation>
    </message>
    <message id="trace.unasked">
        <source></source>
        <translation>Сұралмаған ережелер: {rules}</translation>
    </message>
    <message id="trace.doubt">
        <source></source>
        <translation>Сағат күмәнді. Уақыт {time} болса: {verdict}. Уақыт {other} болса: {otherVerdict}.</translation>
    </message>
    <message id="trace.gone">
        <source></source>
        <translation>Бұл шешімді қайта тексеру мүмкін емес: сол кездегі ережелер сақталмаған.</translation>
    </message>
    <message id="handover.title">
        <source></source>
        <translation>Ауысым парағы</translation>
    </message>
    <message id="handover.place">
        <source></source>
        <translation>{gate}, {lane}</translation>
    </message>
    <message id="handover.since">
        <source></source>
        <translation>Басталды: {time} ({name})</translation>
    </message>
    <message id="handover.until">
        <source></source>
        <translation>Парақ уақыты: {time}</translation>
    </message>
    <message id="handover.decisions">
        <source></source>
        <translation>Шешімдер</translation>
    </message>
    <message id="handover.admitted">
        <source></source>
        <translation>Өткізілді</translation>
    </message>
    <message id="handover.refused">
        <source></source>
        <translation>Өткізілмеді</translation>
    </message>
    <message id="handover.referred">
        <source></source>
        <translation>Инспекторға жіберілді</translation>
    </message>
    <message id="handover.people">
        <source></source>
        <translation>Адамдар</translation>
    </message>
    <message id="handover.entered">
        <source></source>
        <translation>Кірді</translation>
    </message>
    <message id="handover.left">
        <source></source>
        <translation>Шықты</translation>
    </message>
    <message id="handover.inside">
        <source></source>
        <translation>Қазір ішінде</translation>
    </message>
    <message id="handover.products">
        <source></source>
        <translation>Билет түрлері бойынша</translation>
    </message>
    <message id="handover.none_product">
        <source></source>
        <translation>Билетсіз</translation>
    </message>
    <message id="handover.reasons">
        <source></source>
        <translation>Өткізбеу себептері</translation>
    </message>
    <message id="handover.overrides">
        <source></source>
        <translation>Инспектор шешімдері</translation>
    </message>
    <message id="handover.annulled">
        <source></source>
        <translation>Жойылған жазбалар</translation>
    </message>
    <message id="handover.corrected">
        <source></source>
        <translation>Түзетілген жазбалар</translation>
    </message>
    <message id="handover.exempt">
        <source></source>
        <translation>Тегін кіргендер</translation>
    </message>
    <message id="handover.share">
        <source></source>
        <translation>{count} адам, үлесі {share}</translation>
    </message>
    <message id="handover.usual">
        <source></source>
        <translation>әдетте {usual}</translation>
    </message>
    <message id="handover.unusual">
        <source></source>
        <translation>Әдеттегіден үш есе көп</translation>
    </message>
    <message id="handover.passages">
        <source></source>
        <translation>Шлагбаум санауышы</translation>
    </message>
    <message id="handover.passages.line">
        <source></source>
        <translation>өткені {counted}, ашылғаны {openings}, айырмасы {difference}</translation>
    </message>
    <message id="handover.alarms">
        <source></source>
        <translation>Дабылдар</translation>
    </message>
    <message id="handover.alarm.open">
        <source></source>
        <translation>қаралмаған</translation>
    </message>
    <message id="handover.alarm.seen">
        <source></source>
        <translation>қараған: {name}</translation>
    </message>
    <message id="handover.unsent">
        <source></source>
        <translation>Жіберілмеген жазбалар</translation>
    </message>
    <message id="handover.faults">
        <source></source>
        <translation>Ақаулар</translation>
    </message>
    <message id="handover.none">
        <source></source>
        <translation>жоқ</translation>
    </message>
    <message id="handover.gives">
        <source></source>
        <translation>Тапсырды: {name}</translation>
    </message>
    <message id="handover.takes">
        <source></source>
        <translation>Қабылдады: {name}</translation>
    </message>
    <message id="alarm.door">
        <source></source>
        <translation>Есік ашылды</translation>
    </message>
    <message id="alarm.cable">
        <source></source>
        <translation>Кабель суырылды</translation>
    </message>
    <message id="alarm.tilt">
        <source></source>
        <translation>Құрылғы қозғалды</translation>
    </message>
    <message id="alarm.moved">
        <source></source>
        <translation>Диск басқа құрылғыда</translation>
    </message>
    <message id="alarm.device_revoked">
        <source></source>
        <translation>Құрылғының рұқсаты қайтарып алынды</translation>
    </message>
    <message id="alarm.tailgating">
        <source></source>
        <translation>Артық өткендер бар</translation>
    </message>
    <message id="alarm.refusals">
        <source></source>
        <translation>Бір себептен тым көп бас тарту</translation>
    </message>
    <message id="alarm.kept_open">
        <source></source>
        <translation>Шлагбаум ашық ұсталып тұр</translation>
    </message>
    <message id="alarm.still_open">
        <source></source>
        <translation>Шлагбаум әлі ашық</translation>
    </message>
    <message id="alarm.set_back">
        <source></source>
        <translation>Шлагбаум қалпына келді</translation>
    </message>
    <message id="reason.title.acknowledge">
        <source></source>
        <translation>{alarm}. Не табылды?</translation>
    </message>
    <message id="alarm.unknown">
        <source></source>
        <translation>Белгісіз дабыл</translation>
    </message>
    <message id="act.pulse">
        <source></source>
        <translation>Шлагбаум ашылды</translation>
    </message>
    <message id="act.position">
        <source></source>
        <translation>Шлагбаум ашылмады</translation>
    </message>
    <message id="act.annul">
        <source></source>
        <translation>Жазба жойылды</translation>
    </message>
    <message id="act.override">
        <source></source>
        <translation>Инспектор өткізді</translation>
    </message>
    <message id="act.correct">
        <source></source>
        <translation>Адам саны түзетілді</translation>
    </message>
    <message id="act.complete">
        <source></source>
        <translation>Ресми кіру толтырылды</translation>
    </message>
    <message id="act.bags">
        <source></source>
        <translation>Қоқыс қаптары саналды</translation>
    </message>
    <message id="act.open">
        <source></source>
        <translation>Қолмен ашылды</translation>
    </message>
    <message id="act.acknowledge">
        <source></source>
        <translation>Дабыл қаралды</translation>
    </message>
    <message id="act.erase">
        <source></source>
        <translation>Жеке деректер өшірілді</translation>
    </message>
    <message id="act.left">
        <source></source>
        <translation>Шыққан деп белгіленді</translation>
    </message>
    <message id="act.leader_called">
        <source></source>
        <translation>Топ басшысына қоңырау</translation>
    </message>
    <message id="act.contact_called">
        <source></source>
        <translation>Байланыс адамына қоңырау</translation>
    </message>
    <message id="act.rescue_called">
        <source></source>
        <translation>112-ге хабарланды</translation>
    </message>
    <message id="act.unknown">
        <source></source>
        <translation>Белгісіз әрекет</translation>
    </message>
    <message id="incident.waste_dump">
        <source></source>
        <translation>Қоқыс үйіндісі</translation>
    </message>
    <message id="incident.fire">
        <source></source>
        <translation>Өрт</translation>
    </message>
    <message id="incident.injury">
        <source></source>
        <translation>Жарақат</translation>
    </message>
    <message id="incident.wildlife">
        <source></source>
        <translation>Жабайы аң</translation>
    </message>
    <message id="incident.vandalism">
        <source></source>
        <translation>Бүлдіру</translation>
    </message>
    <message id="incident.poaching">
        <source></source>
        <translation>Браконьерлік</translation>
    </message>
    <message id="incident.blocked_road">
        <source></source>
        <translation>Жол жабық</translation>
    </message>
    <message id="incident.flood">
        <source></source>
        <translation>Су тасқыны</translation>
    </message>
    <message id="incident.other">
        <source></source>
        <translation>Басқа оқиға</translation>
    </message>
    <message id="policy.ask_above_heads">
        <source></source>
        <translation>Қанша адамнан асса сұралады</translation>
    </message>
    <message id="policy.reentry_seconds">
        <source></source>
        <translation>Қайта кіруге дейінгі секунд</translation>
    </message>
    <message id="policy.grace_before_seconds">
        <source></source>
        <translation>Ерте келуге рұқсат, секунд</translation>
    </message>
    <message id="policy.grace_after_seconds">
        <source></source>
        <translation>Кешігуге рұқсат, секунд</translation>
    </message>
    <message id="policy.wrong_gate">
        <source></source>
        <translation>Басқа қақпаның билеті</translation>
    </message>
    <message id="policy.typed_code_alone">
        <source></source>
        <translation>Тек терілген код</translation>
    </message>
    <message id="policy.ageing_after_days">
        <source></source>
        <translation>Деректер неше күннен соң ескіре бастайды</translation>
    </message>
    <message id="policy.stale_after_days">
        <source></source>
        <translation>Деректер неше күннен соң ескіреді</translation>
    </message>
    <message id="policy.revocations_stale_after_days">
        <source></source>
        <translation>Жойылғандар тізімі неше күн жарамды</translation>
    </message>
    <message id="policy.stale_products">
        <source></source>
        <translation>Ескі деректе кім тексеріледі</translation>
    </message>
    <message id="policy.utc_offset_minutes">
        <source></source>
        <translation>Жергілікті уақыт, UTC-ден минут</translation>
    </message>
    <message id="policy.skew_seconds">
        <source></source>
        <translation>Сағат айырмасы, секунд</translation>
    </message>
    <message id="policy.claim_timeout_milliseconds">
        <source></source>
        <translation>Көрші жолақты күту, миллисекунд</translation>
    </message>
    <message id="policy.overdue_after_minutes">
        <source></source>
        <translation>Кешіксе басшыға қоңырау, минут</translation>
    </message>
    <message id="policy.contact_after_minutes">
        <source></source>
        <translation>Кешіксе байланыс адамына қоңырау, минут</translation>
    </message>
    <message id="policy.contact_keep_days">
        <source></source>
        <translation>Байланыс неше күн сақталады</translation>
    </message>
    <message id="policy.entries_keep_days">
        <source></source>
        <translation>Жазбалар неше күн сақталады</translation>
    </message>
    <message id="policy.holder_check_percent">
        <source></source>
        <translation>Иесін тексеру, пайыз</translation>
    </message>
    <message id="policy.fast_lanes">
        <source></source>
        <translation>Жылдам жолақтар</translation>
    </message>
    <message id="policy.keep_open_reminder_minutes">
        <source></source>
        <translation>Ашық шлагбаумды еске салу, минут</translation>
    </message>
    <message id="policy.claims">
        <source></source>
        <translation>Билетсіз төлем</translation>
    </message>
    <message id="policy.overrides_per_day">
        <source></source>
        <translation>Күніне әдеттегі шешім саны</translation>
    </message>
    <message id="card.title">
        <source></source>
        <translation>Дайындық картасы</translation>
    </message>
    <message id="card.ready">
        <source></source>
        <translation>Дайын, мерзімі: {time}</translation>
    </message>
    <message id="card.ready.always">
        <source></source>
        <translation>Дайын</translation>
    </message>
    <message id="card.not_ready">
        <source></source>
        <translation>Ашуға дайын емес</translation>
    </message>
    <message id="card.data">
        <source></source>
        <translation>Ережелер мен деректер</translation>
    </message>
    <message id="card.revocations">
        <source></source>
        <translation>Жойылған билеттер тізімі</translation>
    </message>
    <message id="card.permits">
        <source></source>
        <translation>Билеттер тізімі</translation>
    </message>
    <message id="card.clock">
        <source></source>
        <translation>Сағат</translation>
    </message>
    <message id="card.disk">
        <source></source>
        <translation>Дискідегі орын</translation>
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
        <translation>Қағаз режимі</translation>
    </message>
    <message id="card.unsent">
        <source></source>
        <translation>Жіберілмеген жазбалар</translation>
    </message>
    <message id="card.alarms">
        <source></source>
        <translation>Ашық дабылдар</translation>
    </message>
    <message id="card.ok">
        <source></source>
        <translation>жақсы</translation>
    </message>
    <message id="card.attention">
        <source></source>
        <translation>назар аударыңыз</translation>
    </message>
    <message id="card.bad">
        <source></source>
        <translation>олай ашпаңыз</translation>
    </message>
    <message id="card.do.data">
        <source></source>
        <translation>Құрылғыны желіге қосып, деректерді алмастырыңыз.</translation>
    </message>
    <message id="card.do.revocations">
        <source></source>
        <translation>Құрылғыны желіге қосып, деректерді алмастырыңыз.</translation>
    </message>
    <message id="card.do.permits">
        <source></source>
        <translation>Билеттер қолтаңбасы бойынша тексеріледі. Деректерді алмастырыңыз.</translation>
    </message>
    <message id="card.do.clock">
        <source></source>
        <translation>Уақытты инспектор бетінде қойыңыз.</translation>
    </message>
    <message id="card.do.disk">
        <source></source>
        <translation>Дискіден бөтен файлдарды алып тастаңыз.</translation>
    </message>
    <message id="card.do.journal">
        <source></source>
        <translation>Қызмет көрсетушіні шақырыңыз.</translation>
    </message>
    <message id="card.do.barrier">
        <source></source>
        <translation>Шлагбаумды қолмен ашып, қызмет көрсетушіні шақырыңыз.</translation>
    </message>
    <message id="card.do.camera">
        <source></source>
        <translation>Кодты теруге болады. Камераны тексеріңіз.</translation>
    </message>
    <message id="card.do.paper">
        <source></source>
        <translation>Жад картасын салыңыз немесе босатыңыз.</translation>
    </message>
    <message id="card.do.unsent">
        <source></source>
        <translation>Құрылғыны желіге қосыңыз.</translation>
    </message>
    <message id="card.do.alarms">
        <source></source>
        <translation>Дабылды қарап, инспектор бетінде растаңыз.</translation>
    </message>
    <message id="paper.inside">
        <source></source>
        <translation>Қазір ішінде</translation>
    </message>
    <message id="paper.inside.count">
        <source></source>
        <translation>Адам: {heads}, топ: {parties}</translation>
    </message>
    <message id="paper.today">
        <source></source>
        <translation>Бүгінгі билеттер</translation>
    </message>
    <message id="paper.today.count">
        <source></source>
        <translation>Билет саны: {count}</translation>
    </message>
    <message id="paper.more">
        <source></source>
        <translation>Мұнда алғашқы {count} ғана бар</translation>
    </message>
    <message id="paper.slips">
        <source></source>
        <translation>Бос талондар</translation>
    </message>
    <message id="strip.repeated">
        <source></source>
        <translation>Қайта басылды: алдыңғысы толық шықпауы мүмкін</translation>
    </message>
    <message id="strip.trial">
        <source></source>
        <translation>Принтерді тексеру парағы</translation>
    </message>
    <message id="paper.made">
        <source></source>
        <translation>Жасалған уақыты: {time}</translation>
    </message>
    <message id="paper.since">
        <source></source>
        <translation>кірді: {time}</translation>
    </message>
    <message id="paper.due">
        <source></source>
        <translation>оралуы: {time}</translation>
    </message>
    <message id="paper.slip">
        <source></source>
        <translation>№ {number}
Уақыты, көлік нөмірі, адам саны:


Қолы:</translation>
    </message>
    <message id="check.payment">
        <source></source>
        <translation>Төлем коды</translation>
    </message>
    <message id="check.wifi">
        <source></source>
        <translation>Wi-Fi коды</translation>
    </message>
    <message id="check.link">
        <source></source>
        <translation>Сайт сілтемесі</translation>
    </message>
    <message id="check.other">
        <source></source>
        <translation>Басқа код</translation>
    </message>
    <message id="check.version">
        <source></source>
        <translation>Билеттің басқа нұсқасы</translation>
    </message>
    <message id="check.length">
        <source></source>
        <translation>Код тым ұзақ</translation>
    </message>
    <message id="check.base45">
        <source></source>
        <translation>Кодта бөгде таңба бар</translation>
    </message>
    <message id="check.cbor">
        <source></source>
        <translation>Код соңына дейін жетпейді</translation>
    </message>
    <message id="check.trailing">
        <source></source>
        <translation>Код соңынан кейін артық дерек</translation>
    </message>
    <message id="check.long_form">
        <source></source>
        <translation>Сан артық ұзын жазылған</translation>
    </message>
    <message id="check.key_order">
        <source></source>
        <translation>Өрістер реті бұзылған</translation>
    </message>
    <message id="check.key_twice">
        <source></source>
        <translation>Өріс екі рет берілген</translation>
    </message>
    <message id="check.key_kind">
        <source></source>
        <translation>Өріс атауының түрі басқа</translation>
    </message>
    <message id="check.indefinite">
        <source></source>
        <translation>Ұзындығы көрсетілмеген</translation>
    </message>
    <message id="check.depth">
        <source></source>
        <translation>Құрылымы тым терең</translation>
    </message>
    <message id="check.tag">
        <source></source>
        <translation>Бөгде тег бар</translation>
    </message>
    <message id="check.simple">
        <source></source>
        <translation>Бос немесе логикалық мән</translation>
    </message>
    <message id="check.float">
        <source></source>
        <translation>Бөлшек сан бар</translation>
    </message>
    <message id="check.integer">
        <source></source>
        <translation>Сан шектен тыс</translation>
    </message>
    <message id="check.not_ascii">
        <source></source>
        <translation>Бөгде әріптер бар</translation>
    </message>
    <message id="check.outer">
        <source></source>
        <translation>Билеттің құрылымы басқа</translation>
    </message>
    <message id="check.protected">
        <source></source>
        <translation>Билеттің тақырып бөлігі басқа</translation>
    </message>
    <message id="check.payload">
        <source></source>
        <translation>Мазмұнының құрылымы басқа</translation>
    </message>
    <message id="check.payload_key">
        <source></source>
        <translation>Мазмұнында бөгде өріс бар</translation>
    </message>
    <message id="check.payload_missing">
        <source></source>
        <translation>Мазмұнында өріс жетіспейді</translation>
    </message>
    <message id="check.payload_value">
        <source></source>
        <translation>Өріс мәні шарттан тыс</translation>
    </message>
    <message id="check.kid">
        <source></source>
        <translation>Кілт бұл құрылғыда жоқ</translation>
    </message>
    <message id="check.algorithm">
        <source></source>
        <translation>Алгоритмі бұл кілттікі емес</translation>
    </message>
    <message id="check.signature">
        <source></source>
        <translation>Қолтаңба билетке сай емес</translation>
    </message>
    <message id="check.key.revoked">
        <source></source>
        <translation>Кілттің күші жойылған</translation>
    </message>
    <message id="check.key.not_listed">
        <source></source>
        <translation>Билет рұқсат тізімінде жоқ</translation>
    </message>
    <message id="check.key.signed_outside_window">
        <source></source>
        <translation>Қол қою мерзімінен тыс</translation>
    </message>
    <message id="check.key.past_verify_until">
        <source></source>
        <translation>Кілт мерзімі өткен</translation>
    </message>
    <message id="check.key.park">
        <source></source>
        <translation>Кілт басқа паркке арналған</translation>
    </message>
    <message id="check.key.product">
        <source></source>
        <translation>Кілт басқа билет түріне арналған</translation>
    </message>
    <message id="check.key.too_long">
        <source></source>
        <translation>Кілт шегінен ұзақ билет</translation>
    </message>
    <message id="clock.now">
        <source></source>
        <translation>Құрылғының уақыты: {time}. Дұрыс болмаса, күнді, айды, жылды және уақытты теріңіз.</translation>
    </message>
    <message id="count.adults" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;ересек</numerusform>
            <numerusform>%n&#xa0;ересек</numerusform>
        </translation>
    </message>
    <message id="count.children" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;бала</numerusform>
            <numerusform>%n&#xa0;бала</numerusform>
        </translation>
    </message>
    <message id="count.preferential" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;жеңілдікті билет</numerusform>
            <numerusform>%n&#xa0;жеңілдікті билет</numerusform>
        </translation>
    </message>
    <message id="count.preschool" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;мектеп жасына дейінгі бала</numerusform>
            <numerusform>%n&#xa0;мектеп жасына дейінгі бала</numerusform>
        </translation>
    </message>
    <message id="count.other" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;келуші</numerusform>
            <numerusform>%n&#xa0;келуші</numerusform>
        </translation>
    </message>
    <message id="count.people" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;адам</numerusform>
            <numerusform>%n&#xa0;адам</numerusform>
        </translation>
    </message>
    <message id="count.minutes" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;минут</numerusform>
            <numerusform>%n&#xa0;минут</numerusform>
        </translation>
    </message>
    <message id="count.records" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;жазба</numerusform>
            <numerusform>%n&#xa0;жазба</numerusform>
        </translation>
    </message>
    <message id="count.none">
        <source></source>
        <translation>жоқ</translation>
    </message>
    <message id="day.today">
        <source></source>
        <translation>бүгін</translation>
    </message>
    <message id="day.yesterday">
        <source></source>
        <translation>кеше</translation>
    </message>
    <message id="day.tomorrow">
        <source></source>
        <translation>ертең</translation>
    </message>
    <message id="day.on">
        <source></source>
        <translation>{date} күні</translation>
    </message>
    <message id="date.short">
        <source></source>
        <translation>{d}&#xa0;{month}</translation>
    </message>
    <message id="date.long">
        <source></source>
        <translation>{y} жылғы {d}&#xa0;{month}</translation>
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
        <translation>қаңтар</translation>
    </message>
    <message id="month.2">
        <source></source>
        <translation>ақпан</translation>
    </message>
    <message id="month.3">
        <source></source>
        <translation>наурыз</translation>
    </message>
    <message id="month.4">
        <source></source>
        <translation>сәуір</translation>
    </message>
    <message id="month.5">
        <source></source>
        <translation>мамыр</translation>
    </message>
    <message id="month.6">
        <source></source>
        <translation>маусым</translation>
    </message>
    <message id="month.7">
        <source></source>
        <translation>шілде</translation>
    </message>
    <message id="month.8">
        <source></source>
        <translation>тамыз</translation>
    </message>
    <message id="month.9">
        <source></source>
        <translation>қыркүйек</translation>
    </message>
    <message id="month.10">
        <source></source>
        <translation>қазан</translation>
    </message>
    <message id="month.11">
        <source></source>
        <translation>қараша</translation>
    </message>
    <message id="month.12">
        <source></source>
        <translation>желтоқсан</translation>
    </message>
    <message id="weekday.1">
        <source></source>
        <translation>дүйсенбі</translation>
    </message>
    <message id="weekday.2">
        <source></source>
        <translation>сейсенбі</translation>
    </message>
    <message id="weekday.3">
        <source></source>
        <translation>сәрсенбі</translation>
    </message>
    <message id="weekday.4">
        <source></source>
        <translation>бейсенбі</translation>
    </message>
    <message id="weekday.5">
        <source></source>
        <translation>жұма</translation>
    </message>
    <message id="weekday.6">
        <source></source>
        <translation>сенбі</translation>
    </message>
    <message id="weekday.7">
        <source></source>
        <translation>жексенбі</translation>
    </message>
    <message id="ready.headline">
        <source></source>
        <translation>Билеттің QR-кодын камераға көрсетіңіз</translation>
    </message>
    <message id="ready.hint">
        <source></source>
        <translation>Телефонды 15–20&#xa0;см қашықтықта ұстаңыз. Экран жарықтығын барынша арттырыңыз.</translation>
    </message>
    <message id="ready.here">
        <source></source>
        <translation>Телефонды осында ұстаңыз</translation>
    </message>
    <message id="ready.no_camera">
        <source></source>
        <translation>Камера істемейді: сканерге көрсетіңіз не кодты теріңіз</translation>
    </message>
    <message id="ready.no_eye">
        <source></source>
        <translation>Камера істемейді: кодты теріңіз</translation>
    </message>
    <message id="ready.called">
        <source></source>
        <translation>Инспектор шақырылды: {time}</translation>
    </message>
    <message id="hint.still">
        <source></source>
        <translation>Қозғалтпай ұстаңыз</translation>
    </message>
    <message id="hint.one_code">
        <source></source>
        <translation>Бір ғана код көрсетіңіз</translation>
    </message>
    <message id="hint.glare">
        <source></source>
        <translation>Сәл еңкейтіңіз, жарық шағылысып тұр</translation>
    </message>
    <message id="hint.closer">
        <source></source>
        <translation>Жақындатыңыз</translation>
    </message>
    <message id="hint.whole">
        <source></source>
        <translation>Код толық көрінсін</translation>
    </message>
    <message id="hint.brighter">
        <source></source>
        <translation>Экран жарықтығын арттырыңыз</translation>
    </message>
    <message id="button.code">
        <source></source>
        <translation>Кодты теру</translation>
    </message>
    <message id="button.call">
        <source></source>
        <translation>Инспекторды шақыру</translation>
    </message>
    <message id="button.ranger">
        <source></source>
        <translation>Инспекторға</translation>
    </message>
    <message id="button.back">
        <source></source>
        <translation>Артқа</translation>
    </message>
    <message id="button.confirm">
        <source></source>
        <translation>Растау</translation>
    </message>
    <message id="link.on">
        <source></source>
        <translation>Байланыс бар</translation>
    </message>
    <message id="link.off">
        <source></source>
        <translation>Байланыс жоқ</translation>
    </message>
    <message id="link.off.here">
        <source></source>
        <translation>билеттер осы құрылғыда тексеріледі</translation>
    </message>
    <message id="age.now">
        <source></source>
        <translation>жаңа ғана тексерілді</translation>
    </message>
    <message id="age.never">
        <source></source>
        <translation>деректер әлі алынған жоқ</translation>
    </message>
    <message id="age.minutes" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;минут бұрын тексерілді</numerusform>
            <numerusform>%n&#xa0;минут бұрын тексерілді</numerusform>
        </translation>
    </message>
    <message id="age.hours" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;сағат бұрын тексерілді</numerusform>
            <numerusform>%n&#xa0;сағат бұрын тексерілді</numerusform>
        </translation>
    </message>
    <message id="age.days" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;күннен бері байланыс жоқ</numerusform>
            <numerusform>%n&#xa0;күннен бері байланыс жоқ</numerusform>
        </translation>
    </message>
    <message id="ago.now">
        <source></source>
        <translation>жаңа ғана</translation>
    </message>
    <message id="ago.never">
        <source></source>
        <translation>болған жоқ</translation>
    </message>
    <message id="ago.minutes" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;минут бұрын</numerusform>
            <numerusform>%n&#xa0;минут бұрын</numerusform>
        </translation>
    </message>
    <message id="ago.hours" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;сағат бұрын</numerusform>
            <numerusform>%n&#xa0;сағат бұрын</numerusform>
        </translation>
    </message>
    <message id="ago.days" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;күн бұрын</numerusform>
            <numerusform>%n&#xa0;күн бұрын</numerusform>
        </translation>
    </message>
    <message id="staleness.ageing">
        <source></source>
        <translation>деректер ескіріп барады</translation>
    </message>
    <message id="staleness.stale">
        <source></source>
        <translation>деректер ескірген</translation>
    </message>
    <message id="revocations.stale">
        <source></source>
        <translation>күші жойылған билеттер тізімі ескірген</translation>
    </message>
    <message id="clock.suspect">
        <source></source>
        <translation>Сағат күмәнді</translation>
    </message>
    <message id="fault.journal_renewed">
        <source></source>
        <translation>Жазбалар бүлінді, жаңа журнал ашылды</translation>
    </message>
    <message id="fault.disk_full">
        <source></source>
        <translation>Диск толды</translation>
    </message>
    <message id="fault.disk_read_only">
        <source></source>
        <translation>Дискіге жазу мүмкін емес</translation>
    </message>
    <message id="fault.disk_failed">
        <source></source>
        <translation>Диск ақаулы</translation>
    </message>
    <message id="fault.disk_moved">
        <source></source>
        <translation>Диск басқа құрылғыдан</translation>
    </message>
    <message id="fault.replica_damaged">
        <source></source>
        <translation>Билеттер тізімі бүлінді, қайта жүктелуде</translation>
    </message>
    <message id="next.visitor">
        <source></source>
        <translation>Келесі келуші билетін көрсете алады</translation>
    </message>
    <message id="next.aside">
        <source></source>
        <translation>Шетке шығып, күте тұрыңыз. Келесі келуші өте алады.</translation>
    </message>
    <message id="limits">
        <source></source>
        <translation>Осында тексерілді; басқа қақпалар: {time} жағдайы</translation>
    </message>
    <message id="limits.none">
        <source></source>
        <translation>Осында тексерілді; басқа қақпалар туралы дерек жоқ</translation>
    </message>
    <message id="card.party">
        <source></source>
        <translation>Кіретіндер</translation>
    </message>
    <message id="card.leaving">
        <source></source>
        <translation>Шығатындар</translation>
    </message>
    <message id="card.onticket">
        <source></source>
        <translation>Билетте</translation>
    </message>
    <message id="card.ticket">
        <source></source>
        <translation>Билет</translation>
    </message>
    <message id="card.until">
        <source></source>
        <translation>Мерзімінің соңы</translation>
    </message>
    <message id="card.called">
        <source></source>
        <translation>Шақырылды</translation>
    </message>
    <message id="unit.second">
        <source></source>
        <translation>с</translation>
    </message>
    <message id="question.heads">
        <source></source>
        <translation>Қазір неше адам кіреді?</translation>
    </message>
    <message id="question.heads.exit">
        <source></source>
        <translation>Қазір неше адам шығады?</translation>
    </message>
    <message id="question.group">
        <source></source>
        <translation>топтық билет …⁠{tail}</translation>
    </message>
    <message id="question.left">
        <source></source>
        <translation>Билетте қалғаны: {left}</translation>
    </message>
    <message id="question.inside">
        <source></source>
        <translation>Паркте: {left}</translation>
    </message>
    <message id="question.total">
        <source></source>
        <translation>Топта: {count}</translation>
    </message>
    <message id="question.rowleft">
        <source></source>
        <translation>Қалғаны: {left}</translation>
    </message>
    <message id="question.of">
        <source></source>
        <translation>{count} / {total}</translation>
    </message>
    <message id="question.confirm" numerus="yes">
        <source></source>
        <translation>
            <numerusform>Жалғастыру: %n&#xa0;адам</numerusform>
            <numerusform>Жалғастыру: %n&#xa0;адам</numerusform>
        </translation>
    </message>
    <message id="question.confirm.exit" numerus="yes">
        <source></source>
        <translation>
            <numerusform>Жалғастыру: %n&#xa0;адам</numerusform>
            <numerusform>Жалғастыру: %n&#xa0;адам</numerusform>
        </translation>
    </message>
    <message id="question.plate.type">
        <source></source>
        <translation>Көлік нөмірін теру</translation>
    </message>
    <message id="question.holder.type">
        <source></source>
        <translation>Құжат нөмірін теру</translation>
    </message>
    <message id="question.second_look.done">
        <source></source>
        <translation>Әріптес қарады</translation>
    </message>
    <message id="question.nobody">
        <source></source>
        <translation>Адам санын таңдаңыз</translation>
    </message>
    <message id="question.warning">
        <source></source>
        <translation>Ескерту: {advisory}</translation>
    </message>
    <message id="question.warning.title">
        <source></source>
        <translation>Назар аударыңыз</translation>
    </message>
    <message id="question.seen">
        <source></source>
        <translation>Таныстым</translation>
    </message>
    <message id="question.guide">
        <source></source>
        <translation>Гидіңіз кім?</translation>
    </message>
    <message id="question.guide.why">
        <source></source>
        <translation>Бұл маршрутқа гид немесе инспектор-жолсерік керек.</translation>
    </message>
    <message id="question.plate.why">
        <source></source>
        <translation>Инспектор, көлік нөмірін қарап, осында теріңіз. Ол билетпен салыстырылады.</translation>
    </message>
    <message id="question.holder.why">
        <source></source>
        <translation>Инспектор, құжатты қарап, нөмірін осында теріңіз. Ол билетпен салыстырылады, көшірмесі алынбайды.</translation>
    </message>
    <message id="question.second_look.why">
        <source></source>
        <translation>Инспектор, әріптесіңіз де қарап шықсын, содан кейін жалғастырыңыз.</translation>
    </message>
    <message id="question.plate.placeholder">
        <source></source>
        <translation>Көлік нөмірі</translation>
    </message>
    <message id="question.holder.placeholder">
        <source></source>
        <translation>Құжат нөмірі</translation>
    </message>
    <message id="question.guide.name">
        <source></source>
        <translation>Гидтің атын теру</translation>
    </message>
    <message id="question.guide.placeholder">
        <source></source>
        <translation>Гидтің аты</translation>
    </message>
    <message id="question.plate">
        <source></source>
        <translation>Көлік нөмірін тексеру</translation>
    </message>
    <message id="question.holder">
        <source></source>
        <translation>Құжатты тексеру</translation>
    </message>
    <message id="question.second_look">
        <source></source>
        <translation>Екінші тексеру</translation>
    </message>
    <message id="category.adults">
        <source></source>
        <translation>Ересектер</translation>
    </message>
    <message id="category.children">
        <source></source>
        <translation>Балалар</translation>
    </message>
    <message id="category.preferential">
        <source></source>
        <translation>Жеңілдікті билет</translation>
    </message>
    <message id="category.preschool">
        <source></source>
        <translation>Мектеп жасына дейінгі балалар</translation>
    </message>
    <message id="category.other">
        <source></source>
        <translation>Басқа келушілер</translation>
    </message>
    <message id="code.title">
        <source></source>
        <translation>Билет кодын теріңіз</translation>
    </message>
    <message id="code.hint">
        <source></source>
        <translation>Код QR-кодтың астында, 10 таңба. 0, O, 1, I болмайды.</translation>
    </message>
    <message id="code.more" numerus="yes">
        <source></source>
        <translation>
            <numerusform>тағы %n</numerusform>
            <numerusform>тағы %n</numerusform>
        </translation>
    </message>
    <message id="code.wrong">
        <source></source>
        <translation>Бұл код сәйкес келмейді. Билетке қарап, қайта теріңіз.</translation>
    </message>
    <message id="code.wait">
        <source></source>
        <translation>Тым көп әрекет болды. Бір минуттан кейін қайталаңыз.</translation>
    </message>
    <message id="key.delete">
        <source></source>
        <translation>Өшіру</translation>
    </message>
    <message id="key.call">
        <source></source>
        <translation>Шақыру</translation>
    </message>
    <message id="key.done">
        <source></source>
        <translation>Дайын</translation>
    </message>
    <message id="key.space">
        <source></source>
        <translation>Бос орын</translation>
    </message>
    <message id="pin.title">
        <source></source>
        <translation>PIN кодыңызды теріңіз</translation>
    </message>
    <message id="pin.subtitle">
        <source></source>
        <translation>инспектордың кіруі</translation>
    </message>
    <message id="pin.why">
        <source></source>
        <translation>Соңғы шешімдерді көру, жазба күшін жою және инспектор шешімі осы жерде.</translation>
    </message>
    <message id="pin.left">
        <source></source>
        <translation>Қалған әрекет: {count}</translation>
    </message>
    <message id="pin.rule">
        <source></source>
        <translation>5 рет сәйкес келмесе, 1 минут күту қажет.</translation>
    </message>
    <message id="pin.wrong">
        <source></source>
        <translation>PIN сәйкес келмеді</translation>
    </message>
    <message id="pin.locked">
        <source></source>
        <translation>Күтіңіз: {count} с</translation>
    </message>
    <message id="pin.unset">
        <source></source>
        <translation>Бұл құрылғыда PIN орнатылмаған.</translation>
    </message>
    <message id="pin.enter">
        <source></source>
        <translation>Кіру</translation>
    </message>
    <message id="pin.whose">
        <source></source>
        <translation>Кіріп жатқан: {name}. PIN кодыңызды ешкімге айтпаңыз.</translation>
    </message>
    <message id="pin.choose">
        <source></source>
        <translation>PIN код ойлап табыңыз</translation>
    </message>
    <message id="pin.repeat">
        <source></source>
        <translation>Тағы бір рет теріңіз</translation>
    </message>
    <message id="pin.advice">
        <source></source>
        <translation>Ешкім бірден таппайтын алты сан: 123456 емес, күн емес, қайталаусыз.</translation>
    </message>
    <message id="pin.trivial">
        <source></source>
        <translation>Табуға тым оңай. Басқасын ойлаңыз.</translation>
    </message>
    <message id="pin.differs">
        <source></source>
        <translation>Екеуі сәйкес келмеді. Қайта бастаңыз.</translation>
    </message>
    <message id="pin.checking">
        <source></source>
        <translation>Тексеріліп жатыр…</translation>
    </message>
    <message id="pin.new_code">
        <source></source>
        <translation>Жаңа код</translation>
    </message>
    <message id="pin.rule.person">
        <source></source>
        <translation>Әр 5 қателіктен кейін үзіліс болады, ол әр жолы ұзарады.</translation>
    </message>
    <message id="pin.locked.minutes">
        <source></source>
        <translation>Күтіңіз: {count} мин</translation>
    </message>
    <message id="activate.title">
        <source></source>
        <translation>Іске қосу коды</translation>
    </message>
    <message id="activate.hint">
        <source></source>
        <translation>{name}: әкімшілік берген он алты әріп пен сан.</translation>
    </message>
    <message id="activate.wrong">
        <source></source>
        <translation>Код сәйкес келмеді. Әр әріпті салыстырыңыз.</translation>
    </message>
    <message id="activate.slip">
        <source></source>
        <translation>Бір әріп қате терілген. Кодты салыстырыңыз.</translation>
    </message>
    <message id="activate.none">
        <source></source>
        <translation>Бұл жерде сізге жарамды код жоқ. Әкімшіліктен жаңасын сұраңыз.</translation>
    </message>
    <message id="pin.locked.hours">
        <source></source>
        <translation>Күтіңіз: {count} сағ</translation>
    </message>
    <message id="role.ranger">
        <source></source>
        <translation>инспектор</translation>
    </message>
    <message id="role.senior">
        <source></source>
        <translation>аға инспектор</translation>
    </message>
    <message id="role.administrator">
        <source></source>
        <translation>әкімші</translation>
    </message>
    <message id="ranger.denied">
        <source></source>
        <translation>Бұл сіздің рөліңізге кірмейді. Мынаған айтыңыз: {roles}</translation>
    </message>
    <message id="ranger.sync">
        <source></source>
        <translation>Алмасу</translation>
    </message>
    <message id="ranger.unsent">
        <source></source>
        <translation>Жіберілмеген</translation>
    </message>
    <message id="ranger.overrides">
        <source></source>
        <translation>Бүгінгі шешімдер</translation>
    </message>
    <message id="ranger.inside">
        <source></source>
        <translation>Ішінде</translation>
    </message>
    <message id="ranger.counting">
        <source></source>
        <translation>санауда…</translation>
    </message>
    <message id="ranger.inside.late">
        <source></source>
        <translation>{count} · кешіккені {late}</translation>
    </message>
    <message id="ranger.lock">
        <source></source>
        <translation>Құлыптау</translation>
    </message>
    <message id="ranger.syncnow">
        <source></source>
        <translation>Қазір синхрондау</translation>
    </message>
    <message id="ranger.syncing">
        <source></source>
        <translation>Алмасу жүріп жатыр</translation>
    </message>
    <message id="ranger.direction">
        <source></source>
        <translation>Бағыт: {direction}</translation>
    </message>
    <message id="ranger.code">
        <source></source>
        <translation>Кодты теру</translation>
    </message>
    <message id="ranger.ready">
        <source></source>
        <translation>Экранға оралу</translation>
    </message>
    <message id="ranger.empty">
        <source></source>
        <translation>Бүгін әлі шешім жоқ</translation>
    </message>
    <message id="ranger.sought">
        <source></source>
        <translation>адам жоғалды</translation>
    </message>
    <message id="ranger.notturned">
        <source></source>
        <translation>турникет айналмады</translation>
    </message>
    <message id="ranger.annul">
        <source></source>
        <translation>Жазба күшін жою</translation>
    </message>
    <message id="ranger.letin">
        <source></source>
        <translation>Өткізу</translation>
    </message>
    <message id="ranger.keep_open">
        <source></source>
        <translation>Шлагбаумды ашық ұстау</translation>
    </message>
    <message id="ranger.kept_open">
        <source></source>
        <translation>Шлагбаум ашық тұр: {time} бастап. Жабу</translation>
    </message>
    <message id="ranger.decide">
        <source></source>
        <translation>Шешу</translation>
    </message>
    <message id="ranger.annulled">
        <source></source>
        <translation>күші жойылды</translation>
    </message>
    <message id="ranger.overridden">
        <source></source>
        <translation>инспектор өткізді</translation>
    </message>
    <message id="ranger.waiting">
        <source></source>
        <translation>Күтіп тұр: {count}&#xa0;мин</translation>
    </message>
    <message id="ranger.answer">
        <source></source>
        <translation>Келдім</translation>
    </message>
    <message id="ranger.newer">
        <source></source>
        <translation>Кейінгілер</translation>
    </message>
    <message id="ranger.older">
        <source></source>
        <translation>Бұрынғылар</translation>
    </message>
    <message id="ranger.done">
        <source></source>
        <translation>Орындалды</translation>
    </message>
    <message id="ranger.failed">
        <source></source>
        <translation>Орындалмады. Қайталаңыз немесе құрылғы күйін қараңыз.</translation>
    </message>
    <message id="reason.title.override">
        <source></source>
        <translation>Неге өткізесіз?</translation>
    </message>
    <message id="reason.title.annul">
        <source></source>
        <translation>Неге күшін жоясыз?</translation>
    </message>
    <message id="reason.title.keep_open">
        <source></source>
        <translation>Шлагбаум неге ашық тұрады?</translation>
    </message>
    <message id="reason.title.set_back">
        <source></source>
        <translation>Неге қайта жабылады?</translation>
    </message>
    <message id="ranger.question">
        <source></source>
        <translation>Келуші жауап беруі керек: сұрақты көрсету</translation>
    </message>
    <message id="ranger.visitor">
        <source></source>
        <translation>Келуші күтіп тұр</translation>
    </message>
    <message id="staff.title">
        <source></source>
        <translation>Есіміңізді таңдаңыз</translation>
    </message>
    <message id="staff.none">
        <source></source>
        <translation>Тізімде жоқпын</translation>
    </message>
    <message id="staff.more">
        <source></source>
        <translation>Басқалары</translation>
    </message>
    <message id="setup.title">
        <source></source>
        <translation>Бұл құрылғы әлі тіркелмеген</translation>
    </message>
    <message id="setup.registry">
        <source></source>
        <translation>1. Тізілімде бір реттік код жасаңыз:</translation>
    </message>
    <message id="setup.here">
        <source></source>
        <translation>2. Осы құрылғыда мынаны орындаңыз:</translation>
    </message>
    <message id="setup.then">
        <source></source>
        <translation>Содан кейін экран өзі ашылады.</translation>
    </message>
    <message id="why.document_seen">
        <source></source>
        <translation>Құжат көрсетілді</translation>
    </message>
    <message id="why.receipt_seen">
        <source></source>
        <translation>Төлем чегі көрсетілді</translation>
    </message>
    <message id="why.unreadable">
        <source></source>
        <translation>Билет оқылмайды</translation>
    </message>
    <message id="why.same_party">
        <source></source>
        <translation>Тобы паркте</translation>
    </message>
    <message id="why.kiosk_fault">
        <source></source>
        <translation>Құрылғы ақаулы</translation>
    </message>
    <message id="why.emergency">
        <source></source>
        <translation>Төтенше жағдай</translation>
    </message>
    <message id="why.not_passed">
        <source></source>
        <translation>Өтпеді</translation>
    </message>
    <message id="why.wrong_ticket">
        <source></source>
        <translation>Басқа билет көрсетілді</translation>
    </message>
    <message id="why.wrong_heads">
        <source></source>
        <translation>Адам саны басқа</translation>
    </message>
    <message id="why.test">
        <source></source>
        <translation>Сынақ</translation>
    </message>
    <message id="why.fire">
        <source></source>
        <translation>Өрт</translation>
    </message>
    <message id="why.queue">
        <source></source>
        <translation>Ұзын кезек</translation>
    </message>
    <message id="why.over">
        <source></source>
        <translation>Бәрі қалпына келді</translation>
    </message>
    <message id="why.mistake">
        <source></source>
        <translation>Қателесіп ашылды</translation>
    </message>
    <message id="why.other">
        <source></source>
        <translation>Басқа себеп: теру</translation>
    </message>
    <message id="why.heads">
        <source></source>
        <translation>Адам саны</translation>
    </message>
    <message id="why.heads.kept">
        <source></source>
        <translation>билет бойынша</translation>
    </message>
    <message id="why.placeholder">
        <source></source>
        <translation>Себебін теріңіз</translation>
    </message>
    <message id="barrier.closed">
        <source></source>
        <translation>Шлагбаум жабық</translation>
    </message>
    <message id="barrier.open">
        <source></source>
        <translation>Шлагбаум ашық</translation>
    </message>
    <message id="barrier.held">
        <source></source>
        <translation>Шлагбаум ашық ұсталып тұр</translation>
    </message>
    <message id="barrier.faulted">
        <source></source>
        <translation>Шлагбаум ақаулы</translation>
    </message>
    <message id="reason.wrong_gate.no_map">
        <source></source>
        <translation>Билет басқа қақпаға арналған: {gate}. ▸ Инспекторға келіңіз.</translation>
    </message>
    <message id="clock.title">
        <source></source>
        <translation>Қазір уақыт қанша?</translation>
    </message>
    <message id="clock.wrong">
        <source></source>
        <translation>Мұндай күн немесе уақыт жоқ.</translation>
    </message>
    <message id="clock.over">
        <source></source>
        <translation>Бұл уақыт өтіп кетті. Күнін тексеріңіз.</translation>
    </message>
    <message id="clock.set">
        <source></source>
        <translation>Орнату</translation>
    </message>
    <message id="devices.title">
        <source></source>
        <translation>Құрылғы күйі</translation>
    </message>
    <message id="devices.well">
        <source></source>
        <translation>Бәрі жұмыс істеп тұр</translation>
    </message>
    <message id="devices.minutes">
        <source></source>
        <translation>{count}&#xa0;мин</translation>
    </message>
    <message id="ranger.devices">
        <source></source>
        <translation>Құрылғылар</translation>
    </message>
    <message id="device.camera">
        <source></source>
        <translation>Камера</translation>
    </message>
    <message id="device.decoder">
        <source></source>
        <translation>Код оқу</translation>
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
        <translation>Дыбыс</translation>
    </message>
    <message id="device.screen">
        <source></source>
        <translation>Экран</translation>
    </message>
    <message id="device.power">
        <source></source>
        <translation>Қуат</translation>
    </message>
    <message id="device.climate">
        <source></source>
        <translation>Ішкі жылу</translation>
    </message>
    <message id="device.modem">
        <source></source>
        <translation>Модем</translation>
    </message>
    <message id="device.door">
        <source></source>
        <translation>Есік</translation>
    </message>
    <message id="device.registry">
        <source></source>
        <translation>Тізілім</translation>
    </message>
    <message id="trouble.camera_missing">
        <source></source>
        <translation>Камера табылмады</translation>
    </message>
    <message id="trouble.camera_missing.do">
        <source></source>
        <translation>Қосыңыз. Сканер мен терілген код жұмыс істейді.</translation>
    </message>
    <message id="trouble.camera_silent">
        <source></source>
        <translation>Камера сурет бермейді</translation>
    </message>
    <message id="trouble.camera_silent.do">
        <source></source>
        <translation>Ажыратып, қайта қосыңыз.</translation>
    </message>
    <message id="trouble.camera_broken">
        <source></source>
        <translation>Камера тоқтап қалды</translation>
    </message>
    <message id="trouble.camera_broken.do">
        <source></source>
        <translation>Киоскіні қайта қосыңыз. Кодты теруге болады.</translation>
    </message>
    <message id="trouble.camera_frozen">
        <source></source>
        <translation>Камераның суреті қозғалмайды</translation>
    </message>
    <message id="trouble.camera_frozen.do">
        <source></source>
        <translation>Ажыратып, қайта қосыңыз.</translation>
    </message>
    <message id="trouble.camera_dark">
        <source></source>
        <translation>Камераға жарық жетпейді</translation>
    </message>
    <message id="trouble.camera_dark.do">
        <source></source>
        <translation>Объективті сүртіңіз немесе шамды жағыңыз.</translation>
    </message>
    <message id="trouble.decoder_restarting">
        <source></source>
        <translation>Код оқу қайта іске қосылуда</translation>
    </message>
    <message id="trouble.decoder_restarting.do">
        <source></source>
        <translation>Бір секунд күтіңіз немесе кодты теріңіз.</translation>
    </message>
    <message id="trouble.decoder_engine_out">
        <source></source>
        <translation>Код оқу баяулады</translation>
    </message>
    <message id="trouble.decoder_engine_out.do">
        <source></source>
        <translation>Бір минуттан кейін өзі қалпына келеді.</translation>
    </message>
    <message id="trouble.scanner_missing">
        <source></source>
        <translation>Сканер табылмады</translation>
    </message>
    <message id="trouble.scanner_missing.do">
        <source></source>
        <translation>Қосыңыз. Камера мен терілген код жұмыс істейді.</translation>
    </message>
    <message id="trouble.scanner_faulted">
        <source></source>
        <translation>Сканер ашылмайды</translation>
    </message>
    <message id="trouble.scanner_faulted.do">
        <source></source>
        <translation>Ажыратып, қайта қосыңыз.</translation>
    </message>
    <message id="trouble.scanner_flooding">
        <source></source>
        <translation>Сканер тоқтаусыз жіберіп тұр</translation>
    </message>
    <message id="trouble.scanner_flooding.do">
        <source></source>
        <translation>Ажыратыңыз немесе нұсқаулықтағы кодпен қалпына келтіріңіз.</translation>
    </message>
    <message id="trouble.barrier_missing">
        <source></source>
        <translation>Шлагбаум жауап бермейді</translation>
    </message>
    <message id="trouble.barrier_missing.do">
        <source></source>
        <translation>Қолмен ашыңыз. Қуаты мен кабелін қараңыз.</translation>
    </message>
    <message id="trouble.barrier_faulted">
        <source></source>
        <translation>Шлагбаум жұмыс істемейді</translation>
    </message>
    <message id="trouble.barrier_faulted.do">
        <source></source>
        <translation>Қолмен ашыңыз да, сервисті шақырыңыз.</translation>
    </message>
    <message id="trouble.barrier_stays_open">
        <source></source>
        <translation>Шлагбаум өздігінен ашық тұр</translation>
    </message>
    <message id="trouble.barrier_stays_open.do">
        <source></source>
        <translation>Не кедергі екенін қараңыз немесе қолмен жабыңыз.</translation>
    </message>
    <message id="trouble.barrier_does_not_turn">
        <source></source>
        <translation>Турникет бұрылмады</translation>
    </message>
    <message id="trouble.barrier_does_not_turn.do">
        <source></source>
        <translation>Тұрып қалмағанын немесе датчигін қараңыз.</translation>
    </message>
    <message id="trouble.printer_missing">
        <source></source>
        <translation>Принтер табылмады</translation>
    </message>
    <message id="trouble.printer_missing.do">
        <source></source>
        <translation>Іске қосып, кабелін қараңыз. Билеттер тексеріле береді.</translation>
    </message>
    <message id="trouble.printer_no_paper">
        <source></source>
        <translation>Принтерде қағаз жоқ</translation>
    </message>
    <message id="trouble.printer_no_paper.do">
        <source></source>
        <translation>Орам салыңыз. Кезектегілер өзі басылады.</translation>
    </message>
    <message id="trouble.printer_paper_low">
        <source></source>
        <translation>Принтер қағазы таусылуға жақын</translation>
    </message>
    <message id="trouble.printer_paper_low.do">
        <source></source>
        <translation>Жаңа орам дайындап қойыңыз.</translation>
    </message>
    <message id="trouble.printer_cover_open">
        <source></source>
        <translation>Принтер қақпағы ашық</translation>
    </message>
    <message id="trouble.printer_cover_open.do">
        <source></source>
        <translation>Жабыңыз. Кезектегілер өзі басылады.</translation>
    </message>
    <message id="trouble.printer_faulted">
        <source></source>
        <translation>Принтер баспайды</translation>
    </message>
    <message id="trouble.printer_faulted.do">
        <source></source>
        <translation>Пышағын босатып, өшіріп-қосыңыз.</translation>
    </message>
    <message id="trouble.sound_missing">
        <source></source>
        <translation>Дыбыс жоқ</translation>
    </message>
    <message id="trouble.sound_missing.do">
        <source></source>
        <translation>Бәрі экранда жазылады. Динамик кабелін қараңыз.</translation>
    </message>
    <message id="trouble.sound_faulted">
        <source></source>
        <translation>Динамик дыбыс шығармайды</translation>
    </message>
    <message id="trouble.sound_faulted.do">
        <source></source>
        <translation>Бәрі экранда жазылады. Машинаны қайта қосыңыз.</translation>
    </message>
    <message id="trouble.screen_missing">
        <source></source>
        <translation>Жарықтықты реттеу мүмкін емес</translation>
    </message>
    <message id="trouble.screen_missing.do">
        <source></source>
        <translation>Экранның жарығын бұл машина танымайды.</translation>
    </message>
    <message id="trouble.screen_faulted">
        <source></source>
        <translation>Жарықтық өзгермейді</translation>
    </message>
    <message id="trouble.screen_faulted.do">
        <source></source>
        <translation>Киоскінің рұқсаты жоқ. Сервисті шақырыңыз.</translation>
    </message>
    <message id="trouble.power_missing">
        <source></source>
        <translation>Қуат туралы мәлімет жоқ</translation>
    </message>
    <message id="trouble.power_missing.do">
        <source></source>
        <translation>Батарея мен машина арасындағы кабельді қараңыз.</translation>
    </message>
    <message id="trouble.power_on_battery">
        <source></source>
        <translation>Желі тогы жоқ, батарея жұмыс істеп тұр</translation>
    </message>
    <message id="trouble.power_on_battery.do">
        <source></source>
        <translation>Сақтандырғышты қараңыз, батареяны үнемдеңіз.</translation>
    </message>
    <message id="trouble.power_battery_low">
        <source></source>
        <translation>Батарея бітуге жақын</translation>
    </message>
    <message id="trouble.power_battery_low.do">
        <source></source>
        <translation>Ішкі тізімді басып алып, қағаз дайындаңыз.</translation>
    </message>
    <message id="trouble.climate_missing">
        <source></source>
        <translation>Қорап ішіндегі жылу белгісіз</translation>
    </message>
    <message id="trouble.climate_missing.do">
        <source></source>
        <translation>Датчик кабелін қараңыз.</translation>
    </message>
    <message id="trouble.climate_cold">
        <source></source>
        <translation>Қорап іші тым суық</translation>
    </message>
    <message id="trouble.climate_cold.do">
        <source></source>
        <translation>Жабыңыз да, жылытқышты қосыңыз.</translation>
    </message>
    <message id="trouble.climate_hot">
        <source></source>
        <translation>Қорап іші тым ыстық</translation>
    </message>
    <message id="trouble.climate_hot.do">
        <source></source>
        <translation>Желдеткіш саңылауын ашыңыз, көлеңке жасаңыз.</translation>
    </message>
    <message id="trouble.modem_missing">
        <source></source>
        <translation>Модем табылмады</translation>
    </message>
    <message id="trouble.modem_missing.do">
        <source></source>
        <translation>Қосыңыз. Билеттер тексеріле береді.</translation>
    </message>
    <message id="trouble.modem_no_signal">
        <source></source>
        <translation>Модемде желі жоқ</translation>
    </message>
    <message id="trouble.modem_no_signal.do">
        <source></source>
        <translation>Антеннасын қараңыз. Билеттер тексеріле береді.</translation>
    </message>
    <message id="trouble.modem_data_low">
        <source></source>
        <translation>Айлық трафик таусылуға жақын</translation>
    </message>
    <message id="trouble.modem_data_low.do">
        <source></source>
        <translation>Қосымша сұраңыз немесе флешка әкеліңіз.</translation>
    </message>
    <message id="trouble.door_missing">
        <source></source>
        <translation>Есік датчигі оқылмайды</translation>
    </message>
    <message id="trouble.door_missing.do">
        <source></source>
        <translation>Кабелін қараңыз.</translation>
    </message>
    <message id="trouble.door_open">
        <source></source>
        <translation>Қораптың есігі ашық</translation>
    </message>
    <message id="trouble.door_open.do">
        <source></source>
        <translation>Жабыңыз да, кім ашқанын анықтаңыз.</translation>
    </message>
    <message id="trouble.door_tilted">
        <source></source>
        <translation>Киоск қисайған не соққы тиген</translation>
    </message>
    <message id="trouble.door_tilted.do">
        <source></source>
        <translation>Бекітілгенін тексеріңіз.</translation>
    </message>
    <message id="trouble.registry_not_believed">
        <source></source>
        <translation>Тізілімнің деректеріне сенуге болмайды</translation>
    </message>
    <message id="trouble.registry_not_believed.do">
        <source></source>
        <translation>Бұрынғы ережелер күшінде, тексеруді жалғастырыңыз. Әкімшілікке хабарлаңыз.</translation>
    </message>
    <message id="trouble.registry_unproven">
        <source></source>
        <translation>Тізілім өзін растай алмады</translation>
    </message>
    <message id="trouble.registry_unproven.do">
        <source></source>
        <translation>Сағатты тексеріңіз. Сағат дұрыс болса, бұл желіге қосылмаңыз да, әкімшілікке хабарлаңыз.</translation>
    </message>
    <message id="trouble.registry_stick_old">
        <source></source>
        <translation>Флешкадағы деректер ескі</translation>
    </message>
    <message id="trouble.registry_stick_old.do">
        <source></source>
        <translation>Одан ештеңе алынбады. Флешканы шығарып, жаңасын сұраңыз.</translation>
    </message>
    <message id="trouble.registry_portal">
        <source></source>
        <translation>Желі алдымен кіруді талап етеді</translation>
    </message>
    <message id="trouble.registry_portal.do">
        <source></source>
        <translation>Басқа желіні пайдаланыңыз. Билеттер бұрынғыдай тексеріледі.</translation>
    </message>
    <message id="devices.troubles" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n құрылғыға назар керек</numerusform>
            <numerusform>%n құрылғыға назар керек</numerusform>
        </translation>
    </message>
</context>
</TS>
