"""Programs that end while objects of Rust's and threads are still there: how each has to end."""

from dataclasses import dataclass


@dataclass
class Ending:
    code: str
    status: int = 0
    output: str = ""
    # What standard error may hold: it has to be empty otherwise.
    told: str | None = None
    # Whether a thread may be in a call from Rust of Python then: CPython before 3.14 ends it where it asks for the interpreter,
    # by unwinding its stack.
    unwinds: bool = False


BEGIN = "import atexit, functools, gc, sys, threading, time\nfrom exuvia_bindings_tests import classes, collected, endings, stress, threads\n"

ENDINGS = {
    "objects in statics": Ending("endings.keep_everywhere([object()])"),
    "an object of Rust's in statics": Ending("endings.keep_everywhere(classes.Holder([1]))"),
    "objects in a thread that is over": Ending(
        "thread = threading.Thread(target=endings.keep_everywhere, args=([],))\nthread.start()\nthread.join()"
    ),
    "objects in a thread that goes on": Ending(
        "def work():\n"
        "    endings.keep_everywhere(classes.Holder([]))\n"
        "    threads.sleep_detached(60_000)\n"
        "threading.Thread(target=work, daemon=True).start()\n"
        "time.sleep(0.05)"
    ),
    "a cycle": Ending("node = collected.Node()\nnode.next = node"),
    "a cycle with the module": Ending("node = collected.Node(sys.modules)\nsys.kept = node"),
    "a destructor that attaches": Ending(
        "kept = endings.AttachesInDrop(functools.partial(print, 'called'))", output="called\n"
    ),
    "a destructor that attaches, in a module": Ending(
        "import json\n"
        "def call(write=sys.stdout.write, flush=sys.stdout.flush):\n"
        "    write('called\\n')\n"
        "    flush()\n"
        "json.kept = endings.AttachesInDrop(call)\n"
        "json.itself = json\n"
        "del call, json",
        output="called\n",
    ),
    "a destructor that detaches": Ending("kept = endings.DetachesInDrop()\nsys.kept = endings.DetachesInDrop()"),
    "a destructor that attaches, in a cycle": Ending(
        "node = collected.Node()\nnode.next = [node, endings.AttachesInDrop(lambda: print('called'))]\ndel node\ngc.disable()",
        output="called\n",
    ),
    "a function at exit": Ending(
        "atexit.register(lambda: print(threads.try_attach_works(), threads.attach_again()))", output="True 7\n"
    ),
    "a class made at exit": Ending("atexit.register(lambda: sys.__dict__.update(kept=classes.Point(1, 2)))"),
    "after the interpreter": Ending(
        "endings.keep_everywhere([])\nendings.keep_everywhere(classes.Holder([]))\nendings.drop_after_the_interpreter()",
        output="attached: false, dropped: 2\n",
    ),
    "a thread of Python's that is detached": Ending(
        "threading.Thread(target=threads.sleep_detached, args=(60_000,), daemon=True).start()\ntime.sleep(0.05)"
    ),
    "a thread of Python's that attaches again": Ending(
        "def work():\n"
        "    while True:\n"
        "        threads.attach_again()\n"
        "for _ in range(4):\n"
        "    threading.Thread(target=work, daemon=True).start()\n"
        "time.sleep(0.05)",
        told="cannot attach to Python",
    ),
    "a thread of Python's that is about to attach": Ending(
        "def work():\n"
        "    while True:\n"
        "        threads.sleep_detached(1)\n"
        "for _ in range(8):\n"
        "    threading.Thread(target=work, daemon=True).start()\n"
        "time.sleep(0.05)"
    ),
    "a thread of Rust's that attaches": Ending("endings.attach_for_ever(lambda: None)\ntime.sleep(0.05)"),
    "threads of Rust's that attach": Ending(
        "for _ in range(8):\n    endings.attach_for_ever(lambda: [object()])\ntime.sleep(0.05)"
    ),
    "a thread of Rust's that attaches at any price": Ending(
        "endings.attach_until_it_panics(lambda: None)\ntime.sleep(0.05)", told="cannot attach to Python"
    ),
    "a thread of Rust's that detaches": Ending("endings.detach_for_ever()\ntime.sleep(0.05)"),
    "a thread of Rust's that drops": Ending(
        "witness = object()\nendings.drop_slowly(witness, 20_000, 200)\ntime.sleep(0.05)"
    ),
    "a thread of Rust's that drops the last reference": Ending(
        "for _ in range(50):\n    endings.drop_slowly(classes.Holder(stress.Counted()), 50, 100)\ntime.sleep(0.02)"
    ),
    "a thread of Python's in a call from Rust": Ending(
        "def call():\n"
        "    time.sleep(0.001)\n"
        "def work():\n"
        "    while True:\n"
        "        endings.call(call)\n"
        "for _ in range(4):\n"
        "    threading.Thread(target=work, daemon=True).start()\n"
        "time.sleep(0.05)",
        unwinds=True,
    ),
    "a thread of Python's in a call from Rust that holds objects": Ending(
        "def call():\n"
        "    time.sleep(0.001)\n"
        "def work():\n"
        "    while True:\n"
        "        endings.call_holding(call, [object()] * 10)\n"
        "for _ in range(4):\n"
        "    threading.Thread(target=work, daemon=True).start()\n"
        "time.sleep(0.05)",
        unwinds=True,
    ),
    "a thread of Rust's in a call of Python": Ending(
        "endings.attach_for_ever(lambda: time.sleep(0.001))\ntime.sleep(0.05)",
        unwinds=True,
    ),
    "sys.exit in a call from Rust": Ending("endings.call(lambda: sys.exit(3))", status=3),
    "os._exit beside threads": Ending("import os\nendings.attach_for_ever(lambda: None)\nos._exit(4)", status=4),
    "a subprocess by fork": Ending(
        "import os\n"
        "endings.keep_everywhere([])\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    assert threads.attach_again() == 7\n"
        "    threads.drop_elsewhere(object())\n"
        "    sys.exit(5)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5"
    ),
}


def program(ending):
    return BEGIN + ending.code
