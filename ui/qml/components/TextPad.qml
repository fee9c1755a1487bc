pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa

/// A keyboard of our own for a few words: Kazakh and Russian share one layout, English has its own.
Item {
    id: root

    required property StageModel stage
    property string text: ""
    property string placeholder: ""
    property int longest: 60
    signal edited(string text)

    readonly property list<string> cyrillic: [
        "әіңғүұқөһё-", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю."
    ]
    readonly property list<string> latin: ["1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm."]
    /// Plates and documents: figures and Latin letters in every language, as they are printed.
    property bool digits: false
    readonly property list<string> rows: digits || stage.language === "en" ? latin : cyrillic

    function type(letter: string): void {
        if (text.length < longest) {
            const starts = text === "" || text.endsWith(" ")
            text += starts ? letter.toUpperCase() : letter
            edited(text)
        }
    }
    function erase(): void {
        text = text.substring(0, text.length - 1)
        edited(text)
    }

    width: 1232
    height: 526

    Rectangle {
        width: 1232
        height: 76
        radius: 16
        color: Theme.surface
        border.width: 4
        border.color: Theme.accent
        FitLabel {
            x: 24
            anchors.verticalCenter: parent.verticalCenter
            width: 1184
            text: root.text === "" ? root.placeholder : root.text + "_"
            color: root.text === "" ? Theme.ink2 : Theme.ink
            ladder: [34, 30, 26, 22]
            lines: 1
        }
    }
    Column {
        y: 90
        spacing: 12
        Repeater {
            model: root.rows
            Row {
                id: line
                required property string modelData
                required property int index
                spacing: 12
                Repeater {
                    model: line.modelData.split("")
                    Key {
                        required property string modelData
                        objectName: "pad-" + modelData
                        width: 91
                        height: 76
                        textSize: 34
                        text: modelData
                        onClicked: root.type(modelData)
                    }
                }
                BigButton {
                    visible: line.index === 3
                    objectName: "space"
                    width: 194; height: 76
                    textSize: 22
                    text: qsTrId("key.space")
                    onClicked: root.type(" ")
                }
            }
        }
        BigButton {
            objectName: "pad-erase"
            width: 300; height: 76
            column: false
            icon_: "bksp"
            textSize: 22
            text: qsTrId("key.delete")
            enabled: root.text !== ""
            onClicked: root.erase()
        }
    }
}
