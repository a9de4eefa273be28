"""`python -m crawler`: the same as `khabar`."""

from crawler.cli import main

main()
