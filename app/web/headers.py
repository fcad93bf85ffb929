"""Security headers as data, put on every answer."""

from wsgiref.headers import Headers

from flask import Response, request

# The page runs our own files only: no inline script or style, no other host. DataTables sets its
# inline styles through the CSSOM, which the policy allows; Bootstrap's arrows are data: images.
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}

HEADERS = {
    "Content-Security-Policy": "; ".join(
        f"{directive} {sources}" for directive, sources in CONTENT_SECURITY_POLICY.items()
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def apply(response: Response) -> Response:
    """Put HEADERS on an answer; a view that set one of them itself keeps its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if _is_live_data(request.path):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def apply_to_file(headers: Headers, _path: str, url: str) -> None:
    """Put HEADERS on a static file, which WhiteNoise serves before Flask sees the request."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if "/page/" in url:  # modules have no version in their address, so each is asked about anew
        headers["Cache-Control"] = "no-cache"


def _is_live_data(path: str) -> bool:
    """Tell rows and health, which are true for one moment, from files that may be kept."""
    return path.startswith("/api/") or path in {"/healthz", "/readyz"}
