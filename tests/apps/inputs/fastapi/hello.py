"""A server that answers over loopback, asked by its own process."""

import threading
import time
import urllib.error
import urllib.request

import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.get("/hello/{name}")
async def hello(name: str, times: int = 2):
    return {"hello": name, "times": times}


def ask(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def main():
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    for path in ("/hello/crab", "/hello/crab?times=many", "/openapi.json", "/docs"):
        status, text = ask(f"http://127.0.0.1:{port}{path}")
        print(f"GET {path}: {status} {text}")
    server.should_exit = True
    thread.join(20)
    print("stopped")


main()
