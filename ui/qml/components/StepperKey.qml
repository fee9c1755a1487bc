import QtQuick
import QtQuick.Templates as T

/// Minus or plus; a limit turns it off, never hides it.
T.AbstractButton {
    id: root

    required property bool plus
    required property string spoken

    implicitWidth: 118
    implicitHeight: 118
    autoRepeat: true
    Accessible.role: Accessible.Button
    Accessible.name: spoken

    background: Rectangle {
        radius: 20
        color: !root.enabled ? Theme.sunken : root.down ? Theme.ink : Theme.surface
        border.width: 3
        border.color: root.enabled ? Theme.edge : Theme.line
        Behavior on color { ColorAnimation { duration: Theme.fast } }
    }
    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            name: root.plus ? "plus" : "minus"
            extent: root.height > 150 ? 56 : 48
            tone: !root.enabled ? Theme.offGlyph : root.down ? Theme.ground : Theme.accent
        }
    }
}
