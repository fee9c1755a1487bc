"""Which version of the program this is."""

import importlib.metadata
from functools import cache


@cache
def version() -> str:
    """The version of the program that runs."""
    try:
        return importlib.metadata.version("qaqpa")
    except importlib.metadata.PackageNotFoundError:  # run from a tree that nobody has installed
        return "0.0.0"
