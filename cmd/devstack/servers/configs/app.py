"""The smallest application for Gunicorn (wsgi) and for Uvicorn (asgi)."""


def status_of(path):
    if path.startswith("/denied/"):
        return 401
    return 404 if path.startswith("/missing/") else 200


def wsgi(environ, start_response):
    status = status_of(environ["PATH_INFO"])
    start_response(f"{status} Answer", [("Content-Type", "text/plain"), ("Content-Length", "10")])
    return [b"an answer\n"]


async def asgi(scope, receive, send):
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"10")]
    await send({"type": "http.response.start", "status": status_of(scope["path"]), "headers": headers})
    await send({"type": "http.response.body", "body": b"an answer\n"})
