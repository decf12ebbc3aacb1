"""`python -m emqx_tui` is `emqx-tui`."""

from emqx_tui.cli import main


if __name__ == "__main__":
    raise SystemExit(main())
