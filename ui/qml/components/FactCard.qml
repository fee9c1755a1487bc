import QtQuick

/// One fact of a verdict: a small name and a large value on the deep ground.
Rectangle {
    id: root

    required property string name
    required property string value
    property color tone: Theme.inkOnVerdict
    property real roomWidth: 824

    width: Math.min(roomWidth, Math.max(title.implicitWidth, probe.width) + 50)
    height: 108
    radius: 20

    TextMetrics {
        id: probe
        font.family: Theme.text
        font.weight: Font.Bold
        font.pixelSize: 34
        text: root.value
    }
    Label {
        id: title
        x: 24
        y: 12
        text: root.name
        color: root.tone
        size: 22
        wrapMode: Text.NoWrap
    }
    FitLabel {
        id: shown
        x: 24
        y: 44
        width: root.width - 36
        height: 52
        verticalAlignment: Text.AlignVCenter
        text: root.value
        color: root.tone
        bold: true
        ladder: [34, 32, 30, 27, 24, 22]
        lines: 2
        alone: 24
        roomHeight: 62
    }
}
