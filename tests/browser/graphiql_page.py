"""GraphiQL as a person uses it, in the words of its own page."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Response, WebSocket

RESULT = """() => {
    const response = window.__MONACO?.editor.getModels().find((model) => model.uri.path.endsWith('response.json'));
    try { return JSON.parse(response.getValue()); } catch { return null; }
}"""
FORGET_RESULT = """() => window.__MONACO.editor.getModels()
    .find((model) => model.uri.path.endsWith('response.json')).setValue('')"""
NOTE_VIOLATIONS = """window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) =>
        window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));"""


class GraphiQLPage:
    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.said: list[str] = []
        self.requested: list[str] = []
        self.frames: list[dict[str, Any]] = []
        page.set_default_timeout(15_000)
        page.add_init_script(NOTE_VIOLATIONS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("response", self._on_response)
        page.on("websocket", self._on_websocket)

    def _on_console(self, message: ConsoleMessage) -> None:
        url = message.location["url"]
        if message.type in {"error", "warning"} and not url.endswith("/favicon.ico"):  # the admin's, which has none
            self.said.append(f"{message.text} {url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.said.append(f"{response.status} {response.url}")

    def _on_websocket(self, socket: WebSocket) -> None:
        self.requested.append(socket.url)
        socket.on("framesent", lambda frame: self.frames.append(json.loads(frame)))

    def complaints(self) -> list[str]:
        """What the browser logged as wrong, and every breach of the content security policy."""
        violations: list[str] = self.page.evaluate("window.violations")
        return self.said + violations

    def requests_elsewhere(self) -> list[str]:
        own = urlsplit(self.address).netloc
        return [url for url in self.requested if urlsplit(url).scheme != "data" and urlsplit(url).netloc != own]

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto(f"{self.address}/admin/login/?next=/graphql/")
        self.page.fill("[name=username]", email)
        self.page.fill("[name=password]", password)
        self.page.click("[type=submit]")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        self.page.wait_for_selector(".graphiql-query-editor .view-line")
        self.page.wait_for_selector(".graphiql-doc-explorer-content >> text=Query")

    def tab_titles(self) -> list[str]:
        return self.page.locator(".graphiql-tab-button").all_inner_texts()

    def open_tab(self, title: str) -> None:
        self.page.click(f'.graphiql-tab-button[title="{title}"]')
        self.page.wait_for_timeout(300)  # the editors take over the tab's texts a moment later

    def close_tab(self, title: str) -> None:
        button = f'.graphiql-tab-button[title="{title}"]'
        self.page.hover(button)  # shows the cross
        self.page.click(f"{button} + .graphiql-tab-close")

    def new_tab(self, query: str) -> None:
        self.page.click(".graphiql-tab-add")
        self.page.wait_for_timeout(300)
        self._write(".graphiql-query-editor", query)

    def set_headers(self, headers: dict[str, str]) -> None:
        self.page.click(".graphiql-editor-tools >> text=Headers")
        self._write(".graphiql-editor-tool .graphiql-editor:not(.hidden)", json.dumps(headers))

    def _write(self, editor: str, text: str) -> None:
        self.page.click(f"{editor} .view-lines")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        self.page.wait_for_timeout(300)  # the editor reports changes a moment later

    def press_execute(self) -> None:
        self.page.click(".graphiql-execute-button")

    def run(self) -> Any:
        """Presses the button and returns the first response."""
        self.page.evaluate(FORGET_RESULT)
        self.press_execute()
        return self.page.wait_for_function(RESULT).json_value()

    def wait_for_result(self, expected: Any) -> None:
        text = json.dumps(json.dumps(expected, separators=(",", ":")))
        self.page.wait_for_function(f"() => JSON.stringify(({RESULT})()) === {text}")

    def stored(self) -> str:
        """Everything the page keeps in the browser."""
        text: str = self.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
        return text

    def screenshot(self, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        self.page.screenshot(path=path)
