pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// Who signs in: the names and roles of the park's signed list.
Item {
    id: root

    required property StageModel stage
    required property SigningModel signing

    width: 1280
    height: 800

    Rectangle { anchors.fill: parent; color: Theme.ground }

    FitLabel {
        x: 32; y: 24
        width: 860
        text: qsTrId("staff.title")
        display: true
        ladder: [44, 40, 36]
        lines: 1
    }
    Row {
        x: 924; y: 12
        spacing: 16
        Repeater {
            model: ["kk", "ru", "en"]
            Chip {
                required property string modelData
                objectName: "language-" + modelData
                height: 76
                text: Words.languageName(modelData)
                chosen: root.stage.language === modelData
                outline: Theme.edge
                onClicked: root.stage.languageWanted(modelData)
            }
        }
    }
    Grid {
        x: 32; y: 108
        columns: 2
        columnSpacing: 20
        rowSpacing: 20
        Repeater {
            model: root.signing.people
            BigButton {
                required property int index
                required property var modelData
                objectName: "name-" + index
                width: 598
                height: 118
                column: false
                icon_: modelData.role === "ranger" ? "ranger" : modelData.role === "senior" ? "shield" : "info"
                textSize: 28
                text: modelData.name + "\n" + Words.roleName(root.stage.language, modelData.role)
                onClicked: root.signing.pick(modelData.name)
            }
        }
    }
    BigButton {
        objectName: "back"
        x: 32; y: 658
        width: 300; height: 118
        column: false
        icon_: "back"
        textSize: 28
        text: qsTrId("button.back")
        onClicked: root.stage.homeWanted()
    }
    BigButton {
        objectName: "names-more"
        visible: root.signing.hasMore
        x: 948; y: 658
        width: 300; height: 118
        column: false
        icon_: "right"
        textSize: 26
        text: qsTrId("staff.more")
        onClicked: root.signing.more()
    }
    TapHandler { onTapped: root.stage.touched() }
}
