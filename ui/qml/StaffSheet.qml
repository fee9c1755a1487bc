pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// Who acts: the names come from the park's signed set, so that a record can say more than "the device".
Rectangle {
    id: root

    required property RangerModel ranger

    color: Theme.ground

    TapHandler { }

    FitLabel {
        x: 32; y: 20
        width: 1216
        text: qsTrId("staff.title")
        display: true
        ladder: [44, 40, 36]
        lines: 1
    }
    Grid {
        x: 32; y: 104
        columns: 2
        columnSpacing: 20
        rowSpacing: 20
        Repeater {
            model: root.ranger.staff
            BigButton {
                required property int index
                required property string modelData
                objectName: "staff-" + index
                width: 598
                height: 118
                column: false
                textSize: 28
                text: modelData
                onClicked: root.ranger.pick(modelData)
            }
        }
    }
    BigButton {
        objectName: "staff-lock"
        x: 32; y: 658
        width: 300; height: 118
        column: false
        icon_: "lock"
        textSize: 28
        text: qsTrId("ranger.lock")
        onClicked: root.ranger.lockWanted()
    }
    VisitorWaits { visible: root.ranger.waiting && !more.visible; x: 352; y: 658 }
    BigButton {
        id: more
        objectName: "staff-more"
        visible: root.ranger.hasMoreStaff
        x: 508; y: 658
        width: 300; height: 118
        column: false
        icon_: "right"
        textSize: 26
        text: qsTrId("staff.more")
        onClicked: root.ranger.moreStaff()
    }
    BigButton {
        objectName: "staff-none"
        x: 828; y: 658
        width: 420; height: 118
        column: false
        textSize: 26
        text: qsTrId("staff.none")
        onClicked: root.ranger.pick("")
    }
}
