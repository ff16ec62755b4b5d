"""Print the schema, or hold the committed file against it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.graphql.composition import full_schema
from shop.graphql.drift import drift


class Command(BaseCommand):
    help = "Write schema.graphql, with every plugin on; with --check, fail if it is not what the code offers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail on any difference.")
        parser.add_argument("--file", default=str(settings.BASE_DIR / "schema.graphql"))

    def handle(self, *_args: Any, **options: Any) -> None:
        file = Path(options["file"])
        text = full_schema().as_text()
        if not options["check"]:
            file.write_text(text)
            self.stdout.write(f"Wrote {file}.")
            return
        committed = file.read_text() if file.exists() else ""
        if committed == text:
            self.stdout.write(f"{file.name} is what the code offers.")
            return
        for line in drift(committed, text):
            self.stderr.write(line)
        raise CommandError(f"{file.name} is not what the code offers: run `make schema` and look at the difference.")
