"""The form at the foot of every page."""

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.web.preferring import choose
from archive.web.view import Route


async def _choose(datasette: Datasette, request: Request) -> Response:
    return await choose(request)


ROUTES: list[Route] = [(r"^/-/interface$", _choose)]
