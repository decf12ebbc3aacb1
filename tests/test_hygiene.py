"""Rules of the house that no linter knows."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "emqx_tui"
LONGEST_FILE = 400

TREES = {path.relative_to(ROOT): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
DOMAIN = [f"emqx_tui.domain.{path.stem}" for path in sorted((PACKAGE / "domain").glob("[!_]*.py"))]


def loaded_by(*modules: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after importing the modules."""
    program = f"import sys, {', '.join(modules)}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def imported(tree: ast.AST) -> Iterator[str]:
    for found in ast.walk(tree):
        if isinstance(found, ast.Import):
            yield from (alias.name.split(".")[0] for alias in found.names)
        elif isinstance(found, ast.ImportFrom) and found.module is not None and found.level == 0:
            yield found.module.split(".")[0]


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Calls by the last name of what is called."""
    for found in ast.walk(tree):
        if isinstance(found, ast.Call) and isinstance(found.func, ast.Name):
            yield found.func.id, found
        elif isinstance(found, ast.Call) and isinstance(found.func, ast.Attribute):
            yield found.func.attr, found


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        (["emqx_tui.fleet.poller", "emqx_tui.resources"], {"textual", "rich"}),
        ([*DOMAIN, "emqx_tui.config", "emqx_tui.fleet.poller"], {"httpx", "textual", "rich"}),
        (["emqx_tui.api.detect"], {"textual"}),
    ],
    ids=["the poller and the resources", "the domain and the configuration", "the API"],
)
def test_what_needs_no_screen_and_no_network_does_not_pay_for_it(modules: list[str], unwanted: set[str]) -> None:
    assert loaded_by(*modules) & unwanted == set()


def test_only_one_file_speaks_http() -> None:
    speakers = [path for path, tree in TREES.items() if {"httpx", "httpcore", "requests"} & set(imported(tree))]
    assert speakers == [Path("emqx_tui/api/http.py")]


def test_only_the_terminal_interface_knows_textual() -> None:
    painters = [path for path, tree in TREES.items() if {"textual", "rich"} & set(imported(tree))]
    assert painters
    assert [path for path in painters if path.parts[1] != "tui"] == []


def test_no_text_for_translation_is_put_together_before_it_is_looked_up() -> None:
    wrong = [
        f"{path}:{call.lineno}"
        for path, tree in TREES.items()
        for name, call in calls(tree)
        if name == "_" and not (len(call.args) == 1 and _is_whole(call.args[0]))
    ]
    assert wrong == []


def _is_whole(text: ast.expr) -> bool:
    """A constant, or a name, an attribute or an item of a table that holds a text marked elsewhere."""
    if isinstance(text, ast.Constant):
        return isinstance(text.value, str)
    return isinstance(text, ast.Name | ast.Attribute | ast.Subscript) and not any(
        isinstance(part, ast.Call | ast.BinOp | ast.JoinedStr) for part in ast.walk(text)
    )


def test_marked_texts_are_constants() -> None:
    wrong = [
        f"{path}:{call.lineno}"
        for path, tree in TREES.items()
        for name, call in calls(tree)
        if name == "N_" and not all(isinstance(argument, ast.Constant) for argument in call.args)
    ]
    assert wrong == []


def test_no_module_is_too_long_to_be_read_in_one_go() -> None:
    long = {str(path): len((ROOT / path).read_text("utf-8").splitlines()) for path in TREES}
    assert {path: lines for path, lines in long.items() if lines > LONGEST_FILE} == {}


def test_nothing_but_get_leaves_the_program_past_the_gate() -> None:
    """What speaks HTTP knows no other verb; what is not GET is sent by one call, which stands behind both checks."""
    tree = TREES[Path("emqx_tui/api/http.py")]
    streams = [call for name, call in calls(tree) if name == "stream"]
    reading = [call for call in streams if isinstance(call.args[0], ast.Constant)]
    assert {ast.literal_eval(call.args[0]) for call in reading} == {"GET"}
    (writing,) = [call for call in streams if call not in reading]
    send = next(found for found in ast.walk(tree) if isinstance(found, ast.AsyncFunctionDef) and found.name == "send")
    assert writing in list(ast.walk(send))
    refusals = [ast.unparse(found.test) for found in send.body if isinstance(found, ast.If)]
    assert refusals == ["self._writing is None", "permitted(kind, method, path) is None"]
    verbs = {"post", "put", "delete", "patch", "request", "build_request", "options", "head"}
    assert [call.lineno for name, call in calls(tree) if name in verbs] == []
    assert [ast.unparse(call.func) for name, call in calls(tree) if name == "send"] == []


def test_domain_imports_nothing_of_ours_but_itself_and_text() -> None:
    allowed = ("emqx_tui.domain", "emqx_tui.text")
    wrong = [
        f"{path}: {found.module}"
        for path, tree in TREES.items()
        if path.parts[1] == "domain"
        for found in ast.walk(tree)
        if isinstance(found, ast.ImportFrom) and (found.module or "").startswith("emqx_tui")
        if not (found.module or "").startswith(allowed)
    ]
    assert wrong == []


def test_the_demo_never_shares_a_mistake_with_what_reads_it() -> None:
    wrong = [
        f"{path}: {found.module}"
        for path, tree in TREES.items()
        if path.parts[1] == "demo"
        for found in ast.walk(tree)
        if isinstance(found, ast.ImportFrom) and (found.module or "").startswith("emqx_tui.api")
    ]
    assert wrong == []
