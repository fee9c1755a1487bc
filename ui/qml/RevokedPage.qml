pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// The park believes this device no more: nobody is let in or out by it, and it says what of its journal it still owes.
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
        text: qsTrId("revoked.title")
        display: true
        ladder: [64, 56, 48, 44]
        lines: 2
        roomHeight: 150
    }
    FitLabel {
        x: 360; y: 388
        width: 850
        text: qsTrId("revoked.why")
        color: Theme.ink2
        ladder: [34, 32, 30, 28]
        lines: 4
        roomHeight: 180
    }
    FitLabel {
        x: 72; y: 660
        width: 1136
        text: Words.fill(root.stage.language, "revoked.since", {
            when: Words.until(root.stage.language, root.stage.place, root.stage.revokedAt, root.stage.now)
        })
        color: Theme.ink2
        ladder: [26, 24, 22]
        lines: 1
    }
    FitLabel {
        objectName: "unsent"
        x: 72; y: 704
        width: 1136
        text: root.stage.unsent > 0
            ? Words.fill(root.stage.language, "revoked.left", { n: root.stage.unsent })
            : qsTrId("revoked.done")
        color: Theme.ink2
        ladder: [26, 24, 22]
        lines: 1
    }
    TapHandler { onTapped: root.stage.touched() }
}
