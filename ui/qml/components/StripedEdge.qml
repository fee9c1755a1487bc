pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes

/// The gate arm above the footer of a refusal, standing still.
Item {
    id: root

    property color tone: Theme.inkOnVerdict

    width: 1280
    height: 16
    clip: true

    Repeater {
        model: 21
        Shape {
            id: stripe
            required property int index
            x: index * 64 - 36
            width: 64
            height: 16
            ShapePath {
                fillColor: root.tone
                strokeWidth: -1
                PathMove { x: 16; y: 0 }
                PathLine { x: 48; y: 0 }
                PathLine { x: 32; y: 16 }
                PathLine { x: 0; y: 16 }
            }
        }
    }
}
