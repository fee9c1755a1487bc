import QtQuick

/// One figure of the ranger's strip; amber only when something is due.
Rectangle {
    id: root

    required property string icon
    required property string name
    required property string value
    property bool due: false

    height: 118
    radius: 20
    color: due ? Theme.referred : Theme.sunken

    Icon {
        id: glyph
        x: 18
        anchors.verticalCenter: parent.verticalCenter
        name: root.icon
        extent: 34
        tone: root.due ? Theme.inkOnReferred : Theme.accent
    }
    FitLabel {
        id: title
        x: 64
        y: 26
        width: root.width - x - 10
        text: root.name
        ladder: [22, 20]
        lines: 1
        color: root.due ? Theme.inkOnReferred : Theme.ink2
    }
    FitLabel {
        id: shown
        x: 64
        y: 56
        width: root.width - x - 10
        text: root.value
        bold: true
        ladder: [25, 23, 22, 20]
        lines: 2
        roomHeight: 56
        color: root.due ? Theme.inkOnReferred : Theme.ink
    }
}
