import QtQuick
import QtQuick.Shapes

/// The shape that is the verdict for one man in twelve: disc, octagon or diamond, each with its sign.
Item {
    id: root

    required property string form
    property color body: form === "ranger" || form === "question" ? Theme.inkOnReferred : Theme.inkOnVerdict
    property color sign: form === "tick" ? Theme.admitted : form === "cross" || form === "bar" ? Theme.refused : Theme.referred
    property real extent: 312

    width: extent
    height: extent
    Accessible.ignored: true

    Shape {
        width: 320
        height: 320
        scale: root.extent / 320
        transformOrigin: Item.TopLeft

        ShapePath {
            fillColor: root.body
            strokeWidth: -1
            PathSvg {
                path: root.form === "tick" ? "M160 8a152 152 0 1 1 0 304a152 152 0 1 1 0-304z"
                    : root.form === "cross" || root.form === "bar" ? "M102 14h116l88 88v116l-88 88H102l-88-88V102z"
                    : "M160 4c8 0 14 3 20 9l127 127c12 12 12 28 0 40L180 307c-12 12-28 12-40 0L13 180c-12-12-12-28 0-40L140 13c6-6 12-9 20-9z"
            }
        }
        ShapePath {
            fillColor: "transparent"
            strokeColor: root.form === "ranger" ? "transparent" : root.sign
            strokeWidth: root.form === "bar" ? 44 : root.form === "question" ? 32 : 36
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg {
                path: root.form === "tick" ? "M90 166l50 50 94-106"
                    : root.form === "cross" ? "M108 108l104 104M212 108L108 212"
                    : root.form === "bar" ? "M90 160h140"
                    : root.form === "question" ? "M120 124a40 40 0 1 1 60 34c-14 8-20 16-20 32" : ""
            }
        }
        ShapePath {
            fillColor: root.form === "ranger" || root.form === "question" ? root.sign : "transparent"
            strokeWidth: -1
            PathSvg {
                path: root.form === "question" ? "M160 219a19 19 0 1 1 0 38a19 19 0 1 1 0-38z"
                    : root.form === "ranger" ? root.rangerPath : ""
            }
        }
    }

    /// The ranger of verdict-referred.svg in the coordinates of the diamond (48 grid times 4.25, moved by 58, 46).
    readonly property string rangerPath:
        "M75 128.875c29.75 17 140.25 17 170 0l-31.875-12.75C211 84.25 191.875 69.375 174.875 69.375"
        + "c-6.8 0-8.925 4.25-14.875 4.25s-8.075-4.25-14.875-4.25c-17 0-36.125 14.875-38.25 46.75z"
        + "M121.75 150.125c10.625 2.55 65.875 2.55 76.5 0-2.125 23.375-19.125 40.375-38.25 40.375s-36.125-17-38.25-40.375z"
        + "M92 245.75c2.125-29.75 21.25-44.625 42.5-48.875 12.75 10.625 38.25 10.625 51 0 21.25 4.25 40.375 19.125 42.5 48.875z"
}
