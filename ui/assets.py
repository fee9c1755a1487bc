"""Where the files that come with the program lie: fonts, icons, words. Nothing here is executable."""

from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent / "assets"
FONTS = ASSETS / "fonts"
ICONS = ASSETS / "icons"
WORDS = ASSETS / "i18n"
QML = Path(__file__).resolve().parent / "qml"
