"""The applications that are packed and run: what is installed, what is packed, what is run, and what it must show."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Run:
    """One command line of an application."""

    arguments: tuple[str, ...] = ()
    # Regular expressions, each found in what the run writes to both streams: that both Pythons fail alike is no success.
    shows: tuple[str, ...] = ()
    input: str = ""
    status: int = 0
    # Regular expressions of what differs from run to run in standard output, such as times.
    varies: tuple[str, ...] = ()
    # Whether standard output has the same lines in any order: what several processes write at once.
    in_any_order: bool = False


@dataclasses.dataclass(frozen=True)
class Application:
    """What is installed into an environment of its own, packed, and run."""

    name: str
    # Distributions to install; constraints.txt has the versions, also of what they need.
    requires: tuple[str, ...]
    # What `exuvia pack` is told to pack. A script is a file of inputs/<name>.
    start: tuple[str, ...]
    runs: tuple[Run, ...]
    # Whether it is one of the few of `make test`.
    is_short: bool = False

    @property
    def folder(self) -> str:
        """The folder of inputs/ that the runs begin in."""
        return self.name.replace(" ", "_")


SECONDS = r"\d+\.\d+ ?m?s"

APPLICATIONS = [
    Application(
        "cowsay",
        ("cowsay",),
        ("--entry", "cowsay"),
        (
            Run(("-t", "Not a Python in sight"), (r"\| Not a Python in sight \|", r"\(oo\)")),
            Run(("-c", "no-such-animal", "-t", "?"), (r"CowsayError: Available Characters: .*'tux'",), status=1),
        ),
    ),
    Application(
        "httpie",
        ("httpie",),
        ("--entry", "http"),
        (
            Run(
                ("--offline", "--ignore-stdin", "POST", "example.org/things", "name=exuvia", "count:=3", "X-Shed:yes"),
                (r"POST /things HTTP/1\.1", r"X-Shed: yes", r'"count": 3|"count":3', r"User-Agent: HTTPie/"),
            ),
            # Colours by Pygments, of which the lexers are found by name.
            Run(
                ("--offline", "--ignore-stdin", "--pretty=all", "--style=monokai", "PUT", "example.org", "a=b"),
                (r"\x1b\[38;5;\d+mPUT", r"\x1b\["),
            ),
        ),
    ),
    Application(
        "pygments",
        ("pygments", "pygments-styles"),
        # The styles are a plugin: nothing in pygments refers to its distribution.
        ("--entry", "pygmentize", "--include", "pygments-styles"),
        (
            Run(("-l", "rust", "-f", "html", "hello.rs"), (r'<span class="kd">let</span>', r'<span class="fm">println!')),
            Run(("-f", "terminal256", "-O", "style=catppuccin-latte", "hello.rs"), (r"\x1b\[38;5;\d+m",)),
            Run(("-L", "styles"), (r"\* catppuccin-latte:", r"\* monokai:")),
            Run(("-N", "hello.rs"), (r"^rust$",)),
        ),
        is_short=True,
    ),
    Application(
        "black",
        ("black",),
        ("--entry", "black"),
        (
            Run(("-q", "-"), (r"value = \{'a': 1\}|value = \{\"a\": 1\}",), input="value={'a':1}\n"),
            # Several files are formatted by several processes.
            Run(
                ("--check", "--workers", "2", "one.py", "two.py", "three.py"),
                (r"would reformat .*one\.py", r"2 files would be reformatted, 1 file would be left unchanged"),
                status=1,
            ),
            Run(("--diff", "-q", "one.py"), (r"^\+def area\(width, height\):",), varies=(r"\d{4}-\d\d-\d\d \S+",)),
        ),
    ),
    Application(
        "flake8",
        ("flake8", "flake8-comprehensions"),
        ("--entry", "flake8", "--include", "flake8-comprehensions"),
        (
            Run(("--version",), (r"flake8-comprehensions: 3\.", r"pyflakes: ", r"CPython 3\.\d+")),
            Run(
                ("--jobs", "2", "first.py", "second.py", "third.py"),
                (r"first\.py:1:1: F401 'os' imported but unused", r"second\.py:1:11: C403 ", r"third\.py:2:6: E225 "),
                status=1,
            ),
        ),
        is_short=True,
    ),
    Application(
        "pytest",
        ("pytest", "pytest-mock"),
        ("--entry", "pytest", "--include", "pytest-mock"),
        (
            Run(
                ("-v", "--color=no", "-p", "no:cacheprovider"),
                (
                    r"plugins: mock-",
                    r"assert \[1, 2, 3\] == \[1, 2, 4\]",
                    r"At index 2 diff: 3 != 4",
                    r"where 5 = double\(2\)",
                    r"2 failed, 4 passed",
                ),
                status=1,
                varies=(SECONDS, r"platform linux.*", r"cachedir: .*", r"={3,}"),
            ),
        ),
        is_short=True,
    ),
    Application(
        "sqlite-utils",
        ("sqlite-utils",),
        ("--entry", "sqlite-utils"),
        (
            Run(
                ("memory", "animals.csv", "select kind, count(*) as n, sum(legs) as legs from animals group by kind order by kind"),
                (r'"kind": "crab", "n": 2, "legs": 20',),
            ),
            Run(("insert", "{scratch}/new.db", "animals", "animals.csv", "--csv", "--pk", "name")),
            Run(("memory", "animals.csv", "--schema"), (r'CREATE TABLE "animals"',)),
        ),
    ),
    Application(
        "requests",
        ("requests", "trustme"),
        ("serve.py",),
        (
            Run(
                shows=(
                    r"over TLS: 200 hello from /greeting",
                    r"not trusted: SSLError",
                    r"certifi: more than 100 certificates, by file and by text alike",
                    r"default context: CERT_REQUIRED True",
                )
            ),
        ),
    ),
    Application(
        "pydantic",
        ("pydantic",),
        ("orders.py",),
        (Run(shows=(r'"total":"12\.50"', r"2 validation errors for Order", r"Input should be greater than 0")),),
    ),
    Application(
        "ipython",
        ("ipython",),
        ("--entry", "ipython"),
        (
            Run(
                ("--colors=NoColor", "-c", "import curses; print(curses.version, curses.A_BOLD)\n%time x = sum(range(10))\nprint(x)"),
                (r"b'2\.2' 2097152", r"^45$"),
                varies=(r"(CPU times|Wall time): .*",),
            ),
            Run(("--colors=NoColor", "-c", "import inspect, json\nprint(inspect.getsource(json.dumps))"), (r"def dumps\(obj", r"Serialize ``obj`` to a JSON")),
            Run(("--colors=NoColor", "-c", "1/0"), (r"ZeroDivisionError: division by zero",), status=1),
        ),
    ),
    Application(
        "numpy",
        ("numpy",),
        ("solve.py",),
        (Run(shows=(r"solution \[ ?2\. +3\. +-1\.\]", r"eigenvalues \[1\. 3\.\]", r"rank 2", r"frequency 5")),),
        is_short=True,
    ),
    Application(
        "numpy.test",
        ("numpy", "pytest", "hypothesis"),
        # The tests are run by names that nothing imports.
        ("suite.py", "--include", "pytest", "--include", "hypothesis"),
        (
            Run(
                shows=(r"[1-9]\d\d+ passed", r"^passed: True$"),
                varies=(SECONDS, r"\(\d:\d\d:\d\d\)", r"={3,}", r"NumPy version.*", r"platform linux.*"),
            ),
        ),
    ),
    Application(
        "multiprocessing",
        (),
        ("methods.py",),
        (
            Run(
                shows=(
                    r"fork: squares \[0, 1, 4, 9\], shared 4, child said \('hello', 'fork'\)",
                    r"spawn: squares \[0, 1, 4, 9\], shared 4, child said \('hello', 'spawn'\)",
                    r"forkserver: squares \[0, 1, 4, 9\], shared 4, child said \('hello', 'forkserver'\)",
                    r"pool: 55",
                    r"shared memory: b'shed'",
                    r"interpreter: 3 \['-x'\]",
                )
            ),
        ),
        is_short=True,
    ),
    Application(
        "django",
        # Where a machine has no database of time zones, Python takes the one of the distribution tzdata.
        ("django", "tzdata"),
        ("manage.py", "--include", "tzdata"),
        (
            Run(("check",), (r"System check identified no issues",)),
            Run(
                ("migrate", "--no-color"),
                (r"Applying contenttypes\.0001_initial\.\.\. OK", r"Applying shop\.0001_initial\.\.\. OK"),
            ),
            # Templates of the admin and of the application, translations, and a database of a test.
            Run(("test", "--noinput", "shop.tests"), (r"Ran 2 tests", r"^OK$")),
        ),
    ),
    Application(
        "fastapi",
        ("fastapi", "uvicorn"),
        ("hello.py",),
        (
            Run(
                shows=(
                    r'GET /hello/crab: 200 \{"hello":"crab","times":2\}',
                    r"GET /hello/crab\?times=many: 422 ",
                    r"GET /openapi\.json: 200 ",
                    r"stopped",
                )
            ),
        ),
    ),
    Application(
        "rich",
        ("rich",),
        ("-m", "rich"),
        (Run(shows=(r"Rich features", r"Markdown", r"中文"), varies=(SECONDS, r"(?s)rendered in.*")),),
    ),
    Application(
        "pandas",
        ("pandas",),
        ("describe.py",),
        (Run(shows=(r"count +5\.0+", r"mean +3\.0+", r"Europe/Berlin", r"^b +11$")),),
    ),
]
