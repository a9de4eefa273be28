"""The web face: pages about the archive, and Datasette for the rest. Read-only; it writes nothing but its own cookies.

A request comes through `guarding` (who may ask, and which headers every answer has), is routed by Datasette to one of
`pages`, whose reader asks the archive in a thread, and is drawn by a template in the words of `wording`.
"""
