pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// A verdict, full screen: colour, shape, word and sentence of one of three families. Its first frame is complete.
Item {
    id: root

    required property StageModel stage
    required property VerdictModel verdict
    readonly property bool admitted: verdict.outcome === "admitted"
    readonly property bool refused: verdict.outcome === "refused"
    readonly property color ground: admitted ? Theme.admitted : refused ? Theme.refused : Theme.referred
    readonly property color deep: admitted ? Theme.admittedDeep : refused ? Theme.refusedDeep : Theme.referredDeep
    readonly property color ink: admitted || refused ? Theme.inkOnVerdict : Theme.inkOnReferred
    readonly property string what: Words.what(stage.language, verdict.telling)
    readonly property string step: Words.next(stage.language, verdict.telling)
    readonly property bool hasButtons: !admitted

    width: 1280
    height: 800

    Rectangle { anchors.fill: parent; color: root.ground }

    Rectangle {
        visible: root.admitted
        x: -38
        y: 132
        width: 500
        height: 500
        radius: 250
        color: Theme.admittedHalo
    }
    Horizon {
        visible: root.admitted
        y: 70
        height: 730
        disc: "transparent"
        far: Theme.admittedFar
        mid: Qt.tint(Theme.admitted, "#60042814")
        near: Theme.admittedDeep
    }

    Header {
        id: header
        stage: root.stage
        color: root.deep
        tone: root.ink
        tone2: root.ink
        markTone: root.ink
        outline: root.ink
    }

    VerdictShape {
        id: shape
        x: 212 - extent / 2
        y: (root.admitted ? 382 : 373) - extent / 2
        form: root.verdict.form
        sign: root.ground
        scale: appear.running ? 0.92 : 1
        NumberAnimation {
            id: appear
            target: shape
            property: "scale"
            from: 0.92
            to: 1
            duration: Theme.appear
            easing.type: Easing.OutCubic
        }
        Component.onCompleted: appear.start()
    }

    Column {
        id: textColumn
        x: 424
        width: 824
        y: Math.max(120, 112 + (footer.y - 16 - 112 - height) / 2)
        spacing: 14

        FitLabel {
            visible: root.admitted
            width: parent.width
            text: root.verdict.reason === "welcome_back" ? qsTrId("greeting.back")
                : root.verdict.leaving ? qsTrId("greeting.exit") : qsTrId("greeting.welcome")
            color: root.ink
            bold: true
            ladder: [36, 32]
            lines: 1
        }
        FitLabel {
            id: word
            width: parent.width
            text: root.admitted ? qsTrId("word.admitted") : root.refused ? qsTrId("word.refused") : qsTrId("word.referred")
            color: root.ink
            display: true
            ladder: [112, 96, 90, 80, 72]
            alone: 96
            lines: 2
            roomHeight: 210
        }
        FitLabel {
            id: sentence
            width: parent.width
            text: root.verdict.reason === "ok" ? root.step : root.admitted ? root.what + " " + root.step : root.what
            color: root.ink
            ladder: [36, 34, 32, 30, 28, 26]
            lines: 4
            roomHeight: 190
        }
        Item { width: 1; height: 4 }
        Flow {
            width: parent.width
            spacing: 20
            FactCard {
                visible: value !== ""
                name: root.admitted ? (root.verdict.leaving ? qsTrId("card.leaving") : qsTrId("card.party")) : qsTrId("card.onticket")
                value: Words.party(root.stage.language, root.admitted ? root.verdict.party : root.verdict.right)
                color: root.deep
                tone: root.ink
                roomWidth: root.verdict.tail === "" ? 824 : 824 - 20 - 176
            }
            FactCard {
                visible: root.verdict.tail !== ""
                name: qsTrId("card.ticket")
                value: "…\u2060" + root.verdict.tail
                color: root.deep
                tone: root.ink
            }
            FactCard {
                visible: root.verdict.outcome === "referred" && root.verdict.calledAt > 0
                name: qsTrId("card.called")
                value: Words.time(root.stage.place, root.verdict.calledAt)
                color: root.deep
                tone: root.ink
            }
            FactCard {
                visible: root.admitted && !root.verdict.leaving && root.verdict.reason !== "ok" && root.verdict.until > 0
                name: qsTrId("card.until")
                value: Words.until(root.stage.language, root.stage.place, root.verdict.until, root.stage.now)
                color: root.deep
                tone: root.ink
            }
        }
    }

    StripedEdge { visible: root.refused; y: footer.y - 16; tone: root.ink }
    Band {
        visible: root.verdict.outcome === "referred"
        x: 0
        y: footer.y - 38
        count: 32
        tone: root.deep
    }

    Rectangle {
        id: footer
        y: root.hasButtons ? 650 : 668
        width: 1280
        height: 800 - y
        color: root.admitted ? "transparent" : root.deep

        Icon {
            visible: root.admitted
            x: 56
            y: 38
            name: "phone"
            extent: 56
            tone: root.ink
        }
        FitLabel {
            id: footnote
            x: root.admitted ? 132 : 56
            y: root.admitted ? 24 : (footer.height - contentHeight) / 2
            width: root.admitted ? 960 : buttons.x - x - 32
            text: root.admitted ? qsTrId("next.visitor")
                : root.refused ? root.step : root.step + "\n" + qsTrId("next.aside")
            color: root.ink
            bold: root.admitted
            ladder: root.admitted ? [29, 27, 25] : [26, 24, 22, 20]
            lines: root.admitted ? 1 : 5
            roomHeight: root.admitted ? 50 : 128
        }
        FitLabel {
            id: limits
            visible: root.admitted
            x: 132
            y: 70
            width: 960
            text: root.verdict.limitsAt > 0 ? Words.fill(root.stage.language, "limits", {
                "time": Words.until(root.stage.language, root.stage.place, root.verdict.limitsAt, root.stage.now)
            }) : qsTrId("limits.none")
            color: root.ink
            ladder: [24, 22]
            lines: 1
        }
        Row {
            id: buttons
            visible: root.hasButtons
            anchors.right: ring.visible ? ring.left : parent.right
            anchors.rightMargin: ring.visible ? 24 : 32
            y: 16
            spacing: 20
            BigButton {
                visible: root.verdict.offersCode
                objectName: "verdict-code"
                column: false
                width: 270
                height: 118
                icon_: "keypad"
                text: qsTrId("button.code")
                groundInk: root.ink
                groundTone: root.deep
                onClicked: root.verdict.codeWanted()
            }
            BigButton {
                visible: root.refused && root.stage.calledAt === 0
                objectName: "verdict-call"
                column: false
                primary: true
                width: 320
                height: 118
                icon_: "ranger"
                text: qsTrId("button.call")
                textSize: 27
                groundInk: root.ink
                groundTone: root.deep
                onClicked: root.verdict.callWanted()
            }
            Item {
                // Already called: words to read, not a key that is off.
                visible: root.refused && root.stage.calledAt > 0
                width: 320
                height: 118
                Icon { anchors.verticalCenter: parent.verticalCenter; name: "ranger"; extent: 48; tone: root.ink }
                FitLabel {
                    x: 64
                    anchors.verticalCenter: parent.verticalCenter
                    width: 256
                    text: Words.fill(root.stage.language, "ready.called", {
                        "time": Words.time(root.stage.place, root.stage.calledAt)
                    })
                    bold: true
                    color: root.ink
                    ladder: [26, 24, 22]
                    lines: 3
                    roomHeight: 110
                }
            }
            BigButton {
                visible: root.verdict.outcome === "referred"
                objectName: "verdict-decide"
                column: false
                width: 320
                height: 118
                icon_: "lock"
                text: qsTrId("button.ranger")
                textSize: 26
                groundInk: root.ink
                groundTone: root.deep
                onClicked: root.stage.rangerWanted()
            }
        }
        Ring {
            id: ring
            visible: root.verdict.outcome !== "referred"
            anchors.right: parent.right
            anchors.rightMargin: 32
            y: root.hasButtons ? 21 : 12
            share: root.stage.ringLeft
            seconds: root.stage.ringSeconds
            tone: root.ink
            track: root.ground
        }
    }

    TapHandler { onTapped: root.stage.touched() }
}
