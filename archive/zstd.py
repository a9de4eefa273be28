"""Python's own zstd, or, before Python 3.14, the package that has it beforehand."""

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["zstd"]
