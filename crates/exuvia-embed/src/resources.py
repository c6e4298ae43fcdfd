"""The part of the importer that is rarely needed: readers of resources, and modules that are files of no known name.

What is packed is at its path for all of Python, so that Python's own readers and finders do for it what they do for files.
"""

from importlib import machinery


def reader(path):
    """The resources of the package whose file this is (importlib.resources)."""
    from importlib import readers
    from types import SimpleNamespace

    return readers.FileReader(SimpleNamespace(path=path))


class NamespacePath(list):
    """The parts of a namespace package. A reader of one knows it by the name of its type."""

    def __repr__(self):
        return f"{type(self).__name__}({super().__repr__()})"


def namespace_reader(portions):
    """The resources of a namespace package that lies in these folders."""
    from importlib import readers

    return readers.NamespaceReader(NamespacePath(portions))


def file_spec(path, fullname):
    """The spec of a module that is a file in a folder, as the importer of the disk makes it."""
    loaders = (
        (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
        (machinery.SourceFileLoader, machinery.SOURCE_SUFFIXES),
    )
    return machinery.FileFinder(path, *loaders).find_spec(fullname)
