pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa

/// The head line: mark, park or title, gate and direction, clock, languages.
Rectangle {
    id: root

    required property StageModel stage
    property string title: Words.parkName(stage.language, stage.place)
    property string subtitle: Words.placeLine(stage.language, stage.place)
    property color tone: Theme.ink
    property color tone2: Theme.ink2
    property color chipGround: color.a > 0 ? color : Theme.ground
    property color markTone: Theme.accent
    property color outline: Theme.edge
    property bool big: false

    width: 1280
    height: 112
    color: "transparent"

    Image {
        x: 32
        y: 24
        width: 64
        height: 64
        sourceSize: Qt.size(64, 64)
        asynchronous: false
        source: "image://drawing/mark-horns/" + root.markTone.toString().substring(1)
    }
    FitLabel {
        id: heading
        x: 114
        y: root.big ? 12 : 20
        width: clock.x - x - 16
        text: root.title
        color: root.tone
        bold: true
        display: root.big
        lineHeight: 1
        ladder: root.big ? [42, 38, 34, 30, 26, 24] : [30, 28, 26, 24]
        alone: root.big ? 30 : 0
        lines: 2
    }
    FitLabel {
        id: under
        x: 114
        y: Math.max(root.big ? 66 : 60, heading.y + heading.contentHeight + 1)
        width: clock.x - x - 16
        text: root.subtitle
        color: root.tone2
        ladder: [23, 22, 20]
        lines: 1
    }
    Item {
        id: clock
        anchors.right: chips.left
        anchors.rightMargin: 28
        width: Math.max(day.implicitWidth, 118)
        height: parent.height
        Label {
            anchors.right: parent.right
            y: 18
            text: Words.time(root.stage.place, root.stage.now)
            color: root.tone
            bold: true
            size: 36
            tabular: true
            font.letterSpacing: 0.5
        }
        Label {
            id: day
            anchors.right: parent.right
            y: 62
            text: Words.headerDate(root.stage.language, root.stage.place, root.stage.now)
            color: root.tone2
            size: 22
            wrapMode: Text.NoWrap
        }
    }
    Row {
        id: chips
        anchors.right: parent.right
        anchors.rightMargin: 32
        y: 12
        spacing: 16
        Repeater {
            model: ["kk", "ru", "en"]
            Chip {
                required property string modelData
                objectName: "language-" + modelData
                text: Words.languageName(modelData)
                chosen: root.stage.language === modelData
                ground: root.chipGround
                tone: root.tone
                outline: root.outline
                onClicked: root.stage.languageWanted(modelData)
            }
        }
    }
}
