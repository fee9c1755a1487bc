pragma ComponentBehavior: Bound
import QtQuick

/// The ram's-horn band: one line, upright, never cut; as many whole units as fit.
Row {
    id: root

    property color tone: Theme.accent
    property int unit: 40
    property int count: 4

    Repeater {
        model: root.count
        Image {
            required property int index
            width: root.unit
            height: root.unit * 0.8
            sourceSize: Qt.size(root.unit, root.unit * 0.8)
            asynchronous: false
            source: "image://drawing/band-unit/" + root.tone.toString().substring(1)
        }
    }
}
