"""Who is answered: pages of this server, and programs that name it; no other site's page.

Any page that a person visits can send requests to their own machine. A name of its own that it lets
point there (DNS rebinding) shows in `Host`; a request across sites shows in `Origin` and
`Sec-Fetch-Site`, which browsers write and scripts cannot
(https://www.w3.org/TR/fetch-metadata/).
"""

import ipaddress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
"""With every answer: no code and no frame but the page's own, nothing guessed, nothing kept."""


class Guard:
    """Refuses requests under another name or from another site; writes `HEADERS`."""

    def __init__(self, app: ASGIApp, host: str):
        """Guard an app.

        Args:
            app: that is guarded.
            host: that the server was told to listen at, a name or an address.
        """
        self._app, self._host = app, host.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as ASGI has it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        why = self._refusal(scope["method"], Headers(scope=scope))
        answer = self._app if why is None else JSONResponse({"error": why}, 403)
        await answer(scope, receive, with_headers)

    def _refusal(self, method: str, headers: Headers) -> str | None:
        host = headers.get("host", "").lower()
        if not _is_own(host, self._host):
            return f"this page is not called {host[:80]!r}: open the address that the program wrote"
        if method == "GET":  # as after a click on a link; no other site can read the answer
            return None
        origin, site = headers.get("origin", f"http://{host}"), headers.get("sec-fetch-site")
        if origin.lower() != f"http://{host}" or site not in ("same-origin", "none", None):
            return "this was asked by a page of another site"
        return None


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a host, as far as its name says."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def _is_own(written: str, host: str) -> bool:
    """Return whether a request's host is this server: only names can be made to point elsewhere.

    Args:
        written: host and port, as in the header.
        host: that the server listens at.
    """
    name, colon, port = written.rpartition(":")
    name = (name if colon and port.isdecimal() else written).strip("[]")
    if is_loopback(host):
        return is_loopback(name)
    return name in (host, "localhost") or _address(name) is not None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
