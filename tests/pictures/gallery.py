"""The page that shows all pictures."""

from pictures.scenes import SCENES, Scene


def gallery() -> str:
    """The page, in the Markdown of whoever shows the repository."""
    parts = [
        "# What it looks like",
        "",
        "Drawn by `make screenshots` from the simulated fleet, at a frozen time, in the theme that suits the page. A",
        "test fails when one of them is no longer what the program shows.",
        "",
    ]
    for scene in SCENES:
        parts += [f"## {scene.about}", "", *picture(scene, scene.about), ""]
    return "\n".join(parts[:-1]) + "\n"


def picture(scene: Scene, about: str, *, folder: str = "", ending: str = "svg") -> list[str]:
    """The picture in the theme of the page, as lines of HTML."""
    first, *others = scene.files
    if not others:
        return [f'<img alt="{about}" src="{folder}{first}.{ending}">']
    return [
        "<picture>",
        f'  <source media="(prefers-color-scheme: light)" srcset="{folder}{others[0]}.{ending}">',
        f'  <img alt="{about}" src="{folder}{first}.{ending}">',
        "</picture>",
    ]
