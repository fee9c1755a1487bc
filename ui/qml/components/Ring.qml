import QtQuick
import QtQuick.Shapes

/// A countdown that can be read and seen: what is left as an arc and in whole seconds.
Item {
    id: root

    required property real share
    required property int seconds
    property color tone: Theme.inkOnVerdict
    property color track: Theme.admittedHalo

    width: 108
    height: 108
    Accessible.role: Accessible.ProgressBar
    Accessible.name: root.seconds + " " + qsTrId("unit.second")

    Shape {
        anchors.fill: parent
        ShapePath {
            strokeColor: root.track
            strokeWidth: 9
            fillColor: "transparent"
            PathAngleArc { centerX: 54; centerY: 54; radiusX: 48; radiusY: 48; startAngle: -90; sweepAngle: 360 }
        }
        ShapePath {
            strokeColor: root.tone
            strokeWidth: 9
            capStyle: ShapePath.RoundCap
            fillColor: "transparent"
            PathAngleArc {
                centerX: 54; centerY: 54; radiusX: 48; radiusY: 48; startAngle: -90
                sweepAngle: Math.max(0.1, Math.min(359.9, 360 * root.share))
            }
        }
    }
    Label {
        anchors.horizontalCenter: parent.horizontalCenter
        y: 18
        text: root.seconds
        color: root.tone
        bold: true
        size: 44
        tabular: true
        lineHeight: 1
    }
    Label {
        anchors.horizontalCenter: parent.horizontalCenter
        y: 66
        text: qsTrId("unit.second")
        color: root.tone
        bold: true
        size: 18
    }
}
