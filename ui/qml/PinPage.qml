pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// The ranger's way in.
Item {
    id: root

    required property StageModel stage
    required property PinModel pin

    width: 1280
    height: 800

    Rectangle { anchors.fill: parent; color: Theme.ground }
    Horizon { y: 320; disc: "transparent" }

    Header {
        id: header
        stage: root.stage
        subtitle: Words.gateName(root.stage.language, root.stage.place) + " · "
            + (root.pin.who === "" ? qsTrId("pin.subtitle") : root.pin.who)
    }

    FitLabel {
        id: title
        x: 56; y: 142
        width: 600
        text: root.pin.step === "choose" ? qsTrId("pin.choose") : root.pin.step === "repeat" ? qsTrId("pin.repeat") : qsTrId("pin.title")
        display: true
        ladder: [48, 44, 40, 36]
        lines: 1
    }
    FitLabel {
        id: why
        x: 56; y: 216
        width: 600
        text: root.pin.who === "" ? qsTrId("pin.why")
            : root.pin.step === "check" ? Words.fill(root.stage.language, "pin.whose", { "name": root.pin.who }) : qsTrId("pin.advice")
        color: Theme.ink2
        ladder: [26, 24, 22]
        lines: 4
        roomHeight: 140
    }
    Row {
        x: 56; y: 400
        spacing: 22
        Repeater {
            model: root.pin.places
            Rectangle {
                required property int index
                width: 44; height: 44; radius: 22
                color: index < root.pin.filled ? Theme.accent : "transparent"
                border.width: 4
                border.color: index < root.pin.filled ? Theme.accent : Theme.edge
            }
        }
    }
    Label {
        x: 56; y: 470
        width: 600
        visible: !root.pin.checking
        text: root.pin.trouble === "locked" ? Words.pause(root.stage.language, root.pin.waitSeconds)
            : root.pin.trouble === "wrong" ? qsTrId("pin.wrong") : root.pin.trouble === "unset" ? qsTrId("pin.unset")
            : root.pin.trouble === "trivial" ? qsTrId("pin.trivial") : root.pin.trouble === "differs" ? qsTrId("pin.differs") : ""
        color: Theme.redInk
        bold: true
        size: 28
    }
    Label {
        objectName: "checking"
        visible: root.pin.checking
        x: 56; y: 470
        width: 600
        text: qsTrId("pin.checking")
        color: Theme.accent
        bold: true
        size: 28
    }
    Label {
        visible: root.pin.step === "check"
        x: 56; y: 516
        width: 600
        text: (root.pin.who === "" ? qsTrId("pin.rule") : qsTrId("pin.rule.person")) + "\n" + Words.fill(root.stage.language, "pin.left", { "count": root.pin.attemptsLeft })
        color: Theme.ink2
        size: 24
    }
    BigButton {
        objectName: "back"
        x: 56; y: 648
        width: 300; height: 118
        column: false
        icon_: "back"
        textSize: 28
        text: qsTrId("button.back")
        onClicked: root.stage.homeWanted()
    }

    BigButton {
        objectName: "new-code"
        visible: root.pin.who !== "" && root.pin.step === "check"
        x: 376; y: 648
        width: 300; height: 118
        column: false
        icon_: "keypad"
        textSize: 26
        text: qsTrId("pin.new_code")
        onClicked: root.pin.codeWanted()
    }

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
                enabled: root.pin.waitSeconds === 0 && !root.pin.checking
                onClicked: root.pin.press(modelData)
            }
        }
        BigButton {
            objectName: "erase"
            width: 162; height: 142
            icon_: "bksp"
            textSize: 23
            text: qsTrId("key.delete")
            onClicked: root.pin.erase()
        }
        Key {
            objectName: "key-0"
            width: 162; height: 142
            textSize: 56
            text: "0"
            enabled: root.pin.waitSeconds === 0 && !root.pin.checking
            onClicked: root.pin.press("0")
        }
        BigButton {
            objectName: "done"
            width: 162; height: 142
            primary: true
            icon_: "check"
            textSize: 24
            text: qsTrId("pin.enter")
            enabled: root.pin.filled === root.pin.places
            onClicked: root.pin.done()
        }
    }
    TapHandler { onTapped: root.stage.touched() }
}
