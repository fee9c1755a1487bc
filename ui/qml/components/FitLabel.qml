import QtQuick

/// Text that takes the first size of its ladder at which it fits into `lines` lines and `roomHeight`; it is never elided.
Label {
    id: root

    property list<int> ladder: [36, 32, 28, 26]
    property int lines: 2
    /// Sizes from here upwards stand on one line only: a shorter word on two lines is read from further away.
    property int alone: 10000
    property real roomHeight: 10000
    readonly property bool fits: !truncated && contentWidth <= width + 0.5 && contentHeight <= roomHeight + 0.5
                                 && lineCount <= lines

    function fit(): void {
        if (width <= 0 || ladder.length === 0)
            return
        for (const step of ladder) {
            size = step
            if (lineCount <= (step >= alone ? 1 : lines) && contentWidth <= width && contentHeight <= roomHeight)
                return
        }
    }

    onTextChanged: fit()
    onWidthChanged: fit()
    onRoomHeightChanged: fit()
    onLinesChanged: fit()
    Component.onCompleted: fit()
}
