import QtQuick
import QtQuick.Templates as T

/// One key of a keypad; digits carry a tint.
T.AbstractButton {
    id: root

    property bool digit: false
    property int textSize: 48

    implicitWidth: 119
    implicitHeight: 119
    Accessible.role: Accessible.Button
    Accessible.name: text

    background: Rectangle {
        radius: 20
        color: !root.enabled ? Theme.sunken : root.down ? Theme.ink : root.digit ? Theme.tint : Theme.surface
        border.width: 3
        border.color: root.enabled ? Theme.edge : Theme.line
        Behavior on color { ColorAnimation { duration: Theme.fast } }
    }
    contentItem: Item {
        Label {
            anchors.centerIn: parent
            text: root.text
            bold: true
            size: root.textSize
            lineHeight: 1
            color: !root.enabled ? Theme.offGlyph : root.down ? Theme.ground : Theme.ink
        }
    }
}
