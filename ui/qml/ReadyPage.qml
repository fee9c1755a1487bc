pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// Waiting for a visitor: the camera under the lens, one sentence, three ways to go on, and how the kiosk is.
Item {
    id: root

    required property StageModel stage
    required property ReadyModel ready
    required property Lens lens

    width: 1280
    height: 800

    Rectangle { anchors.fill: parent; color: Theme.ground }
    Horizon { y: -188; height: 918; disc: "transparent" }
    Rectangle { x: 1122; y: 430; width: 116; height: 116; radius: 58; color: Theme.disc }

    Header { id: header; stage: root.stage }

    Item {
        x: 32
        y: 112
        width: 560
        height: 600
        Rectangle { anchors.fill: parent; radius: 24; color: Theme.sunken; border.width: root.ready.camera ? 0 : 2; border.color: Theme.line }
        CameraView {
            anchors.fill: parent
            lens: root.lens
            visible: root.ready.camera
        }
        PhoneOutline {
            visible: root.ready.camera
            anchors.horizontalCenter: parent.horizontalCenter
            y: 48
        }
        Icon {
            visible: !root.ready.camera
            anchors.centerIn: parent
            name: "camera"
            extent: 160
            tone: Theme.edge
        }
        Rectangle {
            visible: root.ready.camera
            anchors.horizontalCenter: parent.horizontalCenter
            y: 510
            width: caption.contentWidth + 96
            height: 68
            radius: 34
            color: "#E613211C"
            Icon { x: 28; anchors.verticalCenter: parent.verticalCenter; name: "phone"; extent: 38; tone: "#FFFFFF" }
            FitLabel {
                id: caption
                x: 68
                anchors.verticalCenter: parent.verticalCenter
                width: 424
                text: root.ready.hint === "still" ? qsTrId("hint.still")
                    : root.ready.hint === "one_code" ? qsTrId("hint.one_code")
                    : root.ready.hint === "glare" ? qsTrId("hint.glare")
                    : root.ready.hint === "closer" ? qsTrId("hint.closer")
                    : root.ready.hint === "brighter" ? qsTrId("hint.brighter")
                    : root.ready.hint === "whole" ? qsTrId("hint.whole")
                    : qsTrId("ready.here")
                color: "#FFFFFF"
                bold: true
                ladder: [26, 24, 22, 20]
                lines: 2
                roomHeight: 60
            }
        }
    }

    FitLabel {
        id: headline
        x: 628
        y: 126
        width: 620
        text: root.ready.camera ? qsTrId("ready.headline")
            : root.ready.scanner ? qsTrId("ready.no_camera") : qsTrId("ready.no_eye")
        display: true
        ladder: [56, 50, 44, 40]
        lines: 3
        roomHeight: 190
    }
    FitLabel {
        id: hint
        x: 628
        y: headline.y + headline.contentHeight + 18
        width: 560
        visible: root.ready.camera
        text: qsTrId("ready.hint")
        color: Theme.ink2
        ladder: [26, 24, 22]
        lines: 4
        roomHeight: (root.stage.calledAt > 0 ? 440 : 552) - y
    }

    Rectangle {
        visible: root.stage.calledAt > 0
        x: 628
        y: 448
        width: 620
        height: 96
        radius: 20
        color: Theme.amberTint
        border.width: 2
        border.color: Theme.amberInk
        Icon { x: 24; anchors.verticalCenter: parent.verticalCenter; name: "ranger"; extent: 48; tone: Theme.amberInk }
        FitLabel {
            x: 92
            anchors.verticalCenter: parent.verticalCenter
            width: 500
            text: Words.fill(root.stage.language, "ready.called", {
                "time": Words.time(root.stage.place, root.stage.calledAt)
            })
            bold: true
            color: Theme.amberInk
            ladder: [28, 26, 24]
        }
    }

    Row {
        x: 628
        y: 564
        spacing: 20
        BigButton {
            objectName: "code"
            width: 193; height: 148
            icon_: "keypad"
            text: qsTrId("button.code")
            onClicked: root.stage.codeWanted()
        }
        BigButton {
            objectName: "call"
            width: 193; height: 148
            icon_: "ranger"
            text: qsTrId("button.call")
            onClicked: root.stage.callWanted()
        }
        BigButton {
            objectName: "ranger"
            width: 194; height: 148
            icon_: "lock"
            text: qsTrId("button.ranger")
            onClicked: root.stage.rangerWanted()
        }
    }

    Rectangle {
        y: 728
        width: 1280
        height: 72
        color: Theme.sunken
        Rectangle { width: 1280; height: 2; color: Theme.line }
        Icon {
            x: 32
            anchors.verticalCenter: parent.verticalCenter
            name: root.ready.online ? "wifi" : "nowifi"
            extent: 34
            tone: root.ready.online ? Theme.greenInk : Theme.amberInk
        }
        Label {
            id: link
            x: 80
            anchors.verticalCenter: parent.verticalCenter
            text: root.ready.fault === "disk_full" ? qsTrId("fault.disk_full")
                : root.ready.fault === "disk_read_only" ? qsTrId("fault.disk_read_only")
                : root.ready.fault === "disk_failed" ? qsTrId("fault.disk_failed")
                : root.ready.fault === "journal_renewed" ? qsTrId("fault.journal_renewed")
                : root.ready.fault === "replica_damaged" ? qsTrId("fault.replica_damaged")
                : root.ready.fault === "disk_moved" ? qsTrId("fault.disk_moved")
                : root.ready.clockSuspect ? qsTrId("clock.suspect")
                : root.ready.online ? qsTrId("link.on") : qsTrId("link.off")
            bold: true
            size: 24
            wrapMode: Text.NoWrap
        }
        Label {
            id: dot
            x: link.x + link.contentWidth + 14
            anchors.verticalCenter: parent.verticalCenter
            text: "•"
            color: Theme.edge
            size: 22
        }
        FitLabel {
            id: state
            x: dot.x + 26
            anchors.verticalCenter: parent.verticalCenter
            width: boom.start - 48 - x
            text: {
                const age = Words.age(root.stage.language, root.ready.ageSeconds)
                const band = root.ready.staleness === "ageing" ? qsTrId("staleness.ageing")
                    : root.ready.staleness === "stale" && root.ready.ageSeconds >= 0 ? qsTrId("staleness.stale") : ""
                const list = root.ready.revocationsStale && root.ready.staleness !== "stale"
                    ? qsTrId("revocations.stale") : ""
                const here = root.ready.online ? "" : qsTrId("link.off.here")
                return [here, age, band, list].filter(part => part !== "").join(", ")
            }
            color: Theme.ink2
            ladder: [24, 22, 20, 18]
            lines: 2
            roomHeight: 56
        }
        Icon {
            visible: root.ready.barrier !== ""
            x: boom.start - 44
            anchors.verticalCenter: parent.verticalCenter
            name: "gate"
            extent: 34
            tone: root.ready.barrier === "faulted" ? Theme.redInk
                : root.ready.barrier === "held" ? Theme.amberInk
                : root.ready.barrier === "open" ? Theme.greenInk : Theme.accent
        }
        FitLabel {
            id: boom
            anchors.right: parent.right
            anchors.rightMargin: 32
            anchors.verticalCenter: parent.verticalCenter
            readonly property real start: x + width - contentWidth
            width: 330
            horizontalAlignment: Text.AlignRight
            text: root.ready.barrier === "open" ? qsTrId("barrier.open")
                : root.ready.barrier === "held" ? qsTrId("barrier.held")
                : root.ready.barrier === "faulted" ? qsTrId("barrier.faulted")
                : root.ready.barrier === "closed" ? qsTrId("barrier.closed") : ""
            bold: true
            color: Theme.ink
            ladder: [24, 22, 20]
            lines: 1
        }
    }
}
