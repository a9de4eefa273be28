"""The bundled newsroom: invented news sites on loopback, for the demo and for the tests.

The articles are files in `articles/`, the pages' looks are files in `templates/`; README.md tells how to add one.
"""

from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.server import SeenRequest
from crawler.newsroom.site import Expected

__all__ = ["Expected", "Newsroom", "SeenRequest"]
