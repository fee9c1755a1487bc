pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// The ranger's queue: who waits stands first; two acts on a record, each with its reason.
Item {
    id: root

    required property StageModel stage
    required property RangerModel ranger
    required property TimeModel time
    required property ReadyModel ready
    required property DevicesModel devices

    width: 1280
    height: 800

    Rectangle { anchors.fill: parent; color: Theme.ground }

    Image {
        x: 24; y: 8
        width: 56; height: 56
        sourceSize: Qt.size(56, 56)
        asynchronous: false
        source: "image://drawing/mark-horns/" + Theme.accent.toString().substring(1)
    }
    FitLabel {
        x: 96; y: 8
        width: 620
        text: Words.laneLine(root.stage.language, root.stage.place)
        bold: true
        ladder: [28, 26, 24]
        lines: 1
    }
    FitLabel {
        x: 96; y: 42
        width: 620
        text: root.ranger.who === "" ? Words.parkName(root.stage.language, root.stage.place)
            : root.ranger.role === "" ? root.ranger.who
            : root.ranger.who + " · " + Words.roleName(root.stage.language, root.ranger.role)
        color: Theme.ink2
        ladder: [22, 20, 18]
        lines: 1
    }
    BigButton {
        objectName: "set-time"
        x: 736; y: 4
        width: 172; height: 76
        column: false
        textSize: 34
        groundInk: root.ready.clockSuspect ? Theme.amberInk : "transparent"
        groundTone: Theme.amberTint
        text: Words.time(root.stage.place, root.stage.now) + (root.ready.clockSuspect ? " ?" : "")
        onClicked: root.time.wanted()
    }
    Row {
        x: 924; y: 4
        spacing: 16
        Repeater {
            model: ["kk", "ru", "en"]
            Chip {
                required property string modelData
                objectName: "language-" + modelData
                height: 76
                text: Words.languageName(modelData)
                chosen: root.stage.language === modelData
                outline: Theme.edge
                onClicked: root.stage.languageWanted(modelData)
            }
        }
    }

    Row {
        x: 24; y: 88
        spacing: 20
        StatusTile {
            id: exchange
            width: 256
            icon: root.ranger.online ? "sync" : "nowifi"
            name: root.ranger.online || root.ranger.syncing ? qsTrId("ranger.sync") : qsTrId("link.off")
            value: root.ranger.syncing ? qsTrId("ranger.syncing") : Words.ago(root.stage.language, root.ranger.exchangedSeconds)
        }
        StatusTile {
            id: unsent
            width: 240
            icon: "upload"
            name: qsTrId("ranger.unsent")
            value: root.ranger.unsent === 0 ? qsTrId("count.none") : qsTrId("count.records", root.ranger.unsent)
        }
        StatusTile {
            id: decisions
            width: 284
            icon: "override"
            name: qsTrId("ranger.overrides")
            due: root.ranger.overridesUnusual
            value: root.ranger.overrides === 0 ? qsTrId("count.none") : root.ranger.overrides + " · " + root.ranger.overridesBy
        }
        StatusTile {
            id: inside
            visible: root.stage.calledAt === 0
            width: 190
            icon: "people"
            name: qsTrId("ranger.inside")
            due: root.ranger.overdue > 0
            value: root.ranger.inside < 0 ? qsTrId("ranger.counting")
                : root.ranger.overdue > 0
                ? Words.fill(root.stage.language, "ranger.inside.late", { "count": root.ranger.inside, "late": root.ranger.overdue })
                : root.ranger.inside === 0 ? qsTrId("count.none") : root.ranger.inside
        }
        BigButton {
            objectName: "answer-call"
            visible: root.stage.calledAt > 0
            width: 190; height: 118
            primary: true
            icon_: "hand"
            textSize: 23
            text: qsTrId("ranger.answer")
            onClicked: root.ranger.answerWanted()
        }
        BigButton {
            objectName: "lock"
            width: 182; height: 118
            icon_: "lock"
            textSize: 23
            text: qsTrId("ranger.lock")
            onClicked: root.ranger.lockWanted()
        }
    }

    Label {
        visible: root.ranger.count === 0
        x: 48; y: 270
        text: qsTrId("ranger.empty")
        color: Theme.ink2
        size: 28
    }

    Column {
        x: 24; y: 226
        spacing: 20
        Repeater {
            model: root.ranger.queue
            Rectangle {
                id: row
                required property string entryId
                required property double at
                required property string outcome
                required property string reason
                required property string check
                required property var party
                required property string tail
                required property int waitingMinutes
                required property string act
                required property string mark
                required property bool sought
                readonly property bool waits: waitingMinutes >= 0
                readonly property bool asks: waits || mark === "not_turned"

                width: 764
                height: 122
                radius: 20
                color: Theme.surface
                border.width: asks ? 4 : 2
                border.color: asks ? Theme.referredDeep : Theme.line

                VerdictShape {
                    x: 20
                    anchors.verticalCenter: parent.verticalCenter
                    extent: 68
                    form: row.outcome === "admitted" ? "tick" : row.outcome === "refused" ? "cross" : "ranger"
                    body: row.outcome === "admitted" ? Theme.admitted : row.outcome === "refused" ? Theme.refused : Theme.referred
                    sign: row.outcome === "referred" ? Theme.inkOnReferred : Theme.inkOnVerdict
                    opacity: row.mark === "annulled" ? 0.45 : 1
                }
                Label {
                    id: clock
                    x: 108; y: 24
                    text: Words.time(root.stage.place, row.at)
                    color: Theme.ink2
                    size: 28
                    wrapMode: Text.NoWrap
                }
                FitLabel {
                    x: clock.x + clock.contentWidth + 16
                    y: 24
                    width: (row.act === "" ? 744 : 578) - x
                    text: qsTrId("label." + row.reason)
                    bold: true
                    font.strikeout: row.mark === "annulled"
                    ladder: [28, 26, 24, 22]
                    lines: 1
                }
                FitLabel {
                    x: 108; y: 66
                    width: (row.act === "" ? 744 : 578) - x
                    text: {
                        const parts = []
                        if (row.sought)
                            parts.push(qsTrId("ranger.sought"))
                        if (row.waits)
                            parts.push(Words.fill(root.stage.language, "ranger.waiting", { "count": row.waitingMinutes }))
                        if (row.mark === "annulled")
                            parts.push(qsTrId("ranger.annulled"))
                        if (row.mark === "overridden")
                            parts.push(qsTrId("ranger.overridden"))
                        if (row.mark === "not_turned")
                            parts.push(qsTrId("ranger.notturned"))
                        if (row.check !== "")
                            parts.push(qsTrId(row.check))
                        const people = Words.party(root.stage.language, row.party)
                        if (people !== "")
                            parts.push(people)
                        if (row.tail !== "")
                            parts.push("…\u2060" + row.tail)
                        return parts.join(" · ")
                    }
                    color: Theme.ink2
                    ladder: [24, 22, 20]
                    lines: 2
                    roomHeight: 56
                }
                BigButton {
                    visible: row.act !== ""
                    objectName: row.act + "-" + row.entryId
                    x: 588; y: 2
                    width: 174; height: 118
                    primary: row.asks
                    icon_: row.act === "annul" ? "undo" : "hand"
                    iconSize: 34
                    textSize: 22
                    text: row.act === "annul" ? qsTrId("ranger.annul") : row.waits ? qsTrId("ranger.decide") : qsTrId("ranger.letin")
                    onClicked: root.ranger.ask(row.act, row.entryId)
                }
            }
        }
    }

    Grid {
        x: 812; y: 226
        columns: 2
        columnSpacing: 20
        rowSpacing: 20
        BigButton {
            objectName: "visitor-screen"
            width: 212; height: 122
            primary: true
            icon_: "phone"
            textSize: 23
            text: qsTrId("ranger.ready")
            onClicked: root.stage.homeWanted()
        }
        BigButton {
            objectName: "ranger-code"
            width: 212; height: 122
            icon_: "keypad"
            textSize: 23
            text: qsTrId("ranger.code")
            onClicked: root.ranger.codeWanted()
        }
        BigButton {
            objectName: "sync"
            width: 212; height: 122
            icon_: "sync"
            textSize: 23
            enabled: !root.ranger.syncing
            text: qsTrId("ranger.syncnow")
            onClicked: root.ranger.syncWanted()
        }
        BigButton {
            objectName: "turn"
            visible: root.ranger.both
            width: 212; height: 122
            icon_: "gate"
            textSize: 23
            text: Words.directionLine(root.stage.language, root.stage.place)
            onClicked: root.ranger.turnWanted()
        }
        Item { visible: !root.ranger.both; width: 212; height: 122 }
        BigButton {
            objectName: "newer"
            width: 212; height: 122
            icon_: "back"
            textSize: 23
            enabled: root.ranger.hasNewer
            text: qsTrId("ranger.newer")
            onClicked: root.ranger.leaf(-1)
        }
        BigButton {
            objectName: "older"
            width: 212; height: 122
            icon_: "down"
            textSize: 23
            enabled: root.ranger.hasOlder
            text: qsTrId("ranger.older")
            onClicked: root.ranger.leaf(1)
        }
    }
    BigButton {
        objectName: "show-question"
        visible: root.ranger.waiting
        x: 812; y: 652
        width: 444; height: 122
        column: false
        icon_: "people"
        textSize: 24
        groundInk: Theme.amberInk
        groundTone: Theme.amberTint
        text: qsTrId("ranger.question")
        onClicked: root.ranger.questionWanted()
    }
    Rectangle {
        visible: root.ranger.notice !== "" && !root.ranger.waiting
        x: 812; y: 652
        width: 444; height: 122
        radius: 20
        color: root.ranger.notice === "done" ? Theme.greenTint : Theme.redTint
        Icon {
            x: 20
            anchors.verticalCenter: parent.verticalCenter
            name: root.ranger.notice === "done" ? "check" : "incident"
            tone: root.ranger.notice === "done" ? Theme.greenInk : Theme.redInk
        }
        FitLabel {
            x: 76
            anchors.verticalCenter: parent.verticalCenter
            width: 352
            text: root.ranger.notice === "done" ? qsTrId("ranger.done")
                : root.ranger.notice === "denied"
                ? Words.fill(root.stage.language, "ranger.denied", { "roles": root.ranger.allowed.map(role => Words.roleName(root.stage.language, role)).join(" · ") })
                : qsTrId("ranger.failed")
            bold: true
            color: root.ranger.notice === "done" ? Theme.greenInk : Theme.redInk
            ladder: [26, 24, 22, 20]
            lines: 4
            roomHeight: 104
        }
    }

    BigButton {
        objectName: "barrier"
        visible: root.ranger.notice === "" && !root.ranger.waiting
        x: 812; y: 652
        width: 212; height: 122
        icon_: "gate"
        iconSize: 34
        textSize: 22
        groundInk: root.ranger.keptOpenSince >= 0 ? Theme.amberInk : "transparent"
        groundTone: Theme.amberTint
        text: root.ranger.keptOpenSince >= 0
            ? Words.fill(root.stage.language, "ranger.kept_open", { "time": Words.time(root.stage.place, root.ranger.keptOpenSince) })
            : qsTrId("ranger.keep_open")
        onClicked: root.ranger.askBarrier()
    }
    BigButton {
        objectName: "devices"
        visible: root.ranger.notice === "" && !root.ranger.waiting
        x: 1044; y: 652
        width: 212; height: 122
        icon_: root.devices.troubles > 0 ? "incident" : "info"
        textSize: 23
        groundInk: root.devices.troubles > 0 ? Theme.amberInk : "transparent"
        groundTone: Theme.amberTint
        text: root.devices.troubles > 0 ? qsTrId("ranger.devices") + " · " + root.devices.troubles : qsTrId("ranger.devices")
        onClicked: root.devices.wanted()
    }

    ReasonSheet {
        anchors.fill: parent
        visible: root.ranger.asking !== ""
        stage: root.stage
        ranger: root.ranger
    }
    TimeSheet {
        anchors.fill: parent
        visible: root.time.open
        stage: root.stage
        ranger: root.ranger
        time: root.time
    }
    DevicesSheet {
        anchors.fill: parent
        visible: root.devices.open
        stage: root.stage
        ranger: root.ranger
        devices: root.devices
    }
    StaffSheet {
        anchors.fill: parent
        visible: root.ranger.choosing
        ranger: root.ranger
    }
    TapHandler { onTapped: root.stage.touched() }
}
