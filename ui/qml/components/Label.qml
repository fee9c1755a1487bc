import QtQuick

/// Plain text of the house: never markup, never cut short.
Text {
    property int size: 26
    property bool bold: false
    property bool display: false
    property bool tabular: false

    textFormat: Text.PlainText
    color: Theme.ink
    wrapMode: Text.WordWrap
    font.family: display ? Theme.display : Theme.text
    font.pixelSize: size
    font.weight: bold || display ? Font.Bold : Font.Medium
    font.letterSpacing: size >= 80 ? -1.5 : size >= 44 ? -0.6 : 0
    font.features: { "tnum": tabular ? 1 : 0 }
    lineHeight: size >= 80 ? 0.86 : size >= 48 ? 0.93 : 1.1
}
