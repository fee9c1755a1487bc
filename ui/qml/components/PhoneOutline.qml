import QtQuick

/// Where to hold the phone: white inside dark, so that it shows on snow and at night.
Item {
    id: root

    width: 232
    height: 446

    Rectangle {
        anchors.fill: parent
        color: "transparent"
        radius: 36
        border.width: 16
        border.color: "#8C13211C"
    }
    Rectangle {
        anchors.fill: parent
        anchors.margins: 4
        color: "transparent"
        radius: 32
        border.width: 8
        border.color: "#FFFFFF"
        SequentialAnimation on opacity {
            running: root.visible && Theme.breath > 0
            loops: Animation.Infinite
            NumberAnimation { from: 1; to: 0.75; duration: Theme.breath / 2; easing.type: Easing.InOutSine }
            NumberAnimation { from: 0.75; to: 1; duration: Theme.breath / 2; easing.type: Easing.InOutSine }
        }
    }
    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        y: 28
        width: 68
        height: 8
        radius: 4
        color: "#FFFFFF"
        border.width: 1
        border.color: "#8C13211C"
    }
    Repeater {
        model: [
            { turn: 0, x: 0, y: 0 }, { turn: 90, x: 120, y: 0 }, { turn: 180, x: 120, y: 120 }, { turn: 270, x: 0, y: 120 }
        ]
        Item {
            id: corner
            required property var modelData
            x: 36 + modelData.x
            y: 143 + modelData.y
            width: 40
            height: 40
            rotation: modelData.turn
            Rectangle { x: -4; y: -4; width: 46; height: 16; radius: 8; color: "#8C13211C" }
            Rectangle { x: -4; y: -4; width: 16; height: 46; radius: 8; color: "#8C13211C" }
            Rectangle { x: 0; y: 0; width: 38; height: 8; radius: 4; color: "#FFFFFF" }
            Rectangle { x: 0; y: 0; width: 8; height: 38; radius: 4; color: "#FFFFFF" }
        }
    }
}
