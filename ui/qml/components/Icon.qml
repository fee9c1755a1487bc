import QtQuick

/// One of the house's line icons in one colour, drawn before the first frame.
Image {
    id: root

    required property string name
    property color tone: Theme.ink
    property int extent: 40

    width: extent
    height: extent
    sourceSize: Qt.size(extent, extent)
    asynchronous: false
    source: name === "" ? "" : "image://drawing/icon-" + name + "/" + tone.toString().substring(1)
}
