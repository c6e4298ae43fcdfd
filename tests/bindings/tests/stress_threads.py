"""Runs threads of Rust's and of Python's on the same objects for so many seconds.

    python stress_threads.py 60

Prints a line of JSON: how often each operation was done, and what was kept.
"""

import faulthandler
import gc
import json
import sys
import threading
import time

from exuvia_bindings_tests import stress, threads


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    seconds = float(sys.argv[1])
    faulthandler.enable()
    # A deadlock is a failure that tells where.
    faulthandler.dump_traceback_later(seconds * 10 + 60, exit=True)
    sys.setswitchinterval(1e-5)
    witness = object()
    twins = stress.Twins()
    twins.held = twins
    before = sys.getrefcount(witness)
    end = time.monotonic() + seconds

    def callback():
        stress.Counted(witness)
        return [witness] * 3

    def work():
        while time.monotonic() < end:
            try:
                twins.change()
                twins.look()
            except RuntimeError as problem:
                assert str(problem) in ("Already borrowed", "Already mutably borrowed")
            threads.drop_elsewhere(stress.Counted(witness))

    def collect():
        while time.monotonic() < end:
            gc.collect()
            time.sleep(0.01)

    workers = [threading.Thread(target=work) for _ in range(3)] + [threading.Thread(target=collect)]
    for worker in workers:
        worker.start()
    operations = stress.run(6, int(seconds * 1000), witness, callback, twins)
    for worker in workers:
        worker.join()
    twins.held = None
    threads.attach_again()
    gc.collect()
    threads.attach_again()
    kept = {"references": sys.getrefcount(witness) - before, "instances": stress.alive()}
    print(json.dumps({"operations": operations, "kept": kept}))


if __name__ == "__main__":
    main()
