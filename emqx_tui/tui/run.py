"""Start the program on the terminal, with real deployments or with the simulated fleet."""

from collections.abc import Sequence
from pathlib import Path

from emqx_tui.config import Deployment, InlineSecret, Platform, Secret
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.state_file import ROSTERS, StateFiles
from emqx_tui.fleet.store import Store
from emqx_tui.keyboard.keymap import DEFAULT_KEYMAP, Keymap
from emqx_tui.logs import Log
from emqx_tui.tui import views_file
from emqx_tui.tui.app import EmqxTui
from emqx_tui.tui.remembered import RememberedViews


def run(  # noqa: PLR0913  what the command line says
    deployments: Sequence[Deployment],
    *,
    opened: str | None,
    problems: Sequence[str],
    first_run: bool,
    config_path: Path | None,
    refresh: float,
    state: Path,
    log: Log,
    theme: str,
    ascii_only: bool,
    keymap: Keymap,
    write: bool | None = None,
    max_bulk: int = 20,
    platform: Platform | None = None,
) -> int:
    """Watch the deployments until the user quits; what is kept between two runs is in the directory `state`.

    The fleet shows those of the account `platform` as well.

    Actions are allowed in all deployments or in none, as `write` says, or with None as their configuration has it; one
    action touches at most `max_bulk` things where a deployment has no limit of its own.

    Returns:
        The exit code of the program.
    """
    poller = Poller(Store(), refresh=refresh, files=StateFiles(state / ROSTERS), write=write, max_bulk=max_bulk)
    poller.add(deployments)
    remembered = RememberedViews(views_file.ViewsFile(state / views_file.NAME))
    app = EmqxTui(
        poller,
        remembered=remembered,
        opened=opened,
        problems=problems,
        config_path=config_path,
        log=log,
        theme=theme,
        ascii_only=ascii_only,
        first_run=first_run,
        state=state,
        keymap=keymap,
    )
    if platform is not None:
        from emqx_tui.fleet import account  # noqa: PLC0415  for who has one

        app.account = account.Account(platform, state / account.NAME, clock=poller.clock)
    try:
        app.run()
    finally:
        remembered.close()
    if app.demo_wanted:
        return run_demo(
            "healthy",
            nodes=None,
            port=0,
            opened=None,
            log=log,
            theme=theme,
            ascii_only=ascii_only,
            keymap=keymap,
            write=write,
        )
    return app.return_code or 0


def run_demo(  # noqa: PLR0913  what the command line says
    scenario: str,
    *,
    nodes: int | None,
    port: int,
    opened: str | None,
    log: Log,
    theme: str,
    ascii_only: bool,
    keymap: Keymap = DEFAULT_KEYMAP,
    write: bool | None = None,
) -> int:
    """Watch the simulated fleet until the user quits. Nothing of it is kept; `write` is as in `run`.

    Returns:
        The exit code of the program.
    """
    # Imported here: whoever watches real brokers does not pay for the simulated ones.
    from emqx_tui.demo import start_fleet  # noqa: PLC0415
    from emqx_tui.fleet.account import Account  # noqa: PLC0415

    async def prepare() -> tuple[Sequence[Deployment], dict[str, str]]:
        fleet = await start_fleet(scenario, nodes=nodes, port=port)
        deployments = [
            Deployment(name=one.name, url=one.url, app_id=one.app_id, secret=InlineSecret(Secret(one.app_secret)))
            for one in fleet.deployments
        ]
        cloud = fleet.platform
        secret = InlineSecret(Secret(cloud.secret))
        app.account = Account(Platform(url=cloud.url, app_id=cloud.key, secret=secret), None, clock=app.poller.clock)
        return deployments, {one.name: one.about for one in fleet.deployments}

    app = EmqxTui(
        Poller(Store(), write=write),
        opened=opened,
        log=log,
        prepare=prepare,
        theme=theme,
        ascii_only=ascii_only,
        keymap=keymap,
    )
    app.run()
    return app.return_code or 0
