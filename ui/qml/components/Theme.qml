pragma Singleton
import QtQuick

/// The tokens of the look, by day and by night; every text pair in use is at least 7:1.
QtObject {
    property bool night: false
    property bool lessMotion: false

    readonly property color ground: night ? "#0B1416" : "#FBFAF5"
    readonly property color surface: night ? "#142227" : "#FFFFFF"
    readonly property color sunken: night ? "#081012" : "#F0EDE3"
    readonly property color ink: night ? "#F5F2E9" : "#13211C"
    readonly property color ink2: night ? "#C3CDCA" : "#3D4A44"
    readonly property color edge: night ? "#84959A" : "#6B766F"
    readonly property color line: night ? "#2C3D43" : "#DAD5C7"
    readonly property color offGlyph: night ? "#5C6C71" : "#A3A69E"
    readonly property color accent: night ? "#8AD8E6" : "#00495C"
    readonly property color inkOnAccent: night ? "#06222A" : "#FFFFFF"
    readonly property color tint: night ? "#12343D" : "#DFEEF1"

    readonly property color admitted: night ? "#0A5229" : "#0A5A2D"
    readonly property color admittedDeep: night ? "#063A1C" : "#074321"
    readonly property color admittedHalo: night ? "#0B5B2E" : "#0C6535"
    readonly property color admittedFar: night ? "#094C26" : "#0A552A"
    readonly property color refused: night ? "#7E1714" : "#8E1A17"
    readonly property color refusedDeep: night ? "#5E0F0D" : "#6C110F"
    readonly property color referred: night ? "#E0A02C" : "#F2B035"
    readonly property color referredDeep: night ? "#D6992B" : "#DE9A20"
    readonly property color inkOnReferred: "#1F1600"
    readonly property color inkOnVerdict: "#FFFFFF"

    readonly property color greenTint: night ? "#0F3220" : "#E1F0E5"
    readonly property color greenInk: night ? "#9FE3B4" : "#0A5A2D"
    readonly property color redTint: night ? "#3F1512" : "#FBE6E2"
    readonly property color redInk: night ? "#FFB8AE" : "#8E1A17"
    readonly property color amberTint: night ? "#3A2A08" : "#FFF0CF"
    readonly property color amberInk: night ? "#F6C566" : "#5A3B00"

    readonly property color ridgeFar: night ? "#16262C" : "#E3EBEA"
    readonly property color ridgeMid: night ? "#12201F" : "#DCE5DA"
    readonly property color ridgeNear: night ? "#0F1A18" : "#EFE7CF"
    readonly property color disc: night ? "#22353C" : "#F8E7B8"

    readonly property string text: "Inter"
    readonly property string display: "Inter Display"

    readonly property int fast: lessMotion ? 0 : 80
    readonly property int appear: lessMotion ? 0 : 160
    readonly property int turn: lessMotion ? 0 : 180
    readonly property int breath: lessMotion ? 0 : 2400
}
