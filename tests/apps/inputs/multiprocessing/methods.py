"""Every way to start a process, and what the parts of the standard library start by themselves."""

import concurrent.futures
import multiprocessing
import subprocess
import sys
from multiprocessing import shared_memory

import squares


def child(connection, total, lock, method):
    with lock:
        total.value += 4
    connection.send(("hello", method))
    connection.close()


def main():
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        with context.Pool(2) as pool:
            found = pool.map(squares.square, range(4))
        ours, theirs = context.Pipe()
        total, lock = context.Value("i", 0), context.Lock()
        process = context.Process(target=child, args=(theirs, total, lock, method))
        process.start()
        said = ours.recv()
        process.join(60)
        assert process.exitcode == 0, process.exitcode
        print(f"{method}: squares {found}, shared {total.value}, child said {said}", flush=True)

    spawning = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=spawning) as pool:
        print("pool:", sum(pool.map(squares.square, range(6))))

    # Watched over by the resource tracker, a process of its own.
    block = shared_memory.SharedMemory(create=True, size=4)
    block.buf[:4] = b"shed"
    again = shared_memory.SharedMemory(name=block.name)
    print("shared memory:", bytes(again.buf[:4]))
    again.close()
    block.close()
    block.unlink()

    command = [sys.executable, "-c", "import sys, json; print(json.loads('3'), sys.argv[1:])", "-x"]
    print("interpreter:", subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


if __name__ == "__main__":
    main()
