import QtQuick

/// That a visitor has a question to answer, said over a ranger's work without disturbing it.
Rectangle {
    id: root

    width: 456
    height: 118
    radius: 20
    color: Theme.amberTint
    border.width: 2
    border.color: Theme.amberInk

    Icon { x: 24; anchors.verticalCenter: parent.verticalCenter; name: "people"; extent: 40; tone: Theme.amberInk }
    FitLabel {
        x: 80
        anchors.verticalCenter: parent.verticalCenter
        width: root.width - 100
        text: qsTrId("ranger.visitor")
        bold: true
        color: Theme.amberInk
        ladder: [26, 24, 22, 20]
        lines: 3
        roomHeight: 102
    }
}
