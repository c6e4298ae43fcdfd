"""Resources and distributions of a packed application.

The part of the importer that is rarely needed: what importlib.resources and importlib.metadata ask for.
"""

import io
import os
import re

try:
    from importlib.resources.abc import Traversable, TraversableResources
except ImportError:
    from importlib.abc import Traversable, TraversableResources


class ArchivePath(Traversable):
    """A file or directory in the archive.

    As text it is the path where the file appears when it is opened.
    """

    def __init__(self, importer, path):
        self._importer = importer
        self._path = path

    def __str__(self):
        return self._importer._absolute(self._path)

    __fspath__ = __str__

    def __repr__(self):
        return f"{type(self).__name__}({str(self)!r})"

    def __eq__(self, other):
        return isinstance(other, ArchivePath) and self._path == other._path

    def __hash__(self):
        return hash(self._path)

    @property
    def name(self):
        return self._path.rpartition("/")[2]

    @property
    def stem(self):
        return os.path.splitext(self.name)[0]

    @property
    def suffix(self):
        return os.path.splitext(self.name)[1]

    @property
    def parent(self):
        return ArchivePath(self._importer, self._path.rpartition("/")[0])

    def exists(self):
        return self._importer._is_file(self._path) is not None

    def is_file(self):
        return self._importer._is_file(self._path) is True

    def is_dir(self):
        return self._importer._is_file(self._path) is False

    def iterdir(self):
        if not self.is_dir():
            kind = NotADirectoryError if self.exists() else FileNotFoundError
            raise kind(str(self))
        for name, _ in self._importer._children(self._path):
            yield self.joinpath(name)

    def joinpath(self, *parts):
        path = "/".join([self._path, *(os.fspath(part) for part in parts)])
        steps = []
        for step in path.split("/"):
            if step == "..":
                del steps[-1:]
            elif step not in ("", "."):
                steps.append(step)
        return ArchivePath(self._importer, "/".join(steps))

    def __truediv__(self, part):
        return self.joinpath(part)

    def read_bytes(self):
        if not self.is_file():
            kind = IsADirectoryError if self.exists() else FileNotFoundError
            raise kind(str(self))
        return self._importer.get_data(str(self))

    def read_text(self, encoding=None, errors=None):
        with self.open(encoding=encoding, errors=errors) as stream:
            return stream.read()

    def open(self, mode="r", *args, **kwargs):
        stream = io.BytesIO(self.read_bytes())
        return stream if "b" in mode else io.TextIOWrapper(stream, *args, **kwargs)


class Reader(TraversableResources):
    """The resources of one package."""

    def __init__(self, root):
        self._root = root

    def files(self):
        return self._root

    def resource_path(self, resource):
        # Asks the caller to copy what it needs as a real file.
        raise FileNotFoundError(resource)

    def open_resource(self, resource):
        return self._root.joinpath(resource).open("rb")


def reader(importer, directory):
    return Reader(ArchivePath(importer, directory))


_distribution_type = None


def _distribution(importer, directory):
    """A distribution, from its .dist-info or .egg-info directory."""
    global _distribution_type
    if _distribution_type is None:
        from importlib import metadata

        class ArchiveDistribution(metadata.Distribution):
            def __init__(self, path):
                self._path = path

            def read_text(self, filename):
                path = self._path.joinpath(filename)
                return path.read_text(encoding="utf-8") if path.is_file() else None

            def locate_file(self, path):
                return self._path.parent.joinpath(path)

            @property
            def _normalized_name(self):
                return _normalized(self._path.name.partition("-")[0])

        _distribution_type = ArchiveDistribution
    return _distribution_type(ArchivePath(importer, directory))


def _normalized(name):
    """A name as PEP 503 compares it, spelled as in the names of directories."""
    return re.sub(r"[-_.]+", "-", name).lower().replace("-", "_")


def distributions(importer, context):
    """The distributions that lie where the context looks, of the name that it asks for."""
    wanted = getattr(context, "name", None)
    wanted = _normalized(wanted) if wanted else None
    directories = getattr(context, "path", None)
    for directory in importer._search():
        if directories is not None and importer._absolute(directory) not in directories:
            continue
        for name, _ in importer._children(directory):
            stem, extension = os.path.splitext(name)
            if extension not in (".dist-info", ".egg-info"):
                continue
            if wanted is None or _normalized(stem.partition("-")[0]) == wanted:
                yield _distribution(importer, f"{directory}/{name}")


def file_spec(path, fullname):
    """The spec of a module that is a file in a folder, as the importer of the disk makes it."""
    from importlib import machinery

    loaders = (
        (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
        (machinery.SourceFileLoader, machinery.SOURCE_SUFFIXES),
    )
    return machinery.FileFinder(path, *loaders).find_spec(fullname)
