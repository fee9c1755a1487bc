pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// How every device is: what needs somebody stands at the left with what to do, the worst first; all of them at the right.
Rectangle {
    id: root

    required property StageModel stage
    required property RangerModel ranger
    required property DevicesModel devices

    function iconOf(kind: string): string {
        return kind === "camera" ? "camera" : kind === "barrier" ? "gate" : kind === "printer" ? "print"
            : kind === "sound" ? "speak" : kind === "screen" ? "phone" : kind === "power" ? "power"
            : kind === "climate" ? "fire" : kind === "modem" ? "wifi" : kind === "door" ? "lock"
            : kind === "registry" ? "shield"
            : kind === "scanner" ? "doc" : "search"
    }

    color: Theme.ground

    TapHandler { }

    FitLabel {
        x: 32; y: 16
        width: 1216
        text: qsTrId("devices.title")
        display: true
        ladder: [40, 36, 32]
        lines: 1
    }
    Rectangle {
        x: 32; y: 76
        width: 1216; height: 80
        radius: 20
        color: root.devices.troubles > 0 ? Theme.referred : Theme.greenTint
        Icon {
            x: 24
            anchors.verticalCenter: parent.verticalCenter
            name: root.devices.troubles > 0 ? "info" : "check"
            extent: 44
            tone: root.devices.troubles > 0 ? Theme.inkOnReferred : Theme.greenInk
        }
        FitLabel {
            x: 88
            anchors.verticalCenter: parent.verticalCenter
            width: 1100
            text: root.devices.troubles > 0 ? qsTrId("devices.troubles", root.devices.troubles) : qsTrId("devices.well")
            bold: true
            color: root.devices.troubles > 0 ? Theme.inkOnReferred : Theme.greenInk
            ladder: [30, 28, 26, 24]
            lines: 1
        }
    }

    Column {
        x: 32; y: 172
        spacing: 14
        Repeater {
            model: root.devices.cards
            Rectangle {
                id: card
                required property var modelData

                width: 716; height: 150
                radius: 20
                color: Theme.surface
                border.width: 3
                border.color: card.modelData.works ? Theme.referredDeep : Theme.redInk
                Icon {
                    x: 22; y: 22
                    name: root.iconOf(card.modelData.kind)
                    extent: 44
                    tone: card.modelData.works ? Theme.amberInk : Theme.redInk
                }
                FitLabel {
                    x: 84; y: 16
                    width: 500
                    text: qsTrId("trouble." + card.modelData.problem)
                    bold: true
                    ladder: [26, 24, 22, 20]
                    lines: 2
                    roomHeight: 58
                }
                FitLabel {
                    x: 596; y: 18
                    width: 102
                    horizontalAlignment: Text.AlignRight
                    text: Words.fill(root.stage.language, "devices.minutes", { "count": card.modelData.minutes })
                    color: Theme.ink2
                    ladder: [22, 20, 18, 16]
                    lines: 2
                    roomHeight: 52
                }
                FitLabel {
                    x: 84; y: 76
                    width: 614
                    text: qsTrId("trouble." + card.modelData.problem + ".do")
                    color: Theme.ink2
                    ladder: [24, 22, 20, 18]
                    lines: 2
                    roomHeight: 62
                }
            }
        }
    }

    Grid {
        x: 772; y: 172
        columns: 2
        columnSpacing: 16
        rowSpacing: 10
        Repeater {
            model: root.devices.tiles
            Rectangle {
                id: tile
                required property var modelData

                width: 230; height: 70
                radius: 16
                color: tile.modelData.well ? Theme.greenTint : Theme.amberTint
                Icon {
                    x: 14
                    anchors.verticalCenter: parent.verticalCenter
                    name: root.iconOf(tile.modelData.kind)
                    extent: 34
                    tone: tile.modelData.well ? Theme.greenInk : Theme.amberInk
                }
                FitLabel {
                    x: 58
                    anchors.verticalCenter: parent.verticalCenter
                    width: 128
                    text: qsTrId("device." + tile.modelData.kind)
                    bold: true
                    ladder: [22, 20, 18, 16]
                    lines: 2
                    roomHeight: 58
                }
                Icon {
                    x: 190
                    anchors.verticalCenter: parent.verticalCenter
                    name: tile.modelData.well ? "check" : "info"
                    extent: 30
                    tone: tile.modelData.well ? Theme.greenInk : Theme.amberInk
                }
            }
        }
    }

    BigButton {
        objectName: "devices-back"
        x: 32; y: 666
        width: 300; height: 118
        primary: true
        column: false
        icon_: "back"
        textSize: 28
        text: qsTrId("button.back")
        onClicked: root.devices.dismiss()
    }
    VisitorWaits { visible: root.ranger.waiting; x: 352; y: 666 }
}
