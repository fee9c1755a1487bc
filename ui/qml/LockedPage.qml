pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// An alarm is open: nobody goes on here until a ranger has come.
Item {
    id: root

    required property StageModel stage

    width: 1280
    height: 800

    Rectangle { anchors.fill: parent; color: Theme.ground }
    Horizon { y: 320; disc: "transparent" }
    Header { stage: root.stage }

    VerdictShape {
        x: 72; y: 224
        extent: 240
        form: "ranger"
        body: Theme.referred
        sign: Theme.inkOnReferred
    }
    FitLabel {
        x: 360; y: 224
        width: 850
        text: qsTrId("locked.title")
        display: true
        ladder: [64, 56, 48, 44]
        lines: 2
        roomHeight: 150
    }
    FitLabel {
        x: 360; y: 388
        width: 850
        text: qsTrId("locked.why")
        color: Theme.ink2
        ladder: [34, 32, 30, 28]
        lines: 4
        roomHeight: 180
    }
    BigButton {
        objectName: "ranger"
        x: 828; y: 648
        width: 396; height: 118
        column: false
        icon_: "lock"
        textSize: 28
        text: qsTrId("locked.ranger")
        onClicked: root.stage.rangerWanted()
    }
    TapHandler { onTapped: root.stage.touched() }
}
