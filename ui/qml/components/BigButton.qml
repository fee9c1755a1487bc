import QtQuick
import QtQuick.Templates as T

/// A button for a gloved finger: icon and label, in one of the house's five roles.
T.AbstractButton {
    id: root

    property string icon_: ""
    property bool primary: false
    property bool danger: false
    property bool column: true
    property color groundInk: "transparent"
    property color groundTone: "transparent"
    property int textSize: 24
    property int iconSize: 40
    property string note: ""
    readonly property bool wearsColour: groundInk.a > 0
    readonly property color fill: !enabled ? Theme.sunken
        : down ? (wearsColour ? groundInk : Theme.ink)
        : danger ? Theme.refused
        : primary ? (wearsColour ? groundInk : Theme.accent)
        : wearsColour ? "transparent" : Theme.surface
    readonly property color inkTone: !enabled ? Theme.offGlyph
        : down ? (wearsColour ? groundTone : Theme.ground)
        : danger ? Theme.inkOnVerdict
        : primary ? (wearsColour ? groundTone : Theme.inkOnAccent)
        : wearsColour ? groundInk : Theme.ink
    readonly property color iconTone: enabled && !down && !primary && !danger && !wearsColour ? Theme.accent : inkTone

    implicitWidth: 193
    implicitHeight: 148
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.name: text

    background: Rectangle {
        radius: 20
        color: root.fill
        border.width: root.primary && root.enabled || root.danger ? 0 : 3
        border.color: !root.enabled ? Theme.line : root.wearsColour ? root.groundInk : Theme.edge
        Behavior on color { ColorAnimation { duration: Theme.fast } }
    }

    contentItem: Item {
        readonly property real inner: root.width - (root.column ? 16 : 24)

        Column {
            visible: root.column
            anchors.centerIn: parent
            width: parent.inner
            spacing: 6
            Icon {
                visible: root.icon_ !== "" && root.column
                anchors.horizontalCenter: parent.horizontalCenter
                name: root.icon_
                tone: root.iconTone
                extent: root.iconSize
            }
            FitLabel {
                id: label
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: root.text
                color: root.inkTone
                bold: true
                lines: 2
                ladder: [root.textSize, root.textSize - 1, root.textSize - 2, root.textSize - 3, root.textSize - 4, root.textSize - 5]
            }
            Label {
                visible: root.note !== ""
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: root.note
                color: root.enabled ? root.inkTone : Theme.ink2
                size: 22
            }
        }

        Row {
            visible: !root.column
            anchors.centerIn: parent
            spacing: 18
            Icon {
                id: glyph
                visible: root.icon_ !== "" && !root.column
                anchors.verticalCenter: parent.verticalCenter
                name: root.column ? "" : root.icon_
                tone: root.iconTone
                extent: root.iconSize
            }
            FitLabel {
                id: wide
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(probe.width + 10, root.width - 32 - (glyph.visible ? glyph.width + 18 : 0))
                text: root.text
                color: root.inkTone
                bold: true
                lines: 3
                roomHeight: root.height - 12
                ladder: [root.textSize, root.textSize - 2, root.textSize - 4, root.textSize - 5, root.textSize - 6]
            }
            TextMetrics {
                id: probe
                font.family: Theme.text
                font.weight: Font.Bold
                font.pixelSize: root.textSize
                text: root.text
            }
        }
    }
}
