import QtQuick
import QtQuick.Templates as T

/// A language named in itself; the chosen one is filled and underlined.
T.AbstractButton {
    id: root

    property bool chosen: false
    property color ground: Theme.ground
    property color tone: Theme.ink
    property color outline: tone

    implicitWidth: 100
    implicitHeight: 88
    Accessible.role: Accessible.RadioButton
    Accessible.name: text

    background: Rectangle {
        radius: 18
        color: root.chosen || root.down ? root.tone : "transparent"
        border.width: root.chosen ? 0 : 2
        border.color: root.outline
    }
    contentItem: Item {
        Label {
            anchors.centerIn: parent
            anchors.verticalCenterOffset: root.chosen ? -5 : -2
            text: root.text
            bold: true
            size: 26
            color: root.chosen || root.down ? root.ground : root.tone
        }
        Rectangle {
            visible: root.chosen
            anchors.horizontalCenter: parent.horizontalCenter
            y: root.height - 20
            width: 32
            height: 4
            radius: 2
            color: root.ground
        }
    }
}
