"""The `.pth` files of installed packages, which Python reads at each start (the documentation of `site`).

Joined with the other files of the probe into one program.
"""

import os


class StartFile:
    """What a `.pth` file has Python do: lines that are run, and folders that are put on sys.path."""

    def __init__(self, site, name):
        self.name = name
        with open(os.path.join(site, name), encoding="utf-8-sig", errors="replace") as stream:
            lines = [line for line in stream.read().splitlines() if line.strip() and not line.startswith("#")]
        self.runs = [line for line in lines if line.startswith(("import ", "import\t"))]
        places = [os.path.normpath(os.path.join(site, line.rstrip())) for line in lines if line not in self.runs]
        places = [place for place in places if os.path.isdir(place)]
        below = os.path.join(os.path.normpath(site), "")
        # Relative to the folder of the file.
        self.folders = [place[len(below) :] for place in places if place.startswith(below)]
        # Those of projects that are installed where they lie.
        self.projects = [place for place in places if not place.startswith(below) and place != below[:-1]]

    def imports(self):
        """The modules that its lines import."""
        found = {}
        for line in self.runs:
            try:
                found.update(of_source(line, "").modules)
            # `site` reports such a line, and leaves the rest of the file.
            except (SyntaxError, ValueError, RecursionError):
                break
        return [*found]


def start_files(site, files):
    """The `.pth` files among those of a distribution, as far as they are read: directly in the folder, and not hidden."""
    names = [file for file in files if file.endswith(".pth") and "/" not in file and not file.startswith(".")]
    return [StartFile(site, name) for name in sorted(names) if os.path.isfile(os.path.join(site, name))]
