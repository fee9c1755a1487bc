import QtQuick

/// The ridge and the sun behind whoever waits; four colours from far to near.
Image {
    id: root

    property color disc: Theme.disc
    property color far: Theme.ridgeFar
    property color mid: Theme.ridgeMid
    property color near: Theme.ridgeNear

    function hex(tone: color): string {
        return tone.a === 0 ? "none" : tone.toString().substring(1)
    }

    width: 1280
    height: 480
    sourceSize: Qt.size(width, height)
    asynchronous: false
    source: "image://drawing/horizon/" + hex(disc) + "/" + hex(far) + "/" + hex(mid) + "/" + hex(near)
}
