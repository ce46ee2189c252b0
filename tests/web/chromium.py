"""A headless Chromium, spoken to over its DevTools websocket: just what the page's tests need."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

import websocket

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--remote-debugging-port=0", "--remote-allow-origins=*",
)  # fmt: skip
PATIENCE_S = 15


def binary() -> str | None:
    """The browser's path, or None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Browser:
    """One browser process with a fresh profile."""

    def __enter__(self) -> Self:
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        command = [str(binary()), *_FLAGS, f"--user-data-dir={self._profile.name}", "about:blank"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = Path(self._profile.name) / "DevToolsActivePort"
        wait_until(
            lambda: port_file.exists() and len(port_file.read_text().splitlines()) == 2, "Chromium did not start"
        )
        self._tab: Page | None = None
        self.port = int(port_file.read_text().splitlines()[0])
        return self

    def __exit__(self, *_: object) -> None:
        self._close_tab()
        self._process.terminate()
        self._process.wait(10)
        self._profile.cleanup()

    def page(self, url: str, *, width: int = 1440, height: int = 900) -> "Page":
        """A new tab that has loaded the URL; the tab before it is closed."""
        request = Request(f"http://127.0.0.1:{self.port}/json/new?about:blank", method="PUT")
        with urlopen(request) as answer:  # noqa: S310  our own browser
            address = json.load(answer)["webSocketDebuggerUrl"]
        self._close_tab()
        self._tab = Page(address)
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._tab.call(f"{domain}.enable")
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._tab.call("Emulation.setDeviceMetricsOverride", **size)
        self._tab.load(url)
        return self._tab

    def _close_tab(self) -> None:
        if self._tab is not None:
            self._tab.call("Page.close")
            self._tab.close()


class Page:
    """One tab: evaluates JavaScript, and remembers what went wrong and what was fetched."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, timeout=PATIENCE_S)
        self._sent = 0
        self.problems: list[str] = []
        self.fetched: list[str] = []
        self._loads = 0

    def load(self, url: str) -> None:
        """Go there, and return once its document and scripts are loaded."""
        before = self._loads
        self.call("Page.navigate", url=url)
        self._until_loaded(before)

    def follow(self, expression: str) -> None:
        """Do what leads to another document, and return once that is loaded.

        Nothing is asked meanwhile: a document that is left takes its answers with it.
        """
        before = self._loads
        self.evaluate(f"void setTimeout(() => {expression})")
        self._until_loaded(before)

    def _until_loaded(self, before: int) -> None:
        while self._loads == before:
            self._note(json.loads(self._socket.recv()))

    def close(self) -> None:
        """Stop listening to the tab."""
        self._socket.close()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One DevTools command's result; what happened meanwhile is noted."""
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv())
            if message.get("id") == self._sent:
                assert "error" not in message, f"{method}: {message['error']}"
                return dict(message["result"])
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                self.problems.append(json.dumps(params["exceptionDetails"])[:500])
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.problems.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
            case "Runtime.consoleAPICalled" if params["type"] in ("error", "assert"):
                self.problems.append(json.dumps(params["args"])[:500])
            case "Page.loadEventFired":
                self._loads += 1
            case "Network.requestWillBeSent":
                self.fetched.append(params["request"]["url"])

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is awaited."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, expression: str) -> Any:
        """The expression's value once it is true."""
        return wait_until(lambda: self.evaluate(expression), f"never true: {expression}")

    def requests_beyond(self, url: str) -> list[str]:
        """What was fetched from anywhere else."""
        return [fetched for fetched in self.fetched if not fetched.startswith((url, "data:", "about:"))]

    def screenshot(self, path: str, *, full: bool = False) -> None:
        """Save what the tab shows; with `full`, the whole page."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=full)
        Path(path).write_bytes(base64.b64decode(shot["data"]))


def wait_until(condition: Any, complaint: str) -> Any:
    """The condition's value once it is true; fails when that takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while not (value := condition()):
        assert time.monotonic() < deadline, complaint
        time.sleep(0.02)  # another process, so there is nothing to wait on
    return value
