"""The first page (shell, editor, fonts) weighs at most 300 kB on the wire; the terminal, fetched when idle, at most 80 kB."""

from typing import Any

from playwright.sync_api import BrowserContext, expect

BUDGET_KB = 300
TERMINAL_KB = 80


def test_first_page_until_editable(context: BrowserContext) -> None:
    page = context.new_page()
    weights: dict[str, float] = {}
    names: dict[str, str] = {}
    encodings: dict[str, str] = {}
    network = context.new_cdp_session(page)
    network.send("Network.enable")

    def named(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["response"]["url"]
        encodings[event["response"]["url"]] = event["response"]["headers"].get("content-encoding", "")

    network.on("Network.responseReceived", named)
    network.on(
        "Network.loadingFinished", lambda event: weights.update({event["requestId"]: event["encodedDataLength"]})
    )
    page.goto("/")
    expect(page.get_by_role("textbox", name="Code of")).to_be_editable()
    terminal = sum(weight for request, weight in weights.items() if "/xterm" in names.get(request, "")) / 1000
    total = sum(weights.values()) / 1000 - terminal
    parts = sorted(((weight, names.get(request, "?")) for request, weight in weights.items()), reverse=True)
    listing = "\n".join(f"{weight / 1000:8.1f} kB {name}" for weight, name in parts)
    assert total <= BUDGET_KB, f"{total:.0f} kB:\n{listing}"
    assert terminal <= TERMINAL_KB
    scripts = [name for name in encodings if name.endswith((".js", ".css"))]
    assert scripts
    assert {encodings[name] for name in scripts} == {"br"}
