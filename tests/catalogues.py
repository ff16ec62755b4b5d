"""The catalogues of translations: what they must have, what they have, and their compiled form.

``python -m tests.catalogues`` (``make catalogues``) adds what is missing to each .po, takes out what nobody says any more,
and compiles them; it needs no gettext. ``test_languages`` fails where that would change anything, and at empty texts.
"""

import ast
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "messaging_plugin"
LANGUAGES = {"de": "n != 1", "es": "n != 1", "fr": "n > 1"}
FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext"}


@dataclass(frozen=True, order=True)
class Text:
    """What is said in English; ``plural`` is empty where there is one form only."""

    singular: str
    plural: str = ""


# ── what is said ────────────────────────────────────────────────────────────────────────────


def said() -> dict[Text, list[str]]:
    """Every text of the code and the templates of e-mails and their page, and the files that have it."""
    found: dict[Text, list[str]] = {}
    for file in sorted([*PACKAGE.rglob("*.py"), *(PACKAGE / "templates").rglob("*.*")]):
        if "migrations" not in file.parts:
            for text in _in_python(file) if file.suffix == ".py" else _in_template(file):
                files = found.setdefault(text, [])
                if (name := str(file.relative_to(ROOT))) not in files:
                    files.append(name)
    return found


def _in_python(file: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            yield Text(*texts[:2])


def _in_template(file: Path) -> Iterator[Text]:
    source = file.read_text()
    for match in re.finditer(r'{% translate "(.+?)"', source):
        yield Text(match[1])
    block = r"{% blocktranslate\b[^%]*%}(.*?)(?:{% plural %}(.*?))?{% endblocktranslate %}"
    for match in re.finditer(block, source, re.DOTALL):
        yield Text(*(re.sub(r"{{ (\w+) }}", r"%(\1)s", one or "") for one in match.groups()))


# ── what a catalogue has ────────────────────────────────────────────────────────────────────


def po_of(language: str) -> Path:
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> dict[Text, tuple[str, ...]]:
    """Text → its translation, in as many forms as it has. Raises ``ValueError`` for a line that is not understood."""
    found: dict[Text, tuple[str, ...]] = {}
    for block in re.split(r"\n\n+", po_of(language).read_text().strip())[1:]:
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            match = re.fullmatch(r'(?:(msg\w+(?:\[\d\])?) )?(".*")', line)
            if not match:
                raise ValueError(f"{po_of(language)}: {line}")
            name = match[1] or name
            parts[name] = parts.get(name, "") + ast.literal_eval(match[2])
        forms = tuple(value for name, value in parts.items() if name.startswith("msgstr"))
        found[Text(parts["msgid"], parts.get("msgid_plural", ""))] = forms
    return found


def written(language: str) -> str:
    """The .po as it should be: what is said, in the order of the texts, with the translations there are."""
    known = read(language) if po_of(language).exists() else {}
    blocks = [f'msgid ""\nmsgstr ""\n{_header(language, quoted=True)}']
    for text, files in sorted(said().items()):
        lines = [f"#: {name}" for name in files]
        if "%(" in text.singular:
            lines.append("#, python-format")
        lines.append(f"msgid {_quoted(text.singular)}")
        if text.plural:
            forms = known.get(text, ("", ""))
            lines.append(f"msgid_plural {_quoted(text.plural)}")
            lines += [f"msgstr[{place}] {_quoted(form)}" for place, form in enumerate(forms)]
        else:
            lines.append(f"msgstr {_quoted(known.get(text, ('',))[0])}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def compiled(language: str) -> bytes:
    """The .mo of a .po, byte for byte what msgfmt's format wants: an index of sorted texts."""
    entries = {"": _header(language)}
    for text, forms in read(language).items():
        if all(forms):
            key = f"{text.singular}\0{text.plural}" if text.plural else text.singular
            entries[key] = "\0".join(forms)
    pairs = sorted((key.encode(), value.encode()) for key, value in entries.items())
    count, index, texts = len(pairs), b"", b""
    offset = 28 + 16 * len(pairs)
    for column in (0, 1):
        for pair in pairs:
            index += struct.pack("<II", len(pair[column]), offset + len(texts))
            texts += pair[column] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count) + index + texts


def _header(language: str, *, quoted: bool = False) -> str:
    lines = [
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: nplurals=2; plural=({LANGUAGES[language]});",
    ]
    return "\n".join(_quoted(f"{line}\n") for line in lines) if quoted else "".join(f"{line}\n" for line in lines)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


if __name__ == "__main__":
    for each in LANGUAGES:
        catalogue = po_of(each)
        catalogue.parent.mkdir(parents=True, exist_ok=True)
        catalogue.write_text(written(each))
        catalogue.with_suffix(".mo").write_bytes(compiled(each))
        missing = [text.singular for text, forms in read(each).items() if not all(forms)]
        print(f"{catalogue.relative_to(ROOT)}: {len(missing)} to be translated")  # noqa: T201 - a command
