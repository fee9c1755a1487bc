pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// What stands on the screen of a machine that is no kiosk yet: how to make it one. It goes on by itself.
Window {
    id: root

    required property StageModel stage
    required property string registryCommand
    required property string deviceCommand

    width: 1280
    height: 800
    color: Theme.ground
    title: "Qaqpa"
    visible: true

    Item {
        anchors.centerIn: parent
        width: 1280
        height: 800
        scale: Math.min(root.width / width, root.height / height)

        Horizon { y: 320; disc: "transparent" }
        Image {
            x: 32; y: 24
            width: 64; height: 64
            sourceSize: Qt.size(64, 64)
            asynchronous: false
            source: "image://drawing/mark-horns/" + Theme.accent.toString().substring(1)
        }
        Row {
            anchors.right: parent.right
            anchors.rightMargin: 32
            y: 12
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
        FitLabel {
            x: 56; y: 136
            width: 1168
            text: qsTrId("setup.title")
            display: true
            ladder: [50, 44, 40]
            lines: 1
        }
        Step { y: 236; said: qsTrId("setup.registry"); command: root.registryCommand }
        Step { y: 426; said: qsTrId("setup.here"); command: root.deviceCommand }
        FitLabel {
            x: 56; y: 620
            width: 1168
            text: qsTrId("setup.then")
            ladder: [28, 26, 24]
            lines: 1
        }
    }

    component Step: Item {
        id: step
        required property string said
        required property string command

        x: 56
        width: 1168
        height: 170
        FitLabel {
            width: step.width
            text: step.said
            bold: true
            ladder: [28, 26, 24]
            lines: 1
        }
        Rectangle {
            y: 50
            width: step.width
            height: 104
            radius: 20
            color: Theme.surface
            border.width: 2
            border.color: Theme.line
            FitLabel {
                x: 24
                anchors.verticalCenter: parent.verticalCenter
                width: step.width - 48
                text: step.command
                ladder: [26, 24, 22, 20]
                lines: 2
                roomHeight: 90
            }
        }
    }
}
