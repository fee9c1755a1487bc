pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// What time it is, by a ranger's word: the digits of date and time, against what the kiosk believes.
Rectangle {
    id: root

    required property StageModel stage
    required property RangerModel ranger
    required property TimeModel time

    color: Theme.ground

    TapHandler { }

    FitLabel {
        x: 56; y: 40
        width: 600
        text: qsTrId("clock.title")
        display: true
        ladder: [48, 44, 40, 36]
        lines: 2
        roomHeight: 120
    }
    FitLabel {
        x: 56; y: 180
        width: 600
        text: Words.fill(root.stage.language, "clock.now", { "time": root.time.shown })
        color: Theme.ink2
        ladder: [26, 24, 22]
        lines: 5
        roomHeight: 190
    }
    Label {
        x: 56; y: 400
        text: root.time.typed
        bold: true
        size: 56
        tabular: true
        lineHeight: 1
        wrapMode: Text.NoWrap
    }
    FitLabel {
        x: 56; y: 490
        width: 600
        text: root.time.trouble === "wrong" ? qsTrId("clock.wrong") : root.time.trouble === "over" ? qsTrId("clock.over") : ""
        color: Theme.redInk
        bold: true
        ladder: [28, 26, 24]
        lines: 2
        roomHeight: 80
    }
    BigButton {
        objectName: "cancel-time"
        x: 56; y: 648
        width: 300; height: 118
        column: false
        icon_: "back"
        textSize: 28
        text: qsTrId("button.back")
        onClicked: root.time.dismiss()
    }
    VisitorWaits { visible: root.ranger.waiting; x: 376; y: 648 }

    Grid {
        x: 720; y: 138
        columns: 3
        columnSpacing: 20
        rowSpacing: 20
        Repeater {
            model: ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
            Key {
                required property string modelData
                objectName: "key-" + modelData
                width: 162; height: 142
                textSize: 56
                text: modelData
                onClicked: root.time.press(modelData)
            }
        }
        BigButton {
            objectName: "erase-time"
            width: 162; height: 142
            icon_: "bksp"
            textSize: 23
            text: qsTrId("key.delete")
            onClicked: root.time.erase()
        }
        Key {
            objectName: "key-0"
            width: 162; height: 142
            textSize: 56
            text: "0"
            onClicked: root.time.press("0")
        }
        BigButton {
            objectName: "done-time"
            width: 162; height: 142
            primary: true
            icon_: "check"
            textSize: 24
            text: qsTrId("clock.set")
            enabled: root.time.complete
            onClicked: root.time.done()
        }
    }
}
