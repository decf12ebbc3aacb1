"""A screen as a PNG file: what it shows does not depend on the fonts of who looks at it."""

from functools import cache
from importlib.resources import as_file, files
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFont, PngImagePlugin

from emqx_tui.tui.widgets.cells import width_of
from pictures.grid import Grid
from pictures.shapes import HEIGHT, SHAPES, WIDTH
from pictures.svg import BASELINE, EDGES, FONT_SIZE, MARGIN, RADIUS, bright


SCALE = 2
"""Pixels a unit of the drawing, for screens of a high resolution."""

_FINE = 8
"""Shapes are drawn as many times larger and made small again, which smooths their edges."""

_STEPS = 8
"""Steps from paper to ink at the edge of a glyph: so few that all colours of a screen fit into a palette."""

_COLOURS = 255
_CLEAR = 255
"""The index in the palette of what is outside of the round corners."""

_USUAL, _BOLD = 400, 700
_KEYWORD = "drawn-from"
_NOBODYS = "\U0010fffd"
"""A character that no font has."""


def png_of(grid: Grid, mark: str) -> bytes:
    """The file's content.

    Args:
        grid: The screen.
        mark: Kept in the file; `holds` finds it.

    Raises:
        LookupError: The font lacks a character.
    """
    columns, lines = grid.columns * WIDTH + 2 * MARGIN, len(grid.lines) * HEIGHT + 2 * MARGIN
    image = Image.new("RGB", (columns * SCALE, lines * SCALE), grid.paper)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(grid.lines):
        top = (MARGIN + number * HEIGHT) * SCALE
        for run in line:
            left, right = ((MARGIN + column * WIDTH) * SCALE for column in (run.column, run.end))
            draw.rectangle((left, top, right - 1, top + HEIGHT * SCALE - 1), fill=run.look.paper)
            for char in run.text:
                if char != " ":
                    draw.bitmap((left, top), _covered(char, run.look.bold), fill=run.look.ink)
                left += width_of(char) * WIDTH * SCALE
    kept = PngImagePlugin.PngInfo()
    kept.add_text(_KEYWORD, mark)
    written = BytesIO()
    _framed(image).save(written, "PNG", optimize=True, pnginfo=kept, transparency=_CLEAR)
    return written.getvalue()


@cache
def _covered(char: str, bold: bool) -> Image.Image:
    """How much of each pixel of its cells a character covers."""
    covered = _shape(char) if char in SHAPES else _glyph(char, bold)
    return covered.point([round(round(share * _STEPS / 255) * 255 / _STEPS) for share in range(256)])


def _shape(char: str) -> Image.Image:
    fine = SCALE * _FINE
    covered = Image.new("1", (WIDTH * fine, HEIGHT * fine))
    for polygon in SHAPES[char]:
        one = Image.new("1", covered.size)
        xs, ys = {x for x, _y in polygon}, {y for _x, y in polygon}
        if len(polygon) == 4 and len(xs) == len(ys) == 2:
            # as a polygon it would have the pixels beyond its right and lower edge, too
            corners = (min(xs) * fine, min(ys) * fine, max(xs) * fine - 1, max(ys) * fine - 1)
            ImageDraw.Draw(one).rectangle(corners, fill=1)
        else:
            ImageDraw.Draw(one).polygon([(x * fine, y * fine) for x, y in polygon], fill=1)
        covered = ImageChops.logical_xor(covered, one)
    return covered.convert("L").resize((WIDTH * SCALE, HEIGHT * SCALE), Image.Resampling.BOX)


def _glyph(char: str, bold: bool) -> Image.Image:
    font = _font(bold)
    if bytes(font.getmask(char)) == bytes(font.getmask(_NOBODYS)):
        raise LookupError(f"the font has no {char!r}: pictures.shapes has to draw it")
    covered = Image.new("L", (width_of(char) * WIDTH * SCALE, HEIGHT * SCALE))
    ImageDraw.Draw(covered).text((0, BASELINE * SCALE), char, fill=255, font=font, anchor="ls")
    return covered


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    with as_file(files("fontpkg_fira_code") / "files" / "FiraCode[wght].ttf") as path:
        font = ImageFont.truetype(path, FONT_SIZE * SCALE, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([_BOLD if bold else _USUAL])
    return font


def _framed(image: Image.Image) -> Image.Image:
    """With round corners, clear outside of them, and a thin edge."""
    edge, strength = EDGES[bright("#{:02x}{:02x}{:02x}".format(*image.getpixel((0, 0))))]
    edged = Image.blend(image, Image.new("RGB", image.size, edge), strength)
    framed = Image.composite(image, edged, _rounded(image.size, SCALE))
    flat = framed.quantize(_COLOURS, dither=Image.Dither.NONE)
    flat.paste(_CLEAR, mask=ImageChops.invert(_rounded(image.size, 0)))
    return flat


def _rounded(size: tuple[int, int], gap: int) -> Image.Image:
    """A box with round corners, by so many pixels smaller on each side."""
    box = Image.new("L", size)
    corners = (gap, gap, size[0] - 1 - gap, size[1] - 1 - gap)
    ImageDraw.Draw(box).rounded_rectangle(corners, RADIUS * SCALE - gap, fill=255)
    return box
