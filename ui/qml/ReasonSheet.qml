pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// Why: an act on a record is done only for a reason, chosen from a list or typed.
Rectangle {
    id: root

    required property StageModel stage
    required property RangerModel ranger
    property bool typing: false

    function why(code: string): string {
        switch (code) {
        case "document_seen": return qsTrId("why.document_seen")
        case "receipt_seen": return qsTrId("why.receipt_seen")
        case "unreadable": return qsTrId("why.unreadable")
        case "same_party": return qsTrId("why.same_party")
        case "kiosk_fault": return qsTrId("why.kiosk_fault")
        case "emergency": return qsTrId("why.emergency")
        case "not_passed": return qsTrId("why.not_passed")
        case "wrong_ticket": return qsTrId("why.wrong_ticket")
        case "wrong_heads": return qsTrId("why.wrong_heads")
        case "test": return qsTrId("why.test")
        case "fire": return qsTrId("why.fire")
        case "queue": return qsTrId("why.queue")
        case "over": return qsTrId("why.over")
        case "mistake": return qsTrId("why.mistake")
        case "service": return qsTrId("why.service")
        case "repaired": return qsTrId("why.repaired")
        case "no_trace": return qsTrId("why.no_trace")
        }
        return code
    }

    color: Theme.ground
    onVisibleChanged: {
        root.typing = false
        pad.text = ""
    }

    TapHandler { }

    FitLabel {
        x: 32; y: 20
        width: 1216
        text: root.ranger.asking === "override" ? qsTrId("reason.title.override")
            : root.ranger.asking === "keep_open" ? qsTrId("reason.title.keep_open")
            : root.ranger.asking === "set_back" ? qsTrId("reason.title.set_back")
            : root.ranger.asking === "acknowledge"
            ? Words.fill(root.stage.language, "reason.title.acknowledge", { "alarm": qsTrId("alarm." + root.ranger.alarm) })
            : qsTrId("reason.title.annul")
        display: true
        ladder: [44, 40, 36]
        lines: 1
    }
    Grid {
        visible: !root.typing
        x: 32; y: 104
        columns: 2
        columnSpacing: 20
        rowSpacing: 20
        Repeater {
            model: root.ranger.reasons
            BigButton {
                required property string modelData
                objectName: "why-" + modelData
                width: root.ranger.asking === "override" ? 378 : 598
                height: 118
                column: false
                textSize: 26
                text: root.why(modelData)
                onClicked: root.ranger.because(modelData)
            }
        }
        BigButton {
            objectName: "why-other"
            width: root.ranger.asking === "override" ? 378 : 598
            height: 118
            column: false
            icon_: "keypad"
            textSize: 26
            text: qsTrId("why.other")
            onClicked: root.typing = true
        }
    }
    Rectangle {
        visible: !root.typing && root.ranger.asking === "override"
        x: 828; y: 104
        width: 420; height: 394
        radius: 28
        color: Theme.surface
        border.width: 2
        border.color: Theme.line
        Label {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 24
            text: qsTrId("why.heads")
            size: 28
            bold: true
        }
        StepperKey {
            objectName: "heads-fewer"
            x: 20; y: 110
            width: 118; height: 150
            plus: false
            spoken: qsTrId("why.heads") + " −"
            enabled: root.ranger.heads !== 1
            onClicked: root.ranger.changeHeads(-1)
        }
        Label {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 130
            text: root.ranger.heads > 0 ? root.ranger.heads : "="
            bold: true
            size: 90
            lineHeight: 1
        }
        StepperKey {
            objectName: "heads-more"
            x: 282; y: 110
            width: 118; height: 150
            plus: true
            spoken: qsTrId("why.heads") + " +"
            onClicked: root.ranger.changeHeads(1)
        }
        FitLabel {
            x: 20; y: 296
            width: 380
            horizontalAlignment: Text.AlignHCenter
            text: root.ranger.heads === 0 ? qsTrId("why.heads.kept") : qsTrId("count.people", root.ranger.heads)
            color: Theme.ink2
            ladder: [26, 24, 22]
            lines: 2
        }
    }
    TextPad {
        id: pad
        visible: root.typing
        x: 24; y: 96
        stage: root.stage
        placeholder: qsTrId("why.placeholder")
    }
    BigButton {
        objectName: "why-cancel"
        x: 32; y: 658
        width: 300; height: 118
        column: false
        icon_: "back"
        textSize: 28
        text: qsTrId("button.back")
        onClicked: root.typing ? root.typing = false : root.ranger.dismiss()
    }
    VisitorWaits { visible: root.ranger.waiting; x: 352; y: 658 }
    BigButton {
        objectName: "why-confirm"
        visible: root.typing
        x: 828; y: 658
        width: 420; height: 118
        primary: true
        column: false
        icon_: "check"
        textSize: 28
        text: qsTrId("button.confirm")
        enabled: pad.text.trim() !== ""
        onClicked: root.ranger.because(pad.text)
    }
}
