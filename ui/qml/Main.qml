pragma ComponentBehavior: Bound
import QtQuick
import Qaqpa
import "components"

/// The kiosk's one window: the page that stands, scaled to the panel, and the guard against a finger that came too late.
Window {
    id: root

    required property StageModel stage
    required property ReadyModel ready
    required property VerdictModel verdict
    required property QuestionModel question
    required property CodeModel code
    required property PinModel pin
    required property ActivationModel activation
    required property SigningModel signing
    required property RangerModel ranger
    required property TimeModel time
    required property DevicesModel devices
    required property Lens lens
    property bool lessMotion: false
    readonly property Item page: loader.item as Item

    width: 1280
    height: 800
    color: Theme.ground
    title: "Qaqpa"
    visible: true

    Binding { target: Theme; property: "night"; value: root.stage.night }
    Binding { target: Theme; property: "lessMotion"; value: root.lessMotion }

    Item {
        id: canvas
        objectName: "canvas"
        anchors.centerIn: parent
        width: 1280
        height: 800
        scale: Math.min(root.width / width, root.height / height)

        Loader {
            id: loader
            anchors.fill: parent
            sourceComponent: root.stage.page === "verdict" ? verdictPage
                : root.stage.page === "question" ? questionPage
                : root.stage.page === "code" ? codePage
                : root.stage.page === "names" ? namesPage
                : root.stage.page === "pin" ? pinPage
                : root.stage.page === "activate" ? activationPage
                : root.stage.page === "locked" ? lockedPage
                : root.stage.page === "revoked" ? revokedPage
                : root.stage.page === "ranger" ? rangerPage : readyPage
        }
        MouseArea {
            anchors.fill: parent
            enabled: root.stage.guarded
        }
    }

    Component { id: readyPage; ReadyPage { stage: root.stage; ready: root.ready; lens: root.lens } }
    Component { id: verdictPage; VerdictPage { stage: root.stage; verdict: root.verdict } }
    Component { id: questionPage; QuestionPage { stage: root.stage; question: root.question } }
    Component { id: codePage; CodePage { stage: root.stage; code: root.code } }
    Component { id: pinPage; PinPage { stage: root.stage; pin: root.pin } }
    Component { id: namesPage; NamesPage { stage: root.stage; signing: root.signing } }
    Component { id: activationPage; ActivationPage { stage: root.stage; code: root.activation } }
    Component { id: lockedPage; LockedPage { stage: root.stage } }
    Component { id: revokedPage; RevokedPage { stage: root.stage } }
    Component { id: rangerPage; RangerPage { stage: root.stage; ranger: root.ranger; time: root.time; ready: root.ready; devices: root.devices } }
}
