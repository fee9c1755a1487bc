pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// A question that the visitor answers: it wears amber only in its header and its diamond.
Item {
    id: root

    required property StageModel stage
    required property QuestionModel question
    property bool typing: false
    readonly property bool asksWords: root.question.topic === "guide" || root.question.topic === "holder"
    readonly property bool asksPlate: root.question.tag === "plate"
    readonly property string advisory: root.question.topic === "acknowledge" ? root.question.advisoryIn(root.stage.language) : ""

    width: 1280
    height: 800

    Rectangle { anchors.fill: parent; color: Theme.ground }

    Header {
        id: header
        stage: root.stage
        color: Theme.referred
        tone: Theme.inkOnReferred
        tone2: Theme.inkOnReferred
        markTone: Theme.inkOnReferred
        outline: Theme.inkOnReferred
        big: true
        title: root.question.topic === "acknowledge" ? qsTrId("question.warning.title")
            : root.question.topic === "guide" ? qsTrId("question.guide")
            : root.question.topic === "second_look" ? qsTrId("question.second_look")
            : root.question.topic === "holder" ? (root.asksPlate ? qsTrId("question.plate") : qsTrId("question.holder"))
            : root.question.leaving ? qsTrId("question.heads.exit") : qsTrId("question.heads")
        subtitle: {
            const gate = Words.gateName(root.stage.language, root.stage.place)
            return root.question.tail === "" ? gate
                : gate + " · " + Words.fill(root.stage.language, "question.group", { "tail": root.question.tail })
        }
    }

    Rectangle {
        visible: root.question.topic === "heads"
        x: 32
        y: 132
        width: 528
        height: 502
        radius: 28
        color: Theme.surface
        border.width: 2
        border.color: Theme.line

        VerdictShape { x: 24; y: 22; extent: 84; form: "question"; body: Theme.referred; sign: Theme.inkOnReferred }
        FitLabel {
            id: summary
            x: 124
            y: 30
            width: 384
            text: Words.fill(root.stage.language, "question.total", { "count": root.question.total }) + "\n"
                + Words.fill(root.stage.language, root.question.leaving ? "question.inside" : "question.left",
                             { "left": root.question.left })
            color: Theme.ink2
            ladder: [25, 24, 22]
            lines: 3
            roomHeight: 90
        }
        StepperKey {
            objectName: "fewer"
            x: 24; y: 156
            width: 128; height: 200
            plus: false
            spoken: "−"
            enabled: root.question.heads > 0
            onClicked: root.question.changeHeads(-1)
        }
        Label {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 170
            text: root.question.heads
            bold: true
            size: root.question.heads > 99 ? 110 : 148
            lineHeight: 1
        }
        StepperKey {
            objectName: "more"
            x: 376; y: 156
            width: 128; height: 200
            plus: true
            spoken: "+"
            enabled: root.question.heads < root.question.left
            onClicked: root.question.changeHeads(1)
        }
        Label {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 382
            text: Words.fill(root.stage.language, "question.of", {
                "count": root.question.heads, "total": root.question.total
            })
            bold: true
            size: 32
        }
        Row {
            visible: root.question.total <= 60
            anchors.horizontalCenter: parent.horizontalCenter
            y: 440
            spacing: 3
            Repeater {
                model: Math.min(root.question.total, 60)
                Rectangle {
                    required property int index
                    readonly property int gone: root.question.total - root.question.left
                    width: Math.min(24, 448 / root.question.total - 3)
                    height: 32
                    radius: Math.min(3, width / 2)
                    color: index < gone ? Theme.line
                        : index < gone + root.question.heads ? Theme.accent : "transparent"
                    border.width: index < gone + root.question.heads ? 0 : 2
                    border.color: Theme.edge
                }
            }
        }
    }

    Column {
        visible: root.question.topic === "heads"
        x: 584
        y: 132
        spacing: 20
        readonly property real rowHeight: root.question.categories.length > 3 ? (502 - 20 * (root.question.categories.length - 1)) / root.question.categories.length : 154

        Repeater {
            model: root.question.categories
            Rectangle {
                id: row
                required property string modelData
                readonly property bool slim: root.question.categories.length > 3
                readonly property int count: { root.question.counts; return root.question.chosen(modelData) }
                readonly property int limit: root.question.leftOf(modelData)
                width: 664
                height: slim ? 118 : 154
                radius: 24
                color: Theme.surface
                border.width: 2
                border.color: Theme.line
                FitLabel {
                    id: named
                    x: 26
                    y: row.slim ? 18 : 38
                    width: 256
                    text: row.modelData === "adults" ? qsTrId("category.adults")
                        : row.modelData === "children" ? qsTrId("category.children")
                        : row.modelData === "preferential" ? qsTrId("category.preferential")
                        : row.modelData === "preschool" ? qsTrId("category.preschool") : qsTrId("category.other")
                    bold: true
                    ladder: [30, 28, 26, 24, 22]
                    lines: 2
                    roomHeight: 66
                }
                Label {
                    x: 26
                    y: named.y + named.contentHeight + 4
                    text: Words.fill(root.stage.language, "question.rowleft", { "left": row.limit })
                    color: Theme.ink2
                    size: 23
                }
                StepperKey {
                    objectName: "fewer-" + row.modelData
                    x: 292
                    anchors.verticalCenter: parent.verticalCenter
                    width: 118; height: 118
                    plus: false
                    spoken: named.text + " −"
                    enabled: row.count > 0
                    onClicked: root.question.change(row.modelData, -1)
                }
                Label {
                    x: 412
                    width: 116
                    horizontalAlignment: Text.AlignHCenter
                    anchors.verticalCenter: parent.verticalCenter
                    text: row.count
                    bold: true
                    size: 60
                    lineHeight: 1
                }
                StepperKey {
                    objectName: "more-" + row.modelData
                    x: 528
                    anchors.verticalCenter: parent.verticalCenter
                    width: 118; height: 118
                    plus: true
                    spoken: named.text + " +"
                    enabled: row.count < row.limit
                    onClicked: root.question.change(row.modelData, 1)
                }
            }
        }
    }

    Rectangle {
        visible: root.question.topic !== "heads" && !root.typing
        x: 32
        y: 132
        width: 1216
        height: 502
        radius: 28
        color: Theme.surface
        border.width: 2
        border.color: Theme.line
        VerdictShape {
            x: 48
            anchors.verticalCenter: parent.verticalCenter
            extent: 240
            form: "question"
            body: Theme.referred
            sign: Theme.inkOnReferred
        }
        FitLabel {
            id: told
            x: 344
            anchors.verticalCenter: parent.verticalCenter
            width: 824
            text: root.question.topic === "guide" ? qsTrId("question.guide.why")
                : root.question.topic === "second_look" ? qsTrId("question.second_look.why")
                : root.question.topic === "holder" ? (root.asksPlate ? qsTrId("question.plate.why") : qsTrId("question.holder.why"))
                : Words.fill(root.stage.language, "question.warning", { "advisory": root.advisory })
            bold: true
            ladder: [44, 40, 36, 32, 28, 26]
            lines: 8
            roomHeight: 440
        }
    }
    Connections {
        target: root.question
        function onChanged(): void {
            root.typing = false
            pad.text = ""
        }
    }
    TextPad {
        id: pad
        visible: root.asksWords && root.typing
        x: 24
        y: 124
        stage: root.stage
        placeholder: root.question.topic === "guide" ? qsTrId("question.guide.placeholder")
            : root.asksPlate ? qsTrId("question.plate.placeholder") : qsTrId("question.holder.placeholder")
        digits: root.question.topic === "holder"
        onEdited: text => root.question.typed = text
    }

    BigButton {
        objectName: "cancel"
        x: 32; y: 658
        width: 220; height: 118
        icon_: "back"
        text: qsTrId("button.back")
        onClicked: root.question.cancelled()
    }
    BigButton {
        objectName: "question-call"
        x: 276; y: 658
        width: 264; height: 118
        icon_: "ranger"
        text: qsTrId("button.call")
        onClicked: root.stage.callWanted()
    }
    BigButton {
        id: confirm
        objectName: "confirm"
        x: 564; y: 658
        width: 548; height: 118
        primary: true
        column: false
        icon_: "check"
        iconSize: 56
        textSize: 34
        enabled: root.question.topic === "heads" ? root.question.heads > 0
            : root.asksWords ? !root.typing || root.question.typed.trim() !== "" : true
        text: root.question.topic === "acknowledge" ? qsTrId("question.seen")
            : root.question.topic === "second_look" ? qsTrId("question.second_look.done")
            : root.asksWords && root.typing ? qsTrId("button.confirm")
            : root.question.topic === "guide" ? qsTrId("question.guide.name")
            : root.question.topic === "holder" ? (root.asksPlate ? qsTrId("question.plate.type") : qsTrId("question.holder.type"))
            : root.question.heads === 0 ? qsTrId("question.nobody")
            : root.question.leaving ? qsTrId("question.confirm.exit", root.question.heads)
            : qsTrId("question.confirm", root.question.heads)
        onClicked: {
            if (root.asksWords && !root.typing)
                root.typing = true
            else
                root.question.confirmed()
        }
    }
    Ring {
        x: 1140; y: 663
        share: root.stage.ringLeft
        seconds: root.stage.ringSeconds
        tone: Theme.ink
        track: Theme.line
    }

    TapHandler { onTapped: root.stage.touched() }
}
