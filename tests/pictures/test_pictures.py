"""The pictures in `screenshots` show the program as it is. `make screenshots` draws them anew: look at them then."""

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pictures.gallery import gallery, picture
from pictures.grid import Grid, Look, Run
from pictures.scenes import SCENES, SECRETS, Scene, drawn
from pictures.shapes import HEIGHT, SHAPES, WIDTH
from pictures.svg import mark_of, substance, svg_of


ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "screenshots"
NEW = "`make screenshots` draws it anew: look at it before it is committed"

FILES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".svg", ".png"})
EXPECTED = sorted(
    f"{name}.{ending}" for scene in SCENES for name in scene.files for ending in ("svg", *["png"] * scene.shown_off)
)


def named(scene: Scene) -> str:
    return scene.name


@pytest.mark.parametrize("scene", SCENES, ids=named)
async def test_a_picture_shows_the_screen_as_it_is(scene: Scene) -> None:
    for name, grid in (await drawn(scene)).items():
        path = FOLDER / f"{name}.svg"
        assert path.exists(), f"screenshots/{path.name} is missing; {NEW}"
        differences = list(told(path.read_text("utf-8"), svg_of(grid, scene.about)))
        assert not differences, f"screenshots/{path.name} is out of date; {NEW}\n" + "\n".join(differences)


def told(kept: str, now: str) -> Iterator[str]:
    """How what a picture shows differs: first in its text, else in the colours of which lines."""
    old, new = substance(kept), substance(now)
    if old.words != new.words:
        yield from list(difflib.unified_diff(old.words, new.words, "in the picture", "now", lineterm="", n=0))[:30]
    elif old.cells != new.cells:
        cells = zip(old.cells, new.cells, strict=True)
        lines = (str(number) for number, (one, other) in enumerate(cells, 1) if one != other)
        yield f"other colours in the lines {', '.join(lines)}"


def test_there_is_a_file_for_every_picture_and_none_besides() -> None:
    assert FILES == EXPECTED, NEW


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.endswith(".png")])
def test_a_png_is_of_the_screen_that_the_svg_is_of(name: str) -> None:
    mark = mark_of((FOLDER / name).with_suffix(".svg").read_text("utf-8"))
    there = f"drawn-from\0{mark}".encode() in (FOLDER / name).read_bytes()
    assert there, f"screenshots/{name} is older than its SVG: {NEW} (a PNG needs pip install '.[screenshots]')"


def test_the_gallery_shows_all_of_them() -> None:
    assert (FOLDER / "README.md").read_text("utf-8") == gallery(), NEW


def test_the_front_page_shows_the_pictures_that_are_made_for_it_in_the_theme_of_the_page() -> None:
    front = (ROOT / "README.md").read_text("utf-8")
    shown = re.findall(r'(?:srcset|src)="screenshots/(\S+\.png)"', front)
    assert sorted(shown) == [name for name in EXPECTED if name.endswith(".png")]
    for scene in SCENES:
        if scene.shown_off:
            alt = re.search(rf'alt="([^"]+)" src="screenshots/{scene.files[0]}\.png"', front)
            assert alt is not None
            assert "\n".join(picture(scene, alt[1], folder="screenshots/", ending="png")) in front


@pytest.mark.parametrize("name", FILES)
def test_no_picture_has_a_secret_or_a_path_of_whoever_made_it(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    for canary in (*SECRETS, str(Path.home()), str(ROOT), "/tmp"):  # noqa: S108  looked for, not used
        assert canary.encode() not in content


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".svg")])
def test_a_picture_needs_nothing_from_the_network(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    root = ET.fromstring(text)  # noqa: S314  a file of ours
    drawn_ones = {one.attrib["id"] for one in root.iter("{http://www.w3.org/2000/svg}path") if "id" in one.attrib}
    for one in root.iter():
        assert not one.tag.endswith(("script", "style", "image", "foreignObject"))
        assert one.attrib.get("href", "").removeprefix("#") in {"", *drawn_ones}
    assert "url(" not in text


# How a screen is drawn

PLAIN = Look("#ffffff", "#000000")


def one_line(*runs: Run) -> Grid:
    return Grid(runs[-1].end, "#000000", (runs,))


def test_what_looks_different_is_a_different_picture() -> None:
    drawings = {
        mark_of(svg_of(one_line(Run(0, text, look)), "a screen"))
        for text in ("one", "two", "●●", "██")
        for look in (PLAIN, PLAIN._replace(ink="#ff0000"), PLAIN._replace(paper="#ff0000"), PLAIN._replace(bold=True))
    }
    # drawn characters are as thick in bold
    assert len(drawings) == 4 * 4 - 2


def test_what_is_said_about_a_picture_is_none_of_its_substance() -> None:
    grid = one_line(Run(0, "one", PLAIN))
    assert mark_of(svg_of(grid, "a")) == mark_of(svg_of(grid, "b"))


def test_a_character_stands_in_its_cell_whatever_stands_before_it() -> None:
    (line,) = (one for one in svg_of(one_line(Run(0, "中 █  <&>", PLAIN)), "").split("\n") if one.startswith("<g "))
    assert f'<text x="0" y="14" textLength="{2 * WIDTH}"' in line
    assert f'<rect x="{3 * WIDTH}" y="0" width="{WIDTH}" height="{HEIGHT}"' in line
    assert f'<text x="{6 * WIDTH}"' in line
    assert "&lt;&amp;&gt;" in line


@pytest.mark.parametrize("char", sorted(SHAPES))
def test_a_drawn_character_stays_in_its_cell(char: str) -> None:
    for polygon in SHAPES[char]:
        assert len(polygon) >= 3
        for x, y in polygon:
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT


@pytest.mark.parametrize(("left", "right"), ["──", "━━", "┌┐", "├┤", "▁▁", "██"])
def test_lines_and_bars_meet_at_the_edge_of_the_cell(left: str, right: str) -> None:
    def heights(char: str, edge: int) -> list[float]:
        return sorted({y for polygon in SHAPES[char] for x, y in polygon if x == edge})

    assert heights(left, WIDTH) == heights(right, 0) != []


def test_a_png_has_every_cell_in_its_colours() -> None:
    image = pytest.importorskip("PIL.Image")
    png = pytest.importorskip("pictures.png")
    from io import BytesIO  # noqa: PLC0415

    grid = one_line(Run(0, "█x ", PLAIN), Run(3, " ", PLAIN._replace(paper="#ff0000")))
    drawing = image.open(BytesIO(png.png_of(grid, "m"))).convert("RGBA").convert("RGB")
    margin, width, height = 12 * png.SCALE, WIDTH * png.SCALE, HEIGHT * png.SCALE
    cells = [
        drawing.crop((margin + at * width, margin, margin + (at + 1) * width, margin + height)).getcolors(1000)
        for at in range(4)
    ]
    assert cells[0] == [(width * height, (255, 255, 255))]
    assert len(cells[1]) > 1
    assert cells[2] == [(width * height, (0, 0, 0))]
    assert cells[3] == [(width * height, (255, 0, 0))]


def test_a_png_is_not_drawn_with_a_character_that_the_font_lacks() -> None:
    png = pytest.importorskip("pictures.png")
    with pytest.raises(LookupError, match="shapes"):
        png.png_of(one_line(Run(0, "\U0010fffd", PLAIN)), "m")
