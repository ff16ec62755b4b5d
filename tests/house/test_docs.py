"""What the documents say is what the code has."""

import ast
import dataclasses
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from graphql import build_schema, parse, validate

import shop
from messaging_plugin import events
from shop import demo_data, hooks
from shop.plugins.hooks import Event, Hook

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()
ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
READERS = {"env_flag", "env_list", "get", "setdefault", "getenv"}


def section(text: str, title: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,2}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f'There is no heading "{title}".'
    return found[2]


def first_cells(table: str) -> list[str]:
    """The first column of the tables in a text, without backticks, heads left out."""
    lines = [line for line in table.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [line.split(" | ")[0].strip("| `") for line in lines][1:]


# ── hooks ───────────────────────────────────────────────────────────────────────────────────


def fields_of(cls: type) -> set[str]:
    """`name: type` of each field, as hooks.md writes it."""
    return {
        f"{one.name}: {one.type if isinstance(one.type, str) else inspect.formatannotation(one.type)}"
        for one in dataclasses.fields(cls)
    }


def declared(module: ModuleType) -> dict[str, tuple[Event[Any] | Hook[Any, Any], list[type]]]:
    """Hook or event by name, with the dataclasses that belong to it: what it says, and what is answered."""
    found = {}
    for name, annotation in inspect.get_annotations(module).items():
        wire = getattr(module, name)
        if isinstance(wire, Event | Hook):
            told = [part for said in get_args(annotation) for part in (said, *get_args(said))]
            found[name] = (wire, [cls for cls in told if isinstance(cls, type) and dataclasses.is_dataclass(cls)])
    return found


EVERY = declared(hooks) | declared(events)
HOOKS = (ROOT / "docs" / "hooks.md").read_text()


def test_hooks_md_tells_of_every_hook_and_event_and_of_no_other() -> None:
    assert sorted(re.findall(r"^## `(\w+)`$", HOOKS, re.MULTILINE)) == sorted(EVERY)
    assert {name: wire.name for name, (wire, _) in EVERY.items()} == {name: name for name in EVERY}


@pytest.mark.parametrize("name", EVERY)
def test_a_hook_is_told_with_its_kind_its_text_and_its_fields(name: str) -> None:
    wire, classes = EVERY[name]
    text = section(HOOKS, f"`{name}`")
    assert text.strip().startswith(f"{type(wire).__name__}. {wire.doc}\n")
    assert re.findall(r"^\| `(\w+)` \| \|$", text, re.MULTILINE) == [cls.__name__ for cls in classes]
    plain = re.sub(
        r"\b[a-z_]+(\.[a-z_]+)*\.(?=[A-Z])", "", "\n".join(line for cls in classes for line in fields_of(cls))
    )
    written = re.findall(r"^\| `(\w+: .+?)` \| ", text, re.MULTILINE)
    assert sorted(row.replace(r"\|", "|") for row in written) == sorted(plain.splitlines())


# ── the README ──────────────────────────────────────────────────────────────────────────────


def environment_names() -> Iterator[str]:
    """What the project reads from the environment: arguments of os.environ's methods and of the helpers in settings."""
    for file in [ROOT / "manage.py", *(ROOT / "shop").rglob("*.py"), *(ROOT / "messaging_plugin").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(func=ast.Name(id=called), args=[ast.Constant(str(name)), *_]) if called in READERS:
                    yield name
                case ast.Call(
                    func=ast.Attribute(attr=called, value=ast.Attribute(attr="environ")),
                    args=[ast.Constant(str(name)), *_],
                ) if called in READERS:
                    yield name
                case ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(str(name))):
                    yield name


def test_the_readme_lists_every_setting_that_is_read_from_the_environment() -> None:
    listed = first_cells(section(README, "Settings"))
    assert sorted(listed) == sorted(set(environment_names()))
    assert len(listed) == len(set(listed))


def test_the_readme_lists_the_demo_logins() -> None:
    listed = re.findall(r"^\| `(.+?@.+?)` \| ", section(README, "Demo logins"), re.MULTILINE)
    assert listed == [user.email for user in demo_data.USERS]


def graphql_in(text: str) -> list[str]:
    return re.findall(r"^```graphql\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_operations_in_the_documents_fit_the_schema() -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text())
    wrong = {
        text: [error.message for error in errors]
        for document in DOCUMENTS
        for text in graphql_in(document.read_text())
        if (errors := validate(schema, parse(text)))
    }
    assert graphql_in(README)
    assert wrong == {}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_a_document_links_to_is_there(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_the_python_in_the_documents_compiles() -> None:
    for document in DOCUMENTS:
        for text in re.findall(r"^```python\n(.*?)^```", document.read_text(), re.MULTILINE | re.DOTALL):
            compile(text, str(document), "exec")


def test_the_screenshot_is_small() -> None:
    assert (ROOT / "docs" / "images" / "graphiql.png").stat().st_size <= 300_000


# ── decisions, changes ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("file", ADRS, ids=lambda file: file.stem)
def test_a_decision_has_at_most_30_lines_and_stands_in_the_list(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 30
    if file.name != "README.md":
        assert f"]({file.name})" in (file.parent / "README.md").read_text()


def test_the_changelog_names_the_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == shop.__version__
    assert re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0] == shop.__version__
