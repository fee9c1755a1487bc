<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB" sourcelanguage="en_GB">
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
        <translation>National park</translation>
    </message>
    <message id="gate.name">
        <source></source>
        <translation>Gate&#xa0;{gate}</translation>
    </message>
    <message id="lane.name">
        <source></source>
        <translation>lane&#xa0;{lane}</translation>
    </message>
    <message id="direction.entry">
        <source></source>
        <translation>entry</translation>
    </message>
    <message id="direction.exit">
        <source></source>
        <translation>exit</translation>
    </message>
    <message id="direction.both">
        <source></source>
        <translation>entry and exit</translation>
    </message>
    <message id="dot">
        <source></source>
        <translation>{first} · {second}</translation>
    </message>
    <message id="word.admitted">
        <source></source>
        <translation>Go ahead</translation>
    </message>
    <message id="word.refused">
        <source></source>
        <translation>No entry</translation>
    </message>
    <message id="word.referred">
        <source></source>
        <translation>Please wait for the ranger</translation>
    </message>
    <message id="greeting.welcome">
        <source></source>
        <translation>Welcome!</translation>
    </message>
    <message id="greeting.back">
        <source></source>
        <translation>Welcome back!</translation>
    </message>
    <message id="greeting.exit">
        <source></source>
        <translation>Safe journey!</translation>
    </message>
    <message id="reason.ok">
        <source></source>
        <translation>{party}. ▸ Your ticket is valid until {until}.</translation>
    </message>
    <message id="reason.welcome_back">
        <source></source>
        <translation>This continues today&apos;s visit. ▸ No new ticket is needed.</translation>
    </message>
    <message id="reason.partial">
        <source></source>
        <translation>Entering now: {count}. Left on this ticket: {left}. ▸ The others can use it later.</translation>
    </message>
    <message id="reason.flagged_gate">
        <source></source>
        <translation>Your ticket names another entrance: {gate}. You may enter here today. ▸ Next time, please use that one.</translation>
    </message>
    <message id="reason.flagged_reentry">
        <source></source>
        <translation>This ticket was used today at {time}. Re-entry is allowed. ▸ Please show it when you leave.</translation>
    </message>
    <message id="reason.unlisted">
        <source></source>
        <translation>Your ticket is genuine; our list will catch up. ▸ Keep it until you leave.</translation>
    </message>
    <message id="reason.unconfirmed">
        <source></source>
        <translation>Checked here only: the other lanes cannot be reached. ▸ Keep your ticket until you leave.</translation>
    </message>
    <message id="reason.pass">
        <source></source>
        <translation>Your pass has been checked. ▸ Valid until {date}.</translation>
    </message>
    <message id="reason.exempt">
        <source></source>
        <translation>Free entry. ▸ No copy of your document is kept.</translation>
    </message>
    <message id="reason.staff">
        <source></source>
        <translation>Staff pass. ▸ Not counted as a visit.</translation>
    </message>
    <message id="reason.official">
        <source></source>
        <translation>Official entry. ▸ The ranger completes the record later.</translation>
    </message>
    <message id="reason.claim">
        <source></source>
        <translation>Your payment is noted and will be looked for: {party}. ▸ Keep the slip until you leave.</translation>
    </message>
    <message id="reason.override">
        <source></source>
        <translation>The ranger has let you in. ▸ Keep your ticket until you leave.</translation>
    </message>
    <message id="reason.exit">
        <source></source>
        <translation>Your exit is recorded: {time}. ▸ Thank you for keeping the park clean.</translation>
    </message>
    <message id="reason.exit_unknown">
        <source></source>
        <translation>You may leave. No entry was found for this code. ▸ If someone is still inside, tell the ranger.</translation>
    </message>
    <message id="reason.training">
        <source></source>
        <translation>TEST ticket: not a real entry. ▸ It is not counted.</translation>
    </message>
    <message id="reason.not_a_ticket">
        <source></source>
        <translation>This code is not a park ticket. ▸ Open the QR code of your ticket and show it again.</translation>
    </message>
    <message id="reason.not_a_ticket.payment">
        <source></source>
        <translation>This is a payment code. ▸ Open the QR code of your ticket and show it again.</translation>
    </message>
    <message id="reason.not_a_ticket.wifi">
        <source></source>
        <translation>This is a Wi-Fi code. ▸ Open the QR code of your ticket and show it again.</translation>
    </message>
    <message id="reason.not_a_ticket.link">
        <source></source>
        <translation>This is a web link. ▸ Open the QR code of your ticket and show it again.</translation>
    </message>
    <message id="reason.malformed">
        <source></source>
        <translation>The ticket code is incomplete. ▸ Reopen the ticket or type the code below it.</translation>
    </message>
    <message id="reason.forged">
        <source></source>
        <translation>We could not confirm this ticket. ▸ Please see the ranger with your payment receipt.</translation>
    </message>
    <message id="reason.wrong_park">
        <source></source>
        <translation>This ticket is for another park: {park}. ▸ Ask the ranger for a ticket to this park.</translation>
    </message>
    <message id="reason.wrong_gate">
        <source></source>
        <translation>This ticket is for another entrance: {gate}. ▸ The map shows the way.</translation>
    </message>
    <message id="reason.expired">
        <source></source>
        <translation>This ticket ended: {dayword}, {time}. ▸ You can buy a further day.</translation>
    </message>
    <message id="reason.not_yet">
        <source></source>
        <translation>This ticket is not valid yet. It starts: {dayword}, {time}. ▸ Please come back then.</translation>
    </message>
    <message id="reason.revoked">
        <source></source>
        <translation>This ticket was cancelled on {date}. ▸ If this is unexpected, show the ranger your receipt.</translation>
    </message>
    <message id="reason.already_used">
        <source></source>
        <translation>This ticket was already used {day}: {time}, {place}. ▸ Please speak to the ranger.</translation>
    </message>
    <message id="reason.used_up">
        <source></source>
        <translation>All entries on this ticket are used: {count}. ▸ You can buy a new ticket.</translation>
    </message>
    <message id="reason.closed">
        <source></source>
        <translation>Closed: {zone}, until {date}, {time}. Cause: {cause}. ▸ By order of {authority}, {document}. Open now: {open}.</translation>
    </message>
    <message id="reason.closed.open_ended">
        <source></source>
        <translation>Closed: {zone}, until further notice. Cause: {cause}. ▸ By order of {authority}, {document}. Open now: {open}.</translation>
    </message>
    <message id="reason.full">
        <source></source>
        <translation>No places left now. The limit is {count}. ▸ Next free time: {dayword}, {time}. There may be places at: {gate}. Set by {authority}, {document}.</translation>
    </message>
    <message id="reason.full.one_out">
        <source></source>
        <translation>One out, one in. ▸ Please wait. Set by {authority}, {document}.</translation>
    </message>
    <message id="reason.full.some">
        <source></source>
        <translation>Places left: {left}. The limit is {count}. ▸ Tell the ranger: part of your group can go in. Set by {authority}, {document}.</translation>
    </message>
    <message id="reason.outside_hours">
        <source></source>
        <translation>Entry is closed now. It opens: {dayword}, {time}. ▸ If you stay overnight, tell the ranger.</translation>
    </message>
    <message id="note.closed">
        <source></source>
        <translation>Closed now: {closed}.</translation>
    </message>
    <message id="note.warning">
        <source></source>
        <translation>Please note: {warning}.</translation>
    </message>
    <message id="warning.level">
        <source></source>
        <translation>{what}, class {level}</translation>
    </message>
    <message id="warning.until">
        <source></source>
        <translation>{what}, until {until}</translation>
    </message>
    <message id="warning.order">
        <source></source>
        <translation>{what}. By order of {authority}, {document}</translation>
    </message>
    <message id="warning.storm">
        <source></source>
        <translation>storm</translation>
    </message>
    <message id="warning.flood">
        <source></source>
        <translation>flood</translation>
    </message>
    <message id="warning.fire_danger">
        <source></source>
        <translation>fire danger</translation>
    </message>
    <message id="warning.avalanche">
        <source></source>
        <translation>avalanche danger</translation>
    </message>
    <message id="warning.mudflow">
        <source></source>
        <translation>mudflow danger</translation>
    </message>
    <message id="warning.heat">
        <source></source>
        <translation>heat</translation>
    </message>
    <message id="warning.frost">
        <source></source>
        <translation>severe frost</translation>
    </message>
    <message id="warning.ice">
        <source></source>
        <translation>thin ice</translation>
    </message>
    <message id="warning.wildlife">
        <source></source>
        <translation>wild animals near</translation>
    </message>
    <message id="warning.other">
        <source></source>
        <translation>danger in the park</translation>
    </message>
    <message id="cause.fire">
        <source></source>
        <translation>fire</translation>
    </message>
    <message id="cause.avalanche">
        <source></source>
        <translation>avalanche</translation>
    </message>
    <message id="cause.works">
        <source></source>
        <translation>works</translation>
    </message>
    <message id="cause.flood">
        <source></source>
        <translation>flood</translation>
    </message>
    <message id="cause.mudflow">
        <source></source>
        <translation>mudflow</translation>
    </message>
    <message id="cause.landslide">
        <source></source>
        <translation>landslide</translation>
    </message>
    <message id="cause.storm">
        <source></source>
        <translation>storm</translation>
    </message>
    <message id="cause.ice">
        <source></source>
        <translation>ice</translation>
    </message>
    <message id="cause.wildlife">
        <source></source>
        <translation>wild animals</translation>
    </message>
    <message id="cause.quarantine">
        <source></source>
        <translation>quarantine</translation>
    </message>
    <message id="cause.event">
        <source></source>
        <translation>an event</translation>
    </message>
    <message id="cause.protection">
        <source></source>
        <translation>nature protection</translation>
    </message>
    <message id="reason.too_long">
        <source></source>
        <translation>This ticket runs longer than the park allows. ▸ Please see the ranger with your receipt.</translation>
    </message>
    <message id="reason.key_not_valid">
        <source></source>
        <translation>This ticket&apos;s signature is not accepted here. ▸ Please see the ranger with your receipt.</translation>
    </message>
    <message id="reason.unknown_key">
        <source></source>
        <translation>This kiosk needs an update to check this ticket.</translation>
    </message>
    <message id="reason.unknown_product">
        <source></source>
        <translation>This kiosk does not know this kind of ticket yet.</translation>
    </message>
    <message id="reason.unknown_flag">
        <source></source>
        <translation>This ticket has a mark this kiosk does not know yet.</translation>
    </message>
    <message id="reason.stale_trust" numerus="yes">
        <source></source>
        <translation>
            <numerusform>This kiosk was last updated %n&#xa0;day ago.</numerusform>
            <numerusform>This kiosk was last updated %n&#xa0;days ago.</numerusform>
        </translation>
    </message>
    <message id="reason.stale_revocations" numerus="yes">
        <source></source>
        <translation>
            <numerusform>The list of cancelled tickets is %n&#xa0;day old.</numerusform>
            <numerusform>The list of cancelled tickets is %n&#xa0;days old.</numerusform>
        </translation>
    </message>
    <message id="reason.clock_suspect">
        <source></source>
        <translation>This kiosk&apos;s clock may be wrong. ▸ The ranger will check the time of your ticket.</translation>
    </message>
    <message id="reason.guide_required">
        <source></source>
        <translation>This route needs a guide or an escort. ▸ Tell the ranger your guide&apos;s name.</translation>
    </message>
    <message id="reason.holder_check">
        <source></source>
        <translation>The ranger will check your document or plate. ▸ Please have it ready; no copy is made.</translation>
    </message>
    <message id="reason.several_matches">
        <source></source>
        <translation>Several tickets match this code. ▸ If you have the QR code, show it to the camera.</translation>
    </message>
    <message id="reason.typed_only">
        <source></source>
        <translation>A typed code is confirmed by the ranger. ▸ If you have the QR code, show it to the camera.</translation>
    </message>
    <message id="reason.dynamic_required">
        <source></source>
        <translation>This ticket needs the changing code from the app. ▸ Open the ticket in the app.</translation>
    </message>
    <message id="reason.unknown_policy">
        <source></source>
        <translation>This kiosk does not have the park&apos;s new rules yet.</translation>
    </message>
    <message id="reason.not_listed">
        <source></source>
        <translation>The ranger will check this ticket against the list.</translation>
    </message>
    <message id="reason.not_listed.plate">
        <source></source>
        <translation>No pass is known here for this plate. ▸ Show the pass or its code to the ranger.</translation>
    </message>
    <message id="reason.unanswered">
        <source></source>
        <translation>There was no answer. ▸ Show the ticket again or wait for the ranger.</translation>
    </message>
    <message id="reason.uses_unknown">
        <source></source>
        <translation>Part of this kiosk&apos;s records was lost. ▸ The ranger will check whether this ticket was used.</translation>
    </message>
    <message id="reason.claim_open">
        <source></source>
        <translation>Your payment is noted, but it cannot be seen here yet. ▸ The ranger decides whether you may enter now.</translation>
    </message>
    <message id="reason.journal_failed">
        <source></source>
        <translation>The kiosk could not record this entry. ▸ The ranger will register you by hand.</translation>
    </message>
    <message id="reason.unknown">
        <source></source>
        <translation>Please wait for the ranger. ▸ The ranger has been called and will help.</translation>
    </message>
    <message id="slip.title">
        <source></source>
        <translation>Provisional slip, not a ticket</translation>
    </message>
    <message id="sought.entry">
        <source></source>
        <translation>Somebody of this party is missing: reported {when}, {gate}. Ask whether they were found.</translation>
    </message>
    <message id="sought.exit">
        <source></source>
        <translation>This party is leaving, and somebody of it is missing: reported {when}, {gate}. Ask whether they are with them.</translation>
    </message>
    <message id="slip.admitted">
        <source></source>
        <translation>Let in on the visitor’s word: paid, but no ticket in hand.</translation>
    </message>
    <message id="slip.referred">
        <source></source>
        <translation>Nobody enters on this slip alone: the ranger decides.</translation>
    </message>
    <message id="slip.keep">
        <source></source>
        <translation>The payment is looked for by the receipt. Show this number when you are asked.</translation>
    </message>
    <message id="step.referred">
        <source></source>
        <translation>The ranger has been called. Your ticket may well be fine.</translation>
    </message>
    <message id="label.ok">
        <source></source>
        <translation>Valid ticket</translation>
    </message>
    <message id="label.welcome_back">
        <source></source>
        <translation>Back, same day</translation>
    </message>
    <message id="label.partial">
        <source></source>
        <translation>Part of a party</translation>
    </message>
    <message id="label.flagged_gate">
        <source></source>
        <translation>Other gate, flagged</translation>
    </message>
    <message id="label.flagged_reentry">
        <source></source>
        <translation>Re-entry, flagged</translation>
    </message>
    <message id="label.unlisted">
        <source></source>
        <translation>Not in the list yet</translation>
    </message>
    <message id="label.unconfirmed">
        <source></source>
        <translation>Lanes not asked</translation>
    </message>
    <message id="label.pass">
        <source></source>
        <translation>Pass</translation>
    </message>
    <message id="label.exempt">
        <source></source>
        <translation>Exempt</translation>
    </message>
    <message id="label.staff">
        <source></source>
        <translation>Staff</translation>
    </message>
    <message id="label.official">
        <source></source>
        <translation>Official</translation>
    </message>
    <message id="label.claim">
        <source></source>
        <translation>Paid, no ticket</translation>
    </message>
    <message id="label.override">
        <source></source>
        <translation>Ranger&apos;s decision</translation>
    </message>
    <message id="label.exit">
        <source></source>
        <translation>Exit</translation>
    </message>
    <message id="label.exit_unknown">
        <source></source>
        <translation>Exit without entry</translation>
    </message>
    <message id="label.training">
        <source></source>
        <translation>TEST ticket</translation>
    </message>
    <message id="label.not_a_ticket">
        <source></source>
        <translation>Not a ticket</translation>
    </message>
    <message id="label.malformed">
        <source></source>
        <translation>Damaged code</translation>
    </message>
    <message id="label.forged">
        <source></source>
        <translation>Signature failed</translation>
    </message>
    <message id="label.wrong_park">
        <source></source>
        <translation>Other park</translation>
    </message>
    <message id="label.wrong_gate">
        <source></source>
        <translation>Other gate</translation>
    </message>
    <message id="label.expired">
        <source></source>
        <translation>Expired</translation>
    </message>
    <message id="label.not_yet">
        <source></source>
        <translation>Not valid yet</translation>
    </message>
    <message id="label.revoked">
        <source></source>
        <translation>Cancelled</translation>
    </message>
    <message id="label.already_used">
        <source></source>
        <translation>Already used</translation>
    </message>
    <message id="label.used_up">
        <source></source>
        <translation>Entries used up</translation>
    </message>
    <message id="label.closed">
        <source></source>
        <translation>Zone closed</translation>
    </message>
    <message id="label.full">
        <source></source>
        <translation>Full</translation>
    </message>
    <message id="label.outside_hours">
        <source></source>
        <translation>Outside hours</translation>
    </message>
    <message id="label.too_long">
        <source></source>
        <translation>Validity too long</translation>
    </message>
    <message id="label.key_not_valid">
        <source></source>
        <translation>Key not valid</translation>
    </message>
    <message id="label.unknown_key">
        <source></source>
        <translation>Unknown key</translation>
    </message>
    <message id="label.unknown_product">
        <source></source>
        <translation>Unknown product</translation>
    </message>
    <message id="label.unknown_flag">
        <source></source>
        <translation>Unknown flag</translation>
    </message>
    <message id="label.stale_trust">
        <source></source>
        <translation>Data too old</translation>
    </message>
    <message id="label.stale_revocations">
        <source></source>
        <translation>Cancel list too old</translation>
    </message>
    <message id="label.clock_suspect">
        <source></source>
        <translation>Clock in doubt</translation>
    </message>
    <message id="label.guide_required">
        <source></source>
        <translation>Guide needed</translation>
    </message>
    <message id="label.holder_check">
        <source></source>
        <translation>Check the holder</translation>
    </message>
    <message id="label.several_matches">
        <source></source>
        <translation>Several matches</translation>
    </message>
    <message id="label.typed_only">
        <source></source>
        <translation>Typed code only</translation>
    </message>
    <message id="label.dynamic_required">
        <source></source>
        <translation>App code needed</translation>
    </message>
    <message id="label.unknown_policy">
        <source></source>
        <translation>Unknown rules</translation>
    </message>
    <message id="label.not_listed">
        <source></source>
        <translation>Not on allow-list</translation>
    </message>
    <message id="label.unanswered">
        <source></source>
        <translation>No answer</translation>
    </message>
    <message id="label.uses_unknown">
        <source></source>
        <translation>Uses unknown</translation>
    </message>
    <message id="label.claim_open">
        <source></source>
        <translation>Payment not seen</translation>
    </message>
    <message id="label.journal_failed">
        <source></source>
        <translation>Record not saved</translation>
    </message>
    <message id="label.unknown">
        <source></source>
        <translation>The ranger decides</translation>
    </message>
    <message id="rule.special">
        <source></source>
        <translation>Entry without a ticket</translation>
    </message>
    <message id="rule.key">
        <source></source>
        <translation>The ticket&apos;s key</translation>
    </message>
    <message id="rule.park">
        <source></source>
        <translation>The park</translation>
    </message>
    <message id="rule.flags">
        <source></source>
        <translation>The ticket&apos;s flags</translation>
    </message>
    <message id="rule.revoked">
        <source></source>
        <translation>Cancelled tickets</translation>
    </message>
    <message id="rule.product">
        <source></source>
        <translation>The kind of ticket</translation>
    </message>
    <message id="rule.window">
        <source></source>
        <translation>The ticket&apos;s days</translation>
    </message>
    <message id="rule.gate">
        <source></source>
        <translation>The gate</translation>
    </message>
    <message id="rule.closed">
        <source></source>
        <translation>Closed zones</translation>
    </message>
    <message id="rule.hours">
        <source></source>
        <translation>Opening hours</translation>
    </message>
    <message id="rule.use">
        <source></source>
        <translation>Earlier entries</translation>
    </message>
    <message id="rule.lost">
        <source></source>
        <translation>Lost records</translation>
    </message>
    <message id="rule.holder">
        <source></source>
        <translation>The holder&apos;s check</translation>
    </message>
    <message id="rule.stale">
        <source></source>
        <translation>The age of the data</translation>
    </message>
    <message id="rule.typed">
        <source></source>
        <translation>A typed code</translation>
    </message>
    <message id="rule.quota">
        <source></source>
        <translation>The quota</translation>
    </message>
    <message id="revoked.title">
        <source></source>
        <translation>Please wait for the ranger</translation>
    </message>
    <message id="revoked.why">
        <source></source>
        <translation>This kiosk is out of use and opens nothing. The ranger will let you in or out.</translation>
    </message>
    <message id="revoked.since">
        <source></source>
        <translation>This device was revoked: {when}</translation>
    </message>
    <message id="revoked.left">
        <source></source>
        <translation>Entries of its journal still to hand over: {n}</translation>
    </message>
    <message id="revoked.done">
        <source></source>
        <translation>Its whole journal has been handed over</translation>
    </message>
    <message id="locked.title">
        <source></source>
        <translation>Please wait for the ranger</translation>
    </message>
    <message id="locked.why">
        <source></source>
        <translation>This kiosk has to be checked. The ranger has been called and will let you in.</translation>
    </message>
    <message id="locked.ranger">
        <source></source>
        <translation>For the ranger</translation>
    </message>
    <message id="why.service">
        <source></source>
        <translation>It was the service</translation>
    </message>
    <message id="why.repaired">
        <source></source>
        <translation>Put right</translation>
    </message>
    <message id="why.no_trace">
        <source></source>
        <translation>No trace of anything</translation>
    </message>
    <message id="rule.vehicle">
        <source></source>
        <translation>The vehicle</translation>
    </message>
    <message id="rule.counts">
        <source></source>
        <translation>Quotas and counts</translation>
    </message>
    <message id="rule.reading">
        <source></source>
        <translation>Reading the code</translation>
    </message>
    <message id="rule.leaving">
        <source></source>
        <translation>The way out</translation>
    </message>
    <message id="rule.admission">
        <source></source>
        <translation>Letting in</translation>
    </message>
    <message id="said.nothing">
        <source></source>
        <translation>no objection</translation>
    </message>
    <message id="said.objected">
        <source></source>
        <translation>objects</translation>
    </message>
    <message id="said.asked">
        <source></source>
        <translation>asks a person</translation>
    </message>
    <message id="said.admitted">
        <source></source>
        <translation>lets in</translation>
    </message>
    <message id="topic.heads">
        <source></source>
        <translation>how many go in</translation>
    </message>
    <message id="topic.acknowledge">
        <source></source>
        <translation>whether the warning was seen</translation>
    </message>
    <message id="topic.guide">
        <source></source>
        <translation>who guides them</translation>
    </message>
    <message id="topic.holder">
        <source></source>
        <translation>document or plate</translation>
    </message>
    <message id="topic.second_look">
        <source></source>
        <translation>second look</translation>
    </message>
    <message id="trace.unasked">
        <source></source>
        <translation>Not asked any more: {rules}</translation>
    </message>
    <message id="trace.doubt">
        <source></source>
        <translation>The clock is in doubt. If it is {time}: {verdict}. If it is {other}: {otherVerdict}.</translation>
    </message>
    <message id="trace.gone">
        <source></source>
        <translation>This decision cannot be traced: the rules of that time are not kept any more.</translation>
    </message>
    <message id="handover.title">
        <source></source>
        <translation>Hand-over of a shift</translation>
    </message>
    <message id="handover.place">
        <source></source>
        <translation>{gate}, {lane}</translation>
    </message>
    <message id="handover.since">
        <source></source>
        <translation>Since {time} ({name})</translation>
    </message>
    <message id="handover.until">
        <source></source>
        <translation>As of {time}</translation>
    </message>
    <message id="handover.decisions">
        <source></source>
        <translation>Decisions</translation>
    </message>
    <message id="handover.admitted">
        <source></source>
        <translation>Admitted</translation>
    </message>
    <message id="handover.refused">
        <source></source>
        <translation>Refused</translation>
    </message>
    <message id="handover.referred">
        <source></source>
        <translation>Sent to the ranger</translation>
    </message>
    <message id="handover.people">
        <source></source>
        <translation>People</translation>
    </message>
    <message id="handover.entered">
        <source></source>
        <translation>Went in</translation>
    </message>
    <message id="handover.left">
        <source></source>
        <translation>Left</translation>
    </message>
    <message id="handover.inside">
        <source></source>
        <translation>Inside now</translation>
    </message>
    <message id="handover.products">
        <source></source>
        <translation>By kind of ticket</translation>
    </message>
    <message id="handover.none_product">
        <source></source>
        <translation>Without a ticket</translation>
    </message>
    <message id="handover.reasons">
        <source></source>
        <translation>Why not admitted</translation>
    </message>
    <message id="handover.overrides">
        <source></source>
        <translation>Rangers&apos; decisions</translation>
    </message>
    <message id="handover.annulled">
        <source></source>
        <translation>Records annulled</translation>
    </message>
    <message id="handover.corrected">
        <source></source>
        <translation>Records corrected</translation>
    </message>
    <message id="handover.exempt">
        <source></source>
        <translation>Free entry</translation>
    </message>
    <message id="handover.share">
        <source></source>
        <translation>{count} people, {share} of all</translation>
    </message>
    <message id="handover.usual">
        <source></source>
        <translation>usually {usual}</translation>
    </message>
    <message id="handover.unusual">
        <source></source>
        <translation>Three times the usual share or more</translation>
    </message>
    <message id="handover.passages">
        <source></source>
        <translation>The barrier&apos;s counter</translation>
    </message>
    <message id="handover.passages.line">
        <source></source>
        <translation>{counted} passed, opened {openings} times, difference {difference}</translation>
    </message>
    <message id="handover.alarms">
        <source></source>
        <translation>Alarms</translation>
    </message>
    <message id="handover.alarm.open">
        <source></source>
        <translation>not seen to</translation>
    </message>
    <message id="handover.alarm.seen">
        <source></source>
        <translation>seen to by {name}</translation>
    </message>
    <message id="handover.unsent">
        <source></source>
        <translation>Records not sent</translation>
    </message>
    <message id="handover.faults">
        <source></source>
        <translation>Faults</translation>
    </message>
    <message id="handover.none">
        <source></source>
        <translation>none</translation>
    </message>
    <message id="handover.gives">
        <source></source>
        <translation>Handed over by: {name}</translation>
    </message>
    <message id="handover.takes">
        <source></source>
        <translation>Taken over by: {name}</translation>
    </message>
    <message id="alarm.door">
        <source></source>
        <translation>The door was opened</translation>
    </message>
    <message id="alarm.cable">
        <source></source>
        <translation>A cable was pulled</translation>
    </message>
    <message id="alarm.tilt">
        <source></source>
        <translation>The kiosk was moved</translation>
    </message>
    <message id="alarm.moved">
        <source></source>
        <translation>The disk is in another machine</translation>
    </message>
    <message id="alarm.device_revoked">
        <source></source>
        <translation>The device was revoked</translation>
    </message>
    <message id="alarm.tailgating">
        <source></source>
        <translation>More passed than admitted</translation>
    </message>
    <message id="alarm.refusals">
        <source></source>
        <translation>Too many refusals for one reason</translation>
    </message>
    <message id="alarm.kept_open">
        <source></source>
        <translation>The barrier is held open</translation>
    </message>
    <message id="alarm.still_open">
        <source></source>
        <translation>The barrier is still held open</translation>
    </message>
    <message id="alarm.set_back">
        <source></source>
        <translation>The barrier works as ever again</translation>
    </message>
    <message id="reason.title.acknowledge">
        <source></source>
        <translation>{alarm}. What did you find?</translation>
    </message>
    <message id="alarm.unknown">
        <source></source>
        <translation>An unknown alarm</translation>
    </message>
    <message id="act.pulse">
        <source></source>
        <translation>Barrier opened</translation>
    </message>
    <message id="act.position">
        <source></source>
        <translation>Barrier did not open</translation>
    </message>
    <message id="act.annul">
        <source></source>
        <translation>Record annulled</translation>
    </message>
    <message id="act.override">
        <source></source>
        <translation>Let in by a ranger</translation>
    </message>
    <message id="act.correct">
        <source></source>
        <translation>Number of people corrected</translation>
    </message>
    <message id="act.complete">
        <source></source>
        <translation>Official entry completed</translation>
    </message>
    <message id="act.bags">
        <source></source>
        <translation>Bags of waste counted</translation>
    </message>
    <message id="act.open">
        <source></source>
        <translation>Opened by hand</translation>
    </message>
    <message id="act.acknowledge">
        <source></source>
        <translation>Alarm seen to</translation>
    </message>
    <message id="act.erase">
        <source></source>
        <translation>Personal words erased</translation>
    </message>
    <message id="act.left">
        <source></source>
        <translation>Struck off as out</translation>
    </message>
    <message id="act.leader_called">
        <source></source>
        <translation>Leader called</translation>
    </message>
    <message id="act.contact_called">
        <source></source>
        <translation>Contact called</translation>
    </message>
    <message id="act.rescue_called">
        <source></source>
        <translation>112 called</translation>
    </message>
    <message id="act.unknown">
        <source></source>
        <translation>An unknown act</translation>
    </message>
    <message id="incident.waste_dump">
        <source></source>
        <translation>Waste dump</translation>
    </message>
    <message id="incident.fire">
        <source></source>
        <translation>Fire</translation>
    </message>
    <message id="incident.injury">
        <source></source>
        <translation>Injury</translation>
    </message>
    <message id="incident.wildlife">
        <source></source>
        <translation>Wildlife</translation>
    </message>
    <message id="incident.vandalism">
        <source></source>
        <translation>Vandalism</translation>
    </message>
    <message id="incident.poaching">
        <source></source>
        <translation>Poaching</translation>
    </message>
    <message id="incident.blocked_road">
        <source></source>
        <translation>Blocked road</translation>
    </message>
    <message id="incident.flood">
        <source></source>
        <translation>Flood</translation>
    </message>
    <message id="incident.other">
        <source></source>
        <translation>Something else</translation>
    </message>
    <message id="policy.ask_above_heads">
        <source></source>
        <translation>Ask when more people than</translation>
    </message>
    <message id="policy.reentry_seconds">
        <source></source>
        <translation>Seconds before re-entry</translation>
    </message>
    <message id="policy.grace_before_seconds">
        <source></source>
        <translation>Grace before, in seconds</translation>
    </message>
    <message id="policy.grace_after_seconds">
        <source></source>
        <translation>Grace after, in seconds</translation>
    </message>
    <message id="policy.wrong_gate">
        <source></source>
        <translation>A ticket of another gate</translation>
    </message>
    <message id="policy.typed_code_alone">
        <source></source>
        <translation>A typed code alone</translation>
    </message>
    <message id="policy.ageing_after_days">
        <source></source>
        <translation>Days until data are ageing</translation>
    </message>
    <message id="policy.stale_after_days">
        <source></source>
        <translation>Days until data are stale</translation>
    </message>
    <message id="policy.revocations_stale_after_days">
        <source></source>
        <translation>Days a list of cancellations is good</translation>
    </message>
    <message id="policy.stale_products">
        <source></source>
        <translation>Who is referred on stale data</translation>
    </message>
    <message id="policy.utc_offset_minutes">
        <source></source>
        <translation>Local time, minutes from UTC</translation>
    </message>
    <message id="policy.skew_seconds">
        <source></source>
        <translation>Clock skew, in seconds</translation>
    </message>
    <message id="policy.claim_timeout_milliseconds">
        <source></source>
        <translation>Wait for another lane, in milliseconds</translation>
    </message>
    <message id="policy.overdue_after_minutes">
        <source></source>
        <translation>Minutes until the leader is called</translation>
    </message>
    <message id="policy.contact_after_minutes">
        <source></source>
        <translation>Minutes until the contact is called</translation>
    </message>
    <message id="policy.contact_keep_days">
        <source></source>
        <translation>Days a contact is kept</translation>
    </message>
    <message id="policy.entries_keep_days">
        <source></source>
        <translation>Days entries are kept</translation>
    </message>
    <message id="policy.holder_check_percent">
        <source></source>
        <translation>Holder checks, in per cent</translation>
    </message>
    <message id="policy.fast_lanes">
        <source></source>
        <translation>Fast lanes</translation>
    </message>
    <message id="policy.keep_open_reminder_minutes">
        <source></source>
        <translation>Minutes between reminders of an open barrier</translation>
    </message>
    <message id="policy.claims">
        <source></source>
        <translation>A payment without a ticket</translation>
    </message>
    <message id="policy.overrides_per_day">
        <source></source>
        <translation>Overrides that are usual a day</translation>
    </message>
    <message id="card.title">
        <source></source>
        <translation>Readiness card</translation>
    </message>
    <message id="card.ready">
        <source></source>
        <translation>Ready until {time}</translation>
    </message>
    <message id="card.ready.always">
        <source></source>
        <translation>Ready</translation>
    </message>
    <message id="card.not_ready">
        <source></source>
        <translation>Not ready to open</translation>
    </message>
    <message id="card.data">
        <source></source>
        <translation>Rules and data</translation>
    </message>
    <message id="card.revocations">
        <source></source>
        <translation>The list of cancelled tickets</translation>
    </message>
    <message id="card.permits">
        <source></source>
        <translation>The list of tickets</translation>
    </message>
    <message id="card.clock">
        <source></source>
        <translation>The clock</translation>
    </message>
    <message id="card.disk">
        <source></source>
        <translation>Room on the disk</translation>
    </message>
    <message id="card.journal">
        <source></source>
        <translation>The journal</translation>
    </message>
    <message id="card.barrier">
        <source></source>
        <translation>The barrier</translation>
    </message>
    <message id="card.camera">
        <source></source>
        <translation>The camera</translation>
    </message>
    <message id="card.paper">
        <source></source>
        <translation>Paper mode</translation>
    </message>
    <message id="card.unsent">
        <source></source>
        <translation>Records not sent</translation>
    </message>
    <message id="card.alarms">
        <source></source>
        <translation>Open alarms</translation>
    </message>
    <message id="card.ok">
        <source></source>
        <translation>fine</translation>
    </message>
    <message id="card.attention">
        <source></source>
        <translation>look at it</translation>
    </message>
    <message id="card.bad">
        <source></source>
        <translation>do not open like this</translation>
    </message>
    <message id="card.do.data">
        <source></source>
        <translation>Connect the network and exchange data.</translation>
    </message>
    <message id="card.do.revocations">
        <source></source>
        <translation>Connect the network and exchange data.</translation>
    </message>
    <message id="card.do.permits">
        <source></source>
        <translation>Tickets are checked by their signature. Exchange data.</translation>
    </message>
    <message id="card.do.clock">
        <source></source>
        <translation>Set the time on the ranger&apos;s page.</translation>
    </message>
    <message id="card.do.disk">
        <source></source>
        <translation>Remove what is not the kiosk&apos;s from the disk.</translation>
    </message>
    <message id="card.do.journal">
        <source></source>
        <translation>Call the service.</translation>
    </message>
    <message id="card.do.barrier">
        <source></source>
        <translation>Open it by hand and call the service.</translation>
    </message>
    <message id="card.do.camera">
        <source></source>
        <translation>Codes can be typed. Look at the camera.</translation>
    </message>
    <message id="card.do.paper">
        <source></source>
        <translation>Put the stick in, or make room on it.</translation>
    </message>
    <message id="card.do.unsent">
        <source></source>
        <translation>Connect the network.</translation>
    </message>
    <message id="card.do.alarms">
        <source></source>
        <translation>See to them, and say so on the ranger&apos;s page.</translation>
    </message>
    <message id="paper.inside">
        <source></source>
        <translation>Inside now</translation>
    </message>
    <message id="paper.inside.count">
        <source></source>
        <translation>People: {heads}, parties: {parties}</translation>
    </message>
    <message id="paper.today">
        <source></source>
        <translation>Tickets for today</translation>
    </message>
    <message id="paper.today.count">
        <source></source>
        <translation>Tickets: {count}</translation>
    </message>
    <message id="paper.more">
        <source></source>
        <translation>Only the first {count} are here</translation>
    </message>
    <message id="paper.slips">
        <source></source>
        <translation>Blank slips</translation>
    </message>
    <message id="strip.repeated">
        <source></source>
        <translation>Printed again: the first one may have been cut off</translation>
    </message>
    <message id="strip.trial">
        <source></source>
        <translation>Printer test</translation>
    </message>
    <message id="paper.made">
        <source></source>
        <translation>Made {time}</translation>
    </message>
    <message id="paper.since">
        <source></source>
        <translation>since {time}</translation>
    </message>
    <message id="paper.due">
        <source></source>
        <translation>due {time}</translation>
    </message>
    <message id="paper.slip">
        <source></source>
        <translation>No. {number}
Time, plate, how many people:


Signed:</translation>
    </message>
    <message id="check.payment">
        <source></source>
        <translation>Payment code</translation>
    </message>
    <message id="check.wifi">
        <source></source>
        <translation>Wi-Fi code</translation>
    </message>
    <message id="check.link">
        <source></source>
        <translation>Web link</translation>
    </message>
    <message id="check.other">
        <source></source>
        <translation>Another kind of code</translation>
    </message>
    <message id="check.version">
        <source></source>
        <translation>Another ticket version</translation>
    </message>
    <message id="check.length">
        <source></source>
        <translation>Code too long</translation>
    </message>
    <message id="check.base45">
        <source></source>
        <translation>Letters that no ticket has</translation>
    </message>
    <message id="check.cbor">
        <source></source>
        <translation>Code breaks off</translation>
    </message>
    <message id="check.trailing">
        <source></source>
        <translation>Something after the end</translation>
    </message>
    <message id="check.long_form">
        <source></source>
        <translation>A number written too long</translation>
    </message>
    <message id="check.key_order">
        <source></source>
        <translation>Fields out of order</translation>
    </message>
    <message id="check.key_twice">
        <source></source>
        <translation>A field given twice</translation>
    </message>
    <message id="check.key_kind">
        <source></source>
        <translation>A field name of another kind</translation>
    </message>
    <message id="check.indefinite">
        <source></source>
        <translation>Length not given</translation>
    </message>
    <message id="check.depth">
        <source></source>
        <translation>Nested too deep</translation>
    </message>
    <message id="check.tag">
        <source></source>
        <translation>A tag that does not belong</translation>
    </message>
    <message id="check.simple">
        <source></source>
        <translation>An empty or yes-no value</translation>
    </message>
    <message id="check.float">
        <source></source>
        <translation>A fractional number</translation>
    </message>
    <message id="check.integer">
        <source></source>
        <translation>A number out of range</translation>
    </message>
    <message id="check.not_ascii">
        <source></source>
        <translation>Letters outside ASCII</translation>
    </message>
    <message id="check.outer">
        <source></source>
        <translation>Ticket of another form</translation>
    </message>
    <message id="check.protected">
        <source></source>
        <translation>Header of another form</translation>
    </message>
    <message id="check.payload">
        <source></source>
        <translation>Contents of another form</translation>
    </message>
    <message id="check.payload_key">
        <source></source>
        <translation>An unknown field</translation>
    </message>
    <message id="check.payload_missing">
        <source></source>
        <translation>A field is missing</translation>
    </message>
    <message id="check.payload_value">
        <source></source>
        <translation>A value that is not allowed</translation>
    </message>
    <message id="check.kid">
        <source></source>
        <translation>Key not on this device</translation>
    </message>
    <message id="check.algorithm">
        <source></source>
        <translation>Not the key’s algorithm</translation>
    </message>
    <message id="check.signature">
        <source></source>
        <translation>Signature of something else</translation>
    </message>
    <message id="check.key.revoked">
        <source></source>
        <translation>Key revoked</translation>
    </message>
    <message id="check.key.not_listed">
        <source></source>
        <translation>Ticket not on the allow-list</translation>
    </message>
    <message id="check.key.signed_outside_window">
        <source></source>
        <translation>Signed outside the key’s time</translation>
    </message>
    <message id="check.key.past_verify_until">
        <source></source>
        <translation>The key’s time is over</translation>
    </message>
    <message id="check.key.park">
        <source></source>
        <translation>Key of another park</translation>
    </message>
    <message id="check.key.product">
        <source></source>
        <translation>Key for other products</translation>
    </message>
    <message id="check.key.too_long">
        <source></source>
        <translation>Longer than the key allows</translation>
    </message>
    <message id="clock.now">
        <source></source>
        <translation>This device says {time}. If that is wrong, enter day, month, year and time.</translation>
    </message>
    <message id="count.adults" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;adult</numerusform>
            <numerusform>%n&#xa0;adults</numerusform>
        </translation>
    </message>
    <message id="count.children" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;child</numerusform>
            <numerusform>%n&#xa0;children</numerusform>
        </translation>
    </message>
    <message id="count.preferential" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;reduced ticket</numerusform>
            <numerusform>%n&#xa0;reduced tickets</numerusform>
        </translation>
    </message>
    <message id="count.preschool" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;preschool child</numerusform>
            <numerusform>%n&#xa0;preschool children</numerusform>
        </translation>
    </message>
    <message id="count.other" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;visitor</numerusform>
            <numerusform>%n&#xa0;visitors</numerusform>
        </translation>
    </message>
    <message id="count.people" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;person</numerusform>
            <numerusform>%n&#xa0;people</numerusform>
        </translation>
    </message>
    <message id="count.minutes" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;minute</numerusform>
            <numerusform>%n&#xa0;minutes</numerusform>
        </translation>
    </message>
    <message id="count.records" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;record</numerusform>
            <numerusform>%n&#xa0;records</numerusform>
        </translation>
    </message>
    <message id="count.none">
        <source></source>
        <translation>none</translation>
    </message>
    <message id="day.today">
        <source></source>
        <translation>today</translation>
    </message>
    <message id="day.yesterday">
        <source></source>
        <translation>yesterday</translation>
    </message>
    <message id="day.tomorrow">
        <source></source>
        <translation>tomorrow</translation>
    </message>
    <message id="day.on">
        <source></source>
        <translation>on {date}</translation>
    </message>
    <message id="date.short">
        <source></source>
        <translation>{d}&#xa0;{month}</translation>
    </message>
    <message id="date.long">
        <source></source>
        <translation>{d}&#xa0;{month} {y}</translation>
    </message>
    <message id="date.header">
        <source></source>
        <translation>{weekday} {date}</translation>
    </message>
    <message id="date.time">
        <source></source>
        <translation>{date}, {time}</translation>
    </message>
    <message id="month.1">
        <source></source>
        <translation>January</translation>
    </message>
    <message id="month.2">
        <source></source>
        <translation>February</translation>
    </message>
    <message id="month.3">
        <source></source>
        <translation>March</translation>
    </message>
    <message id="month.4">
        <source></source>
        <translation>April</translation>
    </message>
    <message id="month.5">
        <source></source>
        <translation>May</translation>
    </message>
    <message id="month.6">
        <source></source>
        <translation>June</translation>
    </message>
    <message id="month.7">
        <source></source>
        <translation>July</translation>
    </message>
    <message id="month.8">
        <source></source>
        <translation>August</translation>
    </message>
    <message id="month.9">
        <source></source>
        <translation>September</translation>
    </message>
    <message id="month.10">
        <source></source>
        <translation>October</translation>
    </message>
    <message id="month.11">
        <source></source>
        <translation>November</translation>
    </message>
    <message id="month.12">
        <source></source>
        <translation>December</translation>
    </message>
    <message id="weekday.1">
        <source></source>
        <translation>Mon</translation>
    </message>
    <message id="weekday.2">
        <source></source>
        <translation>Tue</translation>
    </message>
    <message id="weekday.3">
        <source></source>
        <translation>Wed</translation>
    </message>
    <message id="weekday.4">
        <source></source>
        <translation>Thu</translation>
    </message>
    <message id="weekday.5">
        <source></source>
        <translation>Fri</translation>
    </message>
    <message id="weekday.6">
        <source></source>
        <translation>Sat</translation>
    </message>
    <message id="weekday.7">
        <source></source>
        <translation>Sun</translation>
    </message>
    <message id="ready.headline">
        <source></source>
        <translation>Show the QR code of your ticket to the camera</translation>
    </message>
    <message id="ready.hint">
        <source></source>
        <translation>Hold your phone 15–20&#xa0;cm away. Turn the brightness up.</translation>
    </message>
    <message id="ready.here">
        <source></source>
        <translation>Hold your phone here</translation>
    </message>
    <message id="ready.no_camera">
        <source></source>
        <translation>Camera off: use the scanner or type the code</translation>
    </message>
    <message id="ready.no_eye">
        <source></source>
        <translation>Camera off: type the code</translation>
    </message>
    <message id="ready.called">
        <source></source>
        <translation>Ranger called at {time}</translation>
    </message>
    <message id="hint.still">
        <source></source>
        <translation>Hold still</translation>
    </message>
    <message id="hint.one_code">
        <source></source>
        <translation>One code at a time, please</translation>
    </message>
    <message id="hint.glare">
        <source></source>
        <translation>Tilt it a little: there is glare</translation>
    </message>
    <message id="hint.closer">
        <source></source>
        <translation>Come closer</translation>
    </message>
    <message id="hint.whole">
        <source></source>
        <translation>Show the whole code</translation>
    </message>
    <message id="hint.brighter">
        <source></source>
        <translation>Turn the brightness up</translation>
    </message>
    <message id="button.code">
        <source></source>
        <translation>Type the code</translation>
    </message>
    <message id="button.call">
        <source></source>
        <translation>Call the ranger</translation>
    </message>
    <message id="button.ranger">
        <source></source>
        <translation>For the ranger</translation>
    </message>
    <message id="button.back">
        <source></source>
        <translation>Back</translation>
    </message>
    <message id="button.confirm">
        <source></source>
        <translation>Confirm</translation>
    </message>
    <message id="link.on">
        <source></source>
        <translation>Online</translation>
    </message>
    <message id="link.off">
        <source></source>
        <translation>Offline</translation>
    </message>
    <message id="link.off.here">
        <source></source>
        <translation>tickets are checked on this device</translation>
    </message>
    <message id="age.now">
        <source></source>
        <translation>checked just now</translation>
    </message>
    <message id="age.never">
        <source></source>
        <translation>nothing received yet</translation>
    </message>
    <message id="age.minutes" numerus="yes">
        <source></source>
        <translation>
            <numerusform>checked %n&#xa0;minute ago</numerusform>
            <numerusform>checked %n&#xa0;minutes ago</numerusform>
        </translation>
    </message>
    <message id="age.hours" numerus="yes">
        <source></source>
        <translation>
            <numerusform>checked %n&#xa0;hour ago</numerusform>
            <numerusform>checked %n&#xa0;hours ago</numerusform>
        </translation>
    </message>
    <message id="age.days" numerus="yes">
        <source></source>
        <translation>
            <numerusform>no exchange for %n&#xa0;day</numerusform>
            <numerusform>no exchange for %n&#xa0;days</numerusform>
        </translation>
    </message>
    <message id="ago.now">
        <source></source>
        <translation>just now</translation>
    </message>
    <message id="ago.never">
        <source></source>
        <translation>not yet</translation>
    </message>
    <message id="ago.minutes" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;minute ago</numerusform>
            <numerusform>%n&#xa0;minutes ago</numerusform>
        </translation>
    </message>
    <message id="ago.hours" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;hour ago</numerusform>
            <numerusform>%n&#xa0;hours ago</numerusform>
        </translation>
    </message>
    <message id="ago.days" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;day ago</numerusform>
            <numerusform>%n&#xa0;days ago</numerusform>
        </translation>
    </message>
    <message id="staleness.ageing">
        <source></source>
        <translation>data is ageing</translation>
    </message>
    <message id="staleness.stale">
        <source></source>
        <translation>data is out of date</translation>
    </message>
    <message id="revocations.stale">
        <source></source>
        <translation>list of cancelled tickets is out of date</translation>
    </message>
    <message id="clock.suspect">
        <source></source>
        <translation>Clock in doubt</translation>
    </message>
    <message id="fault.journal_renewed">
        <source></source>
        <translation>Records were damaged, a new journal was begun</translation>
    </message>
    <message id="fault.disk_full">
        <source></source>
        <translation>The disk is full</translation>
    </message>
    <message id="fault.disk_read_only">
        <source></source>
        <translation>The disk cannot be written</translation>
    </message>
    <message id="fault.disk_failed">
        <source></source>
        <translation>The disk fails</translation>
    </message>
    <message id="fault.disk_moved">
        <source></source>
        <translation>Disk from another machine</translation>
    </message>
    <message id="fault.replica_damaged">
        <source></source>
        <translation>Ticket list damaged, fetched again</translation>
    </message>
    <message id="next.visitor">
        <source></source>
        <translation>The next visitor may show a ticket</translation>
    </message>
    <message id="next.aside">
        <source></source>
        <translation>Please step aside and wait. The next visitor may come forward.</translation>
    </message>
    <message id="limits">
        <source></source>
        <translation>Checked here; other gates known up to {time}</translation>
    </message>
    <message id="limits.none">
        <source></source>
        <translation>Checked here; nothing known of other gates</translation>
    </message>
    <message id="card.party">
        <source></source>
        <translation>Entering</translation>
    </message>
    <message id="card.leaving">
        <source></source>
        <translation>Leaving</translation>
    </message>
    <message id="card.onticket">
        <source></source>
        <translation>On the ticket</translation>
    </message>
    <message id="card.ticket">
        <source></source>
        <translation>Ticket</translation>
    </message>
    <message id="card.until">
        <source></source>
        <translation>Valid until</translation>
    </message>
    <message id="card.called">
        <source></source>
        <translation>Called</translation>
    </message>
    <message id="unit.second">
        <source></source>
        <translation>s</translation>
    </message>
    <message id="question.heads">
        <source></source>
        <translation>How many are entering now?</translation>
    </message>
    <message id="question.heads.exit">
        <source></source>
        <translation>How many are leaving now?</translation>
    </message>
    <message id="question.group">
        <source></source>
        <translation>group ticket …⁠{tail}</translation>
    </message>
    <message id="question.left">
        <source></source>
        <translation>Left on the ticket: {left}</translation>
    </message>
    <message id="question.inside">
        <source></source>
        <translation>Inside: {left}</translation>
    </message>
    <message id="question.total">
        <source></source>
        <translation>In the party: {count}</translation>
    </message>
    <message id="question.rowleft">
        <source></source>
        <translation>Left: {left}</translation>
    </message>
    <message id="question.of">
        <source></source>
        <translation>{count} of {total}</translation>
    </message>
    <message id="question.confirm" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;person entering</numerusform>
            <numerusform>%n&#xa0;people entering</numerusform>
        </translation>
    </message>
    <message id="question.confirm.exit" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;person leaving</numerusform>
            <numerusform>%n&#xa0;people leaving</numerusform>
        </translation>
    </message>
    <message id="question.plate.type">
        <source></source>
        <translation>Type the plate</translation>
    </message>
    <message id="question.holder.type">
        <source></source>
        <translation>Type the number</translation>
    </message>
    <message id="question.second_look.done">
        <source></source>
        <translation>A colleague looked</translation>
    </message>
    <message id="question.nobody">
        <source></source>
        <translation>Choose how many</translation>
    </message>
    <message id="question.warning">
        <source></source>
        <translation>Warning: {advisory}</translation>
    </message>
    <message id="question.warning.title">
        <source></source>
        <translation>Please note</translation>
    </message>
    <message id="question.seen">
        <source></source>
        <translation>I have read this</translation>
    </message>
    <message id="question.guide">
        <source></source>
        <translation>Who is your guide?</translation>
    </message>
    <message id="question.guide.why">
        <source></source>
        <translation>This route needs a guide or an escort.</translation>
    </message>
    <message id="question.plate.why">
        <source></source>
        <translation>Ranger, look at the plate and type it here. It is compared with the ticket.</translation>
    </message>
    <message id="question.holder.why">
        <source></source>
        <translation>Ranger, look at the document and type its number here. It is compared with the ticket; no copy is made.</translation>
    </message>
    <message id="question.second_look.why">
        <source></source>
        <translation>Ranger, ask a colleague to look as well, then go on.</translation>
    </message>
    <message id="question.plate.placeholder">
        <source></source>
        <translation>Plate</translation>
    </message>
    <message id="question.holder.placeholder">
        <source></source>
        <translation>Number of the document</translation>
    </message>
    <message id="question.guide.name">
        <source></source>
        <translation>Type the guide&apos;s name</translation>
    </message>
    <message id="question.guide.placeholder">
        <source></source>
        <translation>Name of the guide</translation>
    </message>
    <message id="question.plate">
        <source></source>
        <translation>Plate check</translation>
    </message>
    <message id="question.holder">
        <source></source>
        <translation>Document check</translation>
    </message>
    <message id="question.second_look">
        <source></source>
        <translation>Second look</translation>
    </message>
    <message id="category.adults">
        <source></source>
        <translation>Adults</translation>
    </message>
    <message id="category.children">
        <source></source>
        <translation>Children</translation>
    </message>
    <message id="category.preferential">
        <source></source>
        <translation>Reduced ticket</translation>
    </message>
    <message id="category.preschool">
        <source></source>
        <translation>Preschool children</translation>
    </message>
    <message id="category.other">
        <source></source>
        <translation>Other visitors</translation>
    </message>
    <message id="code.title">
        <source></source>
        <translation>Type the ticket code</translation>
    </message>
    <message id="code.hint">
        <source></source>
        <translation>Find it under the QR code: 10 characters, no 0, O, 1, I.</translation>
    </message>
    <message id="code.more" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n&#xa0;more</numerusform>
            <numerusform>%n&#xa0;more</numerusform>
        </translation>
    </message>
    <message id="code.wrong">
        <source></source>
        <translation>This code does not add up. Check the ticket and type it again.</translation>
    </message>
    <message id="code.wait">
        <source></source>
        <translation>Too many attempts. Please try again in a minute.</translation>
    </message>
    <message id="key.delete">
        <source></source>
        <translation>Delete</translation>
    </message>
    <message id="key.call">
        <source></source>
        <translation>Call</translation>
    </message>
    <message id="key.done">
        <source></source>
        <translation>Done</translation>
    </message>
    <message id="key.space">
        <source></source>
        <translation>Space</translation>
    </message>
    <message id="pin.title">
        <source></source>
        <translation>Enter your PIN</translation>
    </message>
    <message id="pin.subtitle">
        <source></source>
        <translation>ranger sign-in</translation>
    </message>
    <message id="pin.why">
        <source></source>
        <translation>The last decisions, annulment of records and the ranger&apos;s own decision are here.</translation>
    </message>
    <message id="pin.left">
        <source></source>
        <translation>Attempts left: {count}</translation>
    </message>
    <message id="pin.rule">
        <source></source>
        <translation>After 5 wrong attempts there is a pause of 1 minute.</translation>
    </message>
    <message id="pin.wrong">
        <source></source>
        <translation>That PIN did not match</translation>
    </message>
    <message id="pin.locked">
        <source></source>
        <translation>Please wait: {count} s</translation>
    </message>
    <message id="pin.unset">
        <source></source>
        <translation>No PIN is set on this device.</translation>
    </message>
    <message id="pin.enter">
        <source></source>
        <translation>Enter</translation>
    </message>
    <message id="pin.whose">
        <source></source>
        <translation>Signing in: {name}. Tell nobody your PIN.</translation>
    </message>
    <message id="pin.choose">
        <source></source>
        <translation>Choose a PIN</translation>
    </message>
    <message id="pin.repeat">
        <source></source>
        <translation>Type it once more</translation>
    </message>
    <message id="pin.advice">
        <source></source>
        <translation>Six digits that nobody would try first: not 123456, no date, no repeats.</translation>
    </message>
    <message id="pin.trivial">
        <source></source>
        <translation>Too easy to guess. Choose another.</translation>
    </message>
    <message id="pin.differs">
        <source></source>
        <translation>The two did not match. Begin again.</translation>
    </message>
    <message id="pin.checking">
        <source></source>
        <translation>Checking…</translation>
    </message>
    <message id="pin.new_code">
        <source></source>
        <translation>New code</translation>
    </message>
    <message id="pin.rule.person">
        <source></source>
        <translation>After every 5 wrong attempts there is a pause, longer each time.</translation>
    </message>
    <message id="pin.locked.minutes">
        <source></source>
        <translation>Please wait: {count} min</translation>
    </message>
    <message id="activate.title">
        <source></source>
        <translation>Activation code</translation>
    </message>
    <message id="activate.hint">
        <source></source>
        <translation>{name}: the sixteen letters and digits that the office gave you.</translation>
    </message>
    <message id="activate.wrong">
        <source></source>
        <translation>That code did not match. Compare each letter.</translation>
    </message>
    <message id="activate.slip">
        <source></source>
        <translation>One letter is a slip. Compare them.</translation>
    </message>
    <message id="activate.none">
        <source></source>
        <translation>There is no code here for you now. Ask the office for a new one.</translation>
    </message>
    <message id="pin.locked.hours">
        <source></source>
        <translation>Please wait: {count} h</translation>
    </message>
    <message id="role.ranger">
        <source></source>
        <translation>ranger</translation>
    </message>
    <message id="role.senior">
        <source></source>
        <translation>senior ranger</translation>
    </message>
    <message id="role.administrator">
        <source></source>
        <translation>administrator</translation>
    </message>
    <message id="ranger.denied">
        <source></source>
        <translation>This is not in your role. Ask: {roles}</translation>
    </message>
    <message id="ranger.sync">
        <source></source>
        <translation>Exchange</translation>
    </message>
    <message id="ranger.unsent">
        <source></source>
        <translation>To send</translation>
    </message>
    <message id="ranger.overrides">
        <source></source>
        <translation>Decisions today</translation>
    </message>
    <message id="ranger.inside">
        <source></source>
        <translation>Inside</translation>
    </message>
    <message id="ranger.counting">
        <source></source>
        <translation>counting…</translation>
    </message>
    <message id="ranger.inside.late">
        <source></source>
        <translation>{count} · {late} late</translation>
    </message>
    <message id="ranger.lock">
        <source></source>
        <translation>Lock</translation>
    </message>
    <message id="ranger.syncnow">
        <source></source>
        <translation>Sync now</translation>
    </message>
    <message id="ranger.syncing">
        <source></source>
        <translation>Exchange running</translation>
    </message>
    <message id="ranger.direction">
        <source></source>
        <translation>Direction: {direction}</translation>
    </message>
    <message id="ranger.code">
        <source></source>
        <translation>Type code</translation>
    </message>
    <message id="ranger.ready">
        <source></source>
        <translation>To the visitor screen</translation>
    </message>
    <message id="ranger.empty">
        <source></source>
        <translation>No decisions yet today</translation>
    </message>
    <message id="ranger.sought">
        <source></source>
        <translation>somebody is missing</translation>
    </message>
    <message id="ranger.notturned">
        <source></source>
        <translation>turnstile did not turn</translation>
    </message>
    <message id="ranger.annul">
        <source></source>
        <translation>Annul</translation>
    </message>
    <message id="ranger.letin">
        <source></source>
        <translation>Let in</translation>
    </message>
    <message id="ranger.keep_open">
        <source></source>
        <translation>Hold the barrier open</translation>
    </message>
    <message id="ranger.kept_open">
        <source></source>
        <translation>Barrier held open since {time}. Set it back</translation>
    </message>
    <message id="ranger.decide">
        <source></source>
        <translation>Decide</translation>
    </message>
    <message id="ranger.annulled">
        <source></source>
        <translation>annulled</translation>
    </message>
    <message id="ranger.overridden">
        <source></source>
        <translation>let in by the ranger</translation>
    </message>
    <message id="ranger.waiting">
        <source></source>
        <translation>Waiting: {count}&#xa0;min</translation>
    </message>
    <message id="ranger.answer">
        <source></source>
        <translation>Coming</translation>
    </message>
    <message id="ranger.newer">
        <source></source>
        <translation>Newer</translation>
    </message>
    <message id="ranger.older">
        <source></source>
        <translation>Older</translation>
    </message>
    <message id="ranger.done">
        <source></source>
        <translation>Done</translation>
    </message>
    <message id="ranger.failed">
        <source></source>
        <translation>That did not work. Try again or check the device.</translation>
    </message>
    <message id="reason.title.override">
        <source></source>
        <translation>Why do you let them in?</translation>
    </message>
    <message id="reason.title.annul">
        <source></source>
        <translation>Why do you annul it?</translation>
    </message>
    <message id="reason.title.keep_open">
        <source></source>
        <translation>Why is the barrier held open?</translation>
    </message>
    <message id="reason.title.set_back">
        <source></source>
        <translation>Why is it set back?</translation>
    </message>
    <message id="ranger.question">
        <source></source>
        <translation>A visitor must answer: show the question</translation>
    </message>
    <message id="ranger.visitor">
        <source></source>
        <translation>A visitor is waiting</translation>
    </message>
    <message id="staff.title">
        <source></source>
        <translation>Choose your name</translation>
    </message>
    <message id="staff.none">
        <source></source>
        <translation>I am not on the list</translation>
    </message>
    <message id="staff.more">
        <source></source>
        <translation>Others</translation>
    </message>
    <message id="setup.title">
        <source></source>
        <translation>This device is not enrolled yet</translation>
    </message>
    <message id="setup.registry">
        <source></source>
        <translation>1. At the registry, make a one-time code:</translation>
    </message>
    <message id="setup.here">
        <source></source>
        <translation>2. On this device, run:</translation>
    </message>
    <message id="setup.then">
        <source></source>
        <translation>After that the screen opens by itself.</translation>
    </message>
    <message id="why.document_seen">
        <source></source>
        <translation>Document seen</translation>
    </message>
    <message id="why.receipt_seen">
        <source></source>
        <translation>Receipt shown</translation>
    </message>
    <message id="why.unreadable">
        <source></source>
        <translation>Ticket unreadable</translation>
    </message>
    <message id="why.same_party">
        <source></source>
        <translation>Group is inside</translation>
    </message>
    <message id="why.kiosk_fault">
        <source></source>
        <translation>Kiosk fault</translation>
    </message>
    <message id="why.emergency">
        <source></source>
        <translation>Emergency</translation>
    </message>
    <message id="why.not_passed">
        <source></source>
        <translation>Did not enter</translation>
    </message>
    <message id="why.wrong_ticket">
        <source></source>
        <translation>Wrong ticket shown</translation>
    </message>
    <message id="why.wrong_heads">
        <source></source>
        <translation>Wrong head count</translation>
    </message>
    <message id="why.test">
        <source></source>
        <translation>Test</translation>
    </message>
    <message id="why.fire">
        <source></source>
        <translation>Fire</translation>
    </message>
    <message id="why.queue">
        <source></source>
        <translation>A long queue</translation>
    </message>
    <message id="why.over">
        <source></source>
        <translation>It is over</translation>
    </message>
    <message id="why.mistake">
        <source></source>
        <translation>It was a mistake</translation>
    </message>
    <message id="why.other">
        <source></source>
        <translation>Other reason: type it</translation>
    </message>
    <message id="why.heads">
        <source></source>
        <translation>Heads</translation>
    </message>
    <message id="why.heads.kept">
        <source></source>
        <translation>as on the ticket</translation>
    </message>
    <message id="why.placeholder">
        <source></source>
        <translation>Type the reason</translation>
    </message>
    <message id="barrier.closed">
        <source></source>
        <translation>Barrier closed</translation>
    </message>
    <message id="barrier.open">
        <source></source>
        <translation>Barrier open</translation>
    </message>
    <message id="barrier.held">
        <source></source>
        <translation>Barrier kept open</translation>
    </message>
    <message id="barrier.faulted">
        <source></source>
        <translation>Barrier fault</translation>
    </message>
    <message id="reason.wrong_gate.no_map">
        <source></source>
        <translation>This ticket is for another entrance: {gate}. ▸ Please see the ranger.</translation>
    </message>
    <message id="clock.title">
        <source></source>
        <translation>What time is it now?</translation>
    </message>
    <message id="clock.wrong">
        <source></source>
        <translation>There is no such date or time.</translation>
    </message>
    <message id="clock.over">
        <source></source>
        <translation>That time is over. Check the date.</translation>
    </message>
    <message id="clock.set">
        <source></source>
        <translation>Set</translation>
    </message>
    <message id="devices.title">
        <source></source>
        <translation>Device health</translation>
    </message>
    <message id="devices.well">
        <source></source>
        <translation>Everything works</translation>
    </message>
    <message id="devices.minutes">
        <source></source>
        <translation>{count}&#xa0;min</translation>
    </message>
    <message id="ranger.devices">
        <source></source>
        <translation>Devices</translation>
    </message>
    <message id="device.camera">
        <source></source>
        <translation>Camera</translation>
    </message>
    <message id="device.decoder">
        <source></source>
        <translation>Code reader</translation>
    </message>
    <message id="device.scanner">
        <source></source>
        <translation>Scanner</translation>
    </message>
    <message id="device.barrier">
        <source></source>
        <translation>Barrier</translation>
    </message>
    <message id="device.printer">
        <source></source>
        <translation>Printer</translation>
    </message>
    <message id="device.sound">
        <source></source>
        <translation>Sound</translation>
    </message>
    <message id="device.screen">
        <source></source>
        <translation>Screen</translation>
    </message>
    <message id="device.power">
        <source></source>
        <translation>Power</translation>
    </message>
    <message id="device.climate">
        <source></source>
        <translation>Inside</translation>
    </message>
    <message id="device.modem">
        <source></source>
        <translation>Modem</translation>
    </message>
    <message id="device.door">
        <source></source>
        <translation>Door</translation>
    </message>
    <message id="device.registry">
        <source></source>
        <translation>Registry</translation>
    </message>
    <message id="trouble.camera_missing">
        <source></source>
        <translation>The camera is not there</translation>
    </message>
    <message id="trouble.camera_missing.do">
        <source></source>
        <translation>Plug it in. Scanner and typed code still work.</translation>
    </message>
    <message id="trouble.camera_silent">
        <source></source>
        <translation>The camera gives no picture</translation>
    </message>
    <message id="trouble.camera_silent.do">
        <source></source>
        <translation>Unplug it and plug it in again.</translation>
    </message>
    <message id="trouble.camera_broken">
        <source></source>
        <translation>The camera stopped</translation>
    </message>
    <message id="trouble.camera_broken.do">
        <source></source>
        <translation>Restart the kiosk. Codes can be typed.</translation>
    </message>
    <message id="trouble.camera_frozen">
        <source></source>
        <translation>The camera&apos;s picture stands still</translation>
    </message>
    <message id="trouble.camera_frozen.do">
        <source></source>
        <translation>Unplug it and plug it in again.</translation>
    </message>
    <message id="trouble.camera_dark">
        <source></source>
        <translation>The camera sees too little</translation>
    </message>
    <message id="trouble.camera_dark.do">
        <source></source>
        <translation>Wipe the lens or switch on the lamp.</translation>
    </message>
    <message id="trouble.decoder_restarting">
        <source></source>
        <translation>The code reader starts anew</translation>
    </message>
    <message id="trouble.decoder_restarting.do">
        <source></source>
        <translation>Wait a second, or type the code.</translation>
    </message>
    <message id="trouble.decoder_engine_out">
        <source></source>
        <translation>Codes are read more slowly</translation>
    </message>
    <message id="trouble.decoder_engine_out.do">
        <source></source>
        <translation>It passes by itself within a minute.</translation>
    </message>
    <message id="trouble.scanner_missing">
        <source></source>
        <translation>The scanner is not there</translation>
    </message>
    <message id="trouble.scanner_missing.do">
        <source></source>
        <translation>Plug it in. Camera and typed code still work.</translation>
    </message>
    <message id="trouble.scanner_faulted">
        <source></source>
        <translation>The scanner cannot be opened</translation>
    </message>
    <message id="trouble.scanner_faulted.do">
        <source></source>
        <translation>Unplug it and plug it in again.</translation>
    </message>
    <message id="trouble.scanner_flooding">
        <source></source>
        <translation>The scanner sends without end</translation>
    </message>
    <message id="trouble.scanner_flooding.do">
        <source></source>
        <translation>Unplug it, or reset it by the code of its manual.</translation>
    </message>
    <message id="trouble.barrier_missing">
        <source></source>
        <translation>The barrier does not answer</translation>
    </message>
    <message id="trouble.barrier_missing.do">
        <source></source>
        <translation>Open it by hand. See its power and its cable.</translation>
    </message>
    <message id="trouble.barrier_faulted">
        <source></source>
        <translation>The barrier does not work</translation>
    </message>
    <message id="trouble.barrier_faulted.do">
        <source></source>
        <translation>Open it by hand and call the service.</translation>
    </message>
    <message id="trouble.barrier_stays_open">
        <source></source>
        <translation>The barrier stands open and nobody opened it</translation>
    </message>
    <message id="trouble.barrier_stays_open.do">
        <source></source>
        <translation>See what is in its way, or close it by hand.</translation>
    </message>
    <message id="trouble.barrier_does_not_turn">
        <source></source>
        <translation>The turnstile does not turn</translation>
    </message>
    <message id="trouble.barrier_does_not_turn.do">
        <source></source>
        <translation>See whether it is stuck, or its contact.</translation>
    </message>
    <message id="trouble.printer_missing">
        <source></source>
        <translation>The printer is not there</translation>
    </message>
    <message id="trouble.printer_missing.do">
        <source></source>
        <translation>Switch it on, see its cable. Tickets are scanned as ever.</translation>
    </message>
    <message id="trouble.printer_no_paper">
        <source></source>
        <translation>The printer has no paper</translation>
    </message>
    <message id="trouble.printer_no_paper.do">
        <source></source>
        <translation>Put in a roll. What waits is printed by itself.</translation>
    </message>
    <message id="trouble.printer_paper_low">
        <source></source>
        <translation>The printer&apos;s roll ends soon</translation>
    </message>
    <message id="trouble.printer_paper_low.do">
        <source></source>
        <translation>Have a new one at hand.</translation>
    </message>
    <message id="trouble.printer_cover_open">
        <source></source>
        <translation>The printer&apos;s cover is open</translation>
    </message>
    <message id="trouble.printer_cover_open.do">
        <source></source>
        <translation>Close it. What waits is printed by itself.</translation>
    </message>
    <message id="trouble.printer_faulted">
        <source></source>
        <translation>The printer does not print</translation>
    </message>
    <message id="trouble.printer_faulted.do">
        <source></source>
        <translation>Free its knife, then switch it off and on.</translation>
    </message>
    <message id="trouble.sound_missing">
        <source></source>
        <translation>There is no sound</translation>
    </message>
    <message id="trouble.sound_missing.do">
        <source></source>
        <translation>The screen says everything. See the loudspeaker&apos;s cable.</translation>
    </message>
    <message id="trouble.sound_faulted">
        <source></source>
        <translation>The loudspeaker takes no tone</translation>
    </message>
    <message id="trouble.sound_faulted.do">
        <source></source>
        <translation>The screen says everything. Restart the machine.</translation>
    </message>
    <message id="trouble.screen_missing">
        <source></source>
        <translation>No brightness can be set</translation>
    </message>
    <message id="trouble.screen_missing.do">
        <source></source>
        <translation>This machine knows no backlight of the screen.</translation>
    </message>
    <message id="trouble.screen_faulted">
        <source></source>
        <translation>The brightness cannot be set</translation>
    </message>
    <message id="trouble.screen_faulted.do">
        <source></source>
        <translation>The kiosk may not write it. Call the service.</translation>
    </message>
    <message id="trouble.power_missing">
        <source></source>
        <translation>Nobody knows of mains and battery</translation>
    </message>
    <message id="trouble.power_missing.do">
        <source></source>
        <translation>See the cable between battery and machine.</translation>
    </message>
    <message id="trouble.power_on_battery">
        <source></source>
        <translation>The mains are gone, the battery carries on</translation>
    </message>
    <message id="trouble.power_on_battery.do">
        <source></source>
        <translation>See the fuse, save the battery.</translation>
    </message>
    <message id="trouble.power_battery_low">
        <source></source>
        <translation>The battery is nearly empty</translation>
    </message>
    <message id="trouble.power_battery_low.do">
        <source></source>
        <translation>Print who is inside and have paper ready.</translation>
    </message>
    <message id="trouble.climate_missing">
        <source></source>
        <translation>Nobody knows how warm it is in the box</translation>
    </message>
    <message id="trouble.climate_missing.do">
        <source></source>
        <translation>See the sensor&apos;s cable.</translation>
    </message>
    <message id="trouble.climate_cold">
        <source></source>
        <translation>It is too cold in the box</translation>
    </message>
    <message id="trouble.climate_cold.do">
        <source></source>
        <translation>Close it and switch on its heating.</translation>
    </message>
    <message id="trouble.climate_hot">
        <source></source>
        <translation>It is too hot in the box</translation>
    </message>
    <message id="trouble.climate_hot.do">
        <source></source>
        <translation>Free its vents and give it shade.</translation>
    </message>
    <message id="trouble.modem_missing">
        <source></source>
        <translation>The modem is not there</translation>
    </message>
    <message id="trouble.modem_missing.do">
        <source></source>
        <translation>Plug it in. Tickets are scanned as ever.</translation>
    </message>
    <message id="trouble.modem_no_signal">
        <source></source>
        <translation>The modem has no network</translation>
    </message>
    <message id="trouble.modem_no_signal.do">
        <source></source>
        <translation>See its aerial. Tickets are scanned as ever.</translation>
    </message>
    <message id="trouble.modem_data_low">
        <source></source>
        <translation>The month&apos;s data are nearly used up</translation>
    </message>
    <message id="trouble.modem_data_low.do">
        <source></source>
        <translation>Ask for more, or bring a stick.</translation>
    </message>
    <message id="trouble.door_missing">
        <source></source>
        <translation>The switch of the door cannot be read</translation>
    </message>
    <message id="trouble.door_missing.do">
        <source></source>
        <translation>See its cable.</translation>
    </message>
    <message id="trouble.door_open">
        <source></source>
        <translation>The box&apos;s door is open</translation>
    </message>
    <message id="trouble.door_open.do">
        <source></source>
        <translation>Close it, and see who opened it.</translation>
    </message>
    <message id="trouble.door_tilted">
        <source></source>
        <translation>The kiosk stands askew or was struck</translation>
    </message>
    <message id="trouble.door_tilted.do">
        <source></source>
        <translation>See that it is fixed.</translation>
    </message>
    <message id="trouble.registry_not_believed">
        <source></source>
        <translation>The registry&apos;s data are not believed</translation>
    </message>
    <message id="trouble.registry_not_believed.do">
        <source></source>
        <translation>The rules of before hold: go on scanning, and tell the office.</translation>
    </message>
    <message id="trouble.registry_unproven">
        <source></source>
        <translation>The registry could not prove who it is</translation>
    </message>
    <message id="trouble.registry_unproven.do">
        <source></source>
        <translation>See the clock. If it is right, use another network, and tell the office.</translation>
    </message>
    <message id="trouble.registry_stick_old">
        <source></source>
        <translation>The stick is older than what is here</translation>
    </message>
    <message id="trouble.registry_stick_old.do">
        <source></source>
        <translation>Nothing of it was taken. Take it out, and have it written anew.</translation>
    </message>
    <message id="trouble.registry_portal">
        <source></source>
        <translation>The network asks for a log-in first</translation>
    </message>
    <message id="trouble.registry_portal.do">
        <source></source>
        <translation>Use another network. Tickets are scanned as ever.</translation>
    </message>
    <message id="devices.troubles" numerus="yes">
        <source></source>
        <translation>
            <numerusform>%n device needs you</numerusform>
            <numerusform>%n devices need you</numerusform>
        </translation>
    </message>
</context>
</TS>
