"""Make the TrueType cuts that tickets are printed with: fpdf2 embeds plain CFF fonts under a wrong type (2.8.9).

Run from the top of the tree after the fonts in assets/fonts changed. Kept are the letters of the three languages.
"""

from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

FONTS = Path("assets/fonts")
NAMES = ("Inter-Medium", "Inter-Bold", "InterDisplay-Bold")
# Latin with its accents, all of Cyrillic, the dashes and quotes, tenge, and the few signs a ticket shows
KEPT = [*range(0x20, 0x180), *range(0x400, 0x530), *range(0x2010, 0x2027), 0x20B8, 0x2116, 0x2192, 0x2022, 0xA0, 0x202F]
LARGEST_ERROR = 0.5  # of 1/1000 em and more, per curve


def truetype(font: TTFont) -> None:
    """Replace the font's cubic outlines by quadratic ones."""
    order = font.getGlyphOrder()
    outlines = font.getGlyphSet()
    table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, {}
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, LARGEST_ERROR, reverse_direction=True))
        table.glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), table
    del font["CFF "]
    font["maxp"].tableVersion = 0x00010000
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
                  "maxStackElements", "maxSizeOfInstructions", "maxComponentElements"):  # fmt: skip
        setattr(font["maxp"], field, int(field == "maxZones"))
    font["post"].formatType = 3.0
    font.sfntVersion = "\000\001\000\000"


def main() -> None:
    """Write <name>-print.ttf beside each font."""
    options = Options()
    options.layout_features = ["kern", "tnum", "mark", "ccmp"]
    for name in NAMES:
        font = TTFont(FONTS / f"{name}.otf")
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=KEPT)
        subsetter.subset(font)
        truetype(font)
        font.save(FONTS / f"{name}-print.ttf")


if __name__ == "__main__":
    main()
