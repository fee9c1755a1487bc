"""Pictures for QML: the house's drawings in any colour, and the camera's latest frame."""

import re

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickImageProvider, QQuickItem, QQuickPaintedItem
from PySide6.QtSvg import QSvgRenderer

from ui.assets import ICONS
from ui.qt import Property

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1

Frame = npt.NDArray[np.uint8]
_FILLS = re.compile(r'fill="(#[0-9A-Fa-f]{6})"')
_NAME = re.compile(r"[a-z][a-z0-9-]*")


class Drawings(QQuickImageProvider):
    """`image://drawing/NAME/COLOUR…`: a drawing with currentColor, or its fills in order, in these colours (RRGGBB)."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, reference: str, size: QSize, requested: QSize) -> QImage:
        """Draw it now, in the size asked for: the first frame of a page must be complete."""
        name, *colours = reference.split("/")
        renderer = QSvgRenderer(QByteArray(coloured(name, colours).encode()))
        wanted = requested if requested.isValid() and not requested.isEmpty() else renderer.defaultSize()
        image = QImage(wanted, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor(0, 0, 0, 0))
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, wanted.width(), wanted.height()))
        painter.end()
        return image


def coloured(name: str, colours: list[str]) -> str:
    """The drawing's text in these colours."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a drawing")
    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    paints = [colour if colour == "none" else f"#{colour}" for colour in colours]
    if "currentColor" in text:
        return text.replace("currentColor", paints[0])
    fills = dict(zip(dict.fromkeys(_FILLS.findall(text)), paints, strict=False))
    return _FILLS.sub(lambda found: f'fill="{fills.get(found[1], found[1])}"', text)


def picture(frame: Frame, size: QSize) -> QImage:
    """The middle of a BGR or grey frame in the shape of this size: cut and thinned before it is converted; a copy."""
    height, width = frame.shape[:2]
    factor = max(size.width() / width, size.height() / height)
    columns, lines = min(width, round(size.width() / factor)), min(height, round(size.height() / factor))
    left, top = (width - columns) // 2, (height - lines) // 2
    step = max(1, int(1 / factor))
    small = np.ascontiguousarray(frame[top : top + lines : step, left : left + columns : step])
    kind = QImage.Format.Format_Grayscale8 if small.ndim == 2 else QImage.Format.Format_BGR888
    return QImage(small.data, small.shape[1], small.shape[0], small.strides[0], kind).copy()


@QmlElement
class Lens(QObject):
    """Hands the camera's newest frame to whoever shows it."""

    framed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None

    @property
    def frame(self) -> Frame | None:
        """The newest frame, None while there is none."""
        return self._frame

    def show(self, frame: Frame | None) -> None:
        """Show this frame."""
        if frame is not self._frame:
            self._frame = frame
            self.framed.emit()


@QmlElement
class CameraView(QQuickPaintedItem):
    """The camera's picture, mirrored as people know it, filling a card with round corners."""

    lensChanged = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._lens: Lens | None = None

    @Property(Lens, notify=lensChanged)
    def lens(self) -> Lens | None:
        """Where the frames come from."""
        return self._lens

    @lens.setter  # type: ignore[no-redef]
    def lens(self, lens: Lens) -> None:
        if lens is not self._lens:
            self._lens = lens
            lens.framed.connect(self.refresh)
            self.lensChanged.emit()

    def refresh(self) -> None:
        """Draw the new frame, if anybody can see it."""
        if self.isVisible():
            self.update()

    def paint(self, painter: QPainter) -> None:
        """Draw the newest frame; nothing while there is none."""
        frame = self._lens.frame if self._lens else None
        area = QRectF(0, 0, self.width(), self.height())
        if frame is None or area.isEmpty():
            return
        image = picture(frame, area.size().toSize())
        round_card = QPainterPath()
        round_card.addRoundedRect(area, 24, 24)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(round_card)
        painter.translate(area.width(), 0)
        painter.scale(-1, 1)
        painter.drawImage(area, image, QRectF(image.rect()))
