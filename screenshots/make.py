"""Pictures of every screen, from the simulated fleet at a frozen time: the same every time. `make screenshots`."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path


HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from pictures.gallery import gallery  # noqa: E402
from pictures.grid import Grid  # noqa: E402
from pictures.scenes import SCENES, drawn  # noqa: E402
from pictures.svg import mark_of, svg_of  # noqa: E402


def main() -> None:
    """Draw all of them, and remove those that there are no more."""
    png_of = _png()
    made = {"README.md", "make.py"}
    for scene in SCENES:
        for name, grid in asyncio.run(drawn(scene)).items():
            svg = svg_of(grid, scene.about)
            (HERE / f"{name}.svg").write_text(svg, "utf-8")
            made.add(f"{name}.svg")
            if scene.shown_off:
                made.add(f"{name}.png")
                if png_of is not None:
                    (HERE / f"{name}.png").write_bytes(png_of(grid, mark_of(svg)))
            sys.stdout.write(f"{name}\n")
    (HERE / "README.md").write_text(gallery(), "utf-8")
    for path in HERE.iterdir():
        if path.is_file() and path.name not in made:
            path.unlink()


def _png() -> Callable[[Grid, str], bytes] | None:
    try:
        from pictures.png import png_of  # noqa: PLC0415  it may not be there
    except ImportError as error:
        sys.stderr.write(
            f"No PNG files: {error.name} is not installed, and pip install '.[screenshots]' says why. The SVG files are"
            " made all the same. What the front page shows stays as it is, and a test says so.\n"
        )
        return None
    return png_of


if __name__ == "__main__":
    main()
