pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// The sixteen letters by which a person first signs in here, or once more after a PIN was forgotten.
Item {
    id: root

    required property StageModel stage
    required property ActivationModel code

    width: 1280
    height: 800

    Rectangle { anchors.fill: parent; color: Theme.ground }

    BigButton {
        objectName: "back"
        x: 24; y: 16
        width: 200; height: 96
        column: false
        icon_: "back"
        textSize: 26
        text: qsTrId("button.back")
        onClicked: root.stage.homeWanted()
    }
    FitLabel {
        x: 252; y: 18
        width: 652
        text: qsTrId("activate.title")
        display: true
        ladder: [42, 38, 34, 30]
        lines: 1
    }
    FitLabel {
        x: 252; y: 68
        width: 652
        text: root.code.trouble === "wrong" ? qsTrId("activate.wrong")
            : root.code.trouble === "slip" ? qsTrId("activate.slip")
            : root.code.trouble === "none" ? qsTrId("activate.none")
            : root.code.trouble === "locked" ? Words.pause(root.stage.language, root.code.waitSeconds)
            : root.code.trouble === "checking" ? qsTrId("pin.checking")
            : Words.fill(root.stage.language, "activate.hint", { "name": root.code.who })
        color: root.code.trouble === "" ? Theme.ink2 : root.code.trouble === "checking" ? Theme.accent : Theme.redInk
        bold: root.code.trouble !== ""
        ladder: [23, 22, 20]
        lines: 2
        roomHeight: 60
    }
    Row {
        x: 924; y: 20
        spacing: 16
        Repeater {
            model: ["kk", "ru", "en"]
            Chip {
                required property string modelData
                objectName: "language-" + modelData
                text: Words.languageName(modelData)
                chosen: root.stage.language === modelData
                outline: Theme.edge
                onClicked: root.stage.languageWanted(modelData)
            }
        }
    }

    Repeater {
        model: 16
        Rectangle {
            id: place
            required property int index
            readonly property bool isNext: index === root.code.typed.length
            x: 26 + index * 74 + Math.floor(index / 4) * 16
            y: 132
            width: 66
            height: 96
            radius: 16
            color: index < root.code.typed.length ? Theme.surface : Theme.sunken
            border.width: isNext ? 5 : 2
            border.color: isNext ? Theme.accent : index < root.code.typed.length ? Theme.edge : Theme.line
            Label {
                anchors.centerIn: parent
                text: root.code.typed.charAt(place.index)
                bold: true
                size: 48
                lineHeight: 1
            }
            Rectangle {
                visible: place.isNext
                anchors.horizontalCenter: parent.horizontalCenter
                y: 74
                width: 40
                height: 6
                radius: 3
                color: Theme.accent
            }
        }
    }
    Grid {
        x: 24; y: 246
        columns: 8
        columnSpacing: 20
        rowSpacing: 20
        Repeater {
            model: root.code.letters
            Key {
                required property string modelData
                required property int index
                objectName: "key-" + modelData
                text: modelData
                digit: index < 8
                enabled: root.code.missing > 0 && root.code.trouble !== "checking"
                onClicked: root.code.press(modelData)
            }
        }
    }
    BigButton {
        objectName: "erase"
        x: 1136; y: 246
        width: 120; height: 119
        icon_: "bksp"
        textSize: 22
        text: qsTrId("key.delete")
        enabled: root.code.typed !== ""
        onClicked: root.code.erase()
    }
    BigButton {
        objectName: "done"
        x: 1136; y: 385
        width: 120; height: 397
        primary: true
        icon_: "check"
        textSize: 24
        text: qsTrId("key.done")
        note: root.code.missing > 0 ? qsTrId("code.more", root.code.missing) : ""
        enabled: root.code.missing === 0
        onClicked: root.code.done()
    }
    TapHandler { onTapped: root.stage.touched() }
}
