"""Selecting text with the mouse, on every screen of ours."""

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from textual import events
from textual.await_complete import AwaitComplete
from textual.errors import NoWidget
from textual.geometry import Offset
from textual.selection import Selection
from textual.widget import Widget

from emqx_tui.tui.widgets.cells import width_of
from emqx_tui.tui.widgets.painted import Painted


if TYPE_CHECKING:
    from textual.screen import Screen

    _Base = Screen[Any]
else:
    # No screen at run time: of two of those as bases Textual styles a screen after the first one only.
    _Base = object


class Selecting(_Base):
    """What dragging over text selects, what of it is copied, and what ends it.

    Textual finds out where in a text the pointer is from marks in the styles of what is drawn. Those of the drawing
    widgets have none, which would make every piece of them a style of its own; they are asked instead, when needed.

    Everything goes on while something is selected: what is highlighted moves with its row, elsewhere it stays where it
    is, and what is copied is what is highlighted at that moment. Esc, or pressing the mouse anywhere but on a scroll
    bar, ends it. A drag does nothing else: the click that Textual makes of its end is none.
    """

    pressed_to_deselect = False
    """The mouse was pressed last when something was selected, which ended that."""

    _result: tuple[Any] | None = None
    """What it is left with as soon as nothing is in front of it."""

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """The widget at a cell of the screen, and where in its text that is."""
        try:
            widget, _region = self.get_widget_at(x, y)
        except NoWidget:
            return None, None
        if not isinstance(widget, Painted):
            return super().get_widget_and_offset_at(x, y)
        return widget, widget.place_at(Offset(x, y) - widget.content_region.offset)

    def _forward_event(self, event: events.Event) -> None:
        if isinstance(event, events.MouseDown) and not event.is_forwarded:
            pressed, _offset = self.get_widget_and_offset_at(event.x, event.y)
            if pressed is None or not pressed.has_class("-textual-system"):
                self.pressed_to_deselect = bool(self.selections)
                self.clear_selection()
        elif isinstance(event, events.Click) and self.selections:
            return
        super()._forward_event(event)

    def dismiss(self, result: Any = None) -> AwaitComplete:  # noqa: ANN401  the result of whichever screen it is
        """Leave the screen; when the help is in front of it, once that was read: Textual would take off the help.

        When it was left already nothing happens: Textual would take off what is below it.
        """
        if self.is_active:
            return super().dismiss(result)
        if self in self.app.screen_stack:
            self._result = (result,)
        return AwaitComplete()

    def on_screen_resume(self, event: events.ScreenResume) -> None:  # noqa: ARG002  Textual calls that of each class
        """Leave, if that was wanted behind the help."""
        if self._result is not None:
            self.dismiss(*self._result)

    def on_key(self, event: events.Key) -> None:
        """Esc ends the selection before it does anything else."""
        if event.key == "escape" and self.selections:
            self.clear_selection()
            event.stop()
            event.prevent_default()

    def get_selected_text(self) -> str | None:
        """What is highlighted, without the blanks at the ends of lines; None when nothing is selected.

        Lines of neighbours in one row are one line, as they are on the screen.
        """
        if not self.selections:
            return None
        lines: list[str] = []
        last: tuple[Widget, Selection] | None = None
        row = 0
        for widget, selection in self.selections.items():
            found = widget.get_selection(selection) if widget.is_attached and widget.size else None
            if found is None:
                continue
            text = found[0].split("\n")
            if last is not None and _beside(last[0], widget):
                lines[row:] = _side_by_side(lines[row:], text, _width(*last))
            else:
                row = len(lines)
                lines += text
            last = widget, selection
        return "\n".join(line.rstrip() for line in lines).rstrip("\n")


def _beside(one: Widget, other: Widget) -> bool:
    left, right = one.region, other.region
    return one.parent is other.parent and left.y == right.y and left.right <= right.x


def _width(widget: Widget, selection: Selection) -> int:
    """Cells of the first selected line, up to the right edge of the widget."""
    return widget.region.width - (0 if selection.start is None else selection.start.x)


def _side_by_side(left: list[str], right: list[str], width: int) -> list[str]:
    return [
        one + " " * (width - width_of(one)) + other if other else one
        for one, other in zip_longest(left, right, fillvalue="")
    ]


class Dialog(Selecting):
    """A dialog: a click beside it leaves it as Esc does, unless that click ended a selection."""

    def on_click(self, event: events.Click) -> None:
        """Leave when it was beside the dialog."""
        if event.widget is self and not self.pressed_to_deselect:
            self.leave()

    def leave(self) -> None:
        """Back to where one was, with everything as it is."""
        self.dismiss()
