"""The part of the importer that is rarely needed: readers of resources, and modules that are files alone.

What is packed is at its path for all of Python, so that Python's own readers and finders do for it what they do for files.
"""

from importlib import machinery


def reader(path):
    """The resources of the package whose file this is (importlib.resources)."""
    from importlib import readers
    from types import SimpleNamespace

    return readers.FileReader(SimpleNamespace(path=path))


def file_spec(path, fullname):
    """The spec of a module that is a file in a folder, as the importer of the disk makes it."""
    loaders = (
        (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
        (machinery.SourceFileLoader, machinery.SOURCE_SUFFIXES),
        (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES),
    )
    return machinery.FileFinder(path, *loaders).find_spec(fullname)
