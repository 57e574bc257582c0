"""Runs the examples against real servers that are out of patience, over a line that loses the first answer.

Started by scripts/clients.sh, which generates what the examples stand on. Of the environment: BIN is the program,
PYTHON_EXAMPLE and TYPESCRIPT_EXAMPLE are the commands to run.
"""

import contextlib
import json
import os
import shlex
import socket
import subprocess
import tempfile
import threading
import unittest
import urllib.request
from pathlib import Path

EXPECTED = """\
p-1: publish
p-2: hold while a person looks; after 24 hours without an answer publish
p-3: keep back
p-1: not taken, a programming mistake: a new version needs a new key
p-4: not taken, price: write amount and currency with a decimal point: 1299.00 USD
p-5: publish
p-6: not taken, price: write amount and currency with a decimal point: 1299.00 USD
to the seller of p-2 (checked_first):
"""


class Server:
    """A server that lets a key make two calls a second, after three at once."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.data = Path(self.folder.name, "data")
        command = [os.environ["BIN"], "serve", "--data", self.data, "--listen", "127.0.0.1:0"]
        command += ["--rate", "2", "--burst", "3"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.log: list[str] = []

    def address(self) -> tuple[str, int]:
        """Waits until it serves."""
        for line in self.process.stderr:
            self.log.append(line)
            if line.startswith("serving on http://"):
                self.rest = threading.Thread(target=self.log.extend, args=[self.process.stderr], daemon=True)
                self.rest.start()
                host, port = line.strip().removeprefix("serving on http://").split(":")
                return host, int(port)
        raise RuntimeError("".join(self.log))

    def key(self, scopes: str) -> str:
        command = [os.environ["BIN"], "keys", "create", "--data", self.data, "--name", scopes, "--scope", scopes]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.rest.join()
        self.process.stderr.close()
        self.folder.cleanup()


class Line:
    """Carries bytes to a server and back, but for the first answer: then the connection breaks."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server = server
        self.lost = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def address(self) -> str:
        return "http://127.0.0.1:%d" % self.listener.getsockname()[1]

    def accept(self) -> None:
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.connect, args=[near], daemon=True).start()

    def connect(self, near: socket.socket) -> None:
        with near, socket.create_connection(self.server) as far:
            there = threading.Thread(target=self.carry, args=[near, far], daemon=True)
            there.start()
            self.carry(far, near, answers=True)
            there.join()

    def carry(self, source: socket.socket, target: socket.socket, answers: bool = False) -> None:
        """Carries one way until an end closes, or the first answer is due; then both ends are closed."""
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if answers and not self.lost:
                    self.lost += 1
                    break
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def decisions(address: str, key: str) -> list[dict]:
    request = urllib.request.Request(f"{address}/v1/decisions", headers={"authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["items"]


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        # Both at once: most of a start is reading the knowledge.
        cls.servers = {name: Server() for name in ("PYTHON_EXAMPLE", "TYPESCRIPT_EXAMPLE")}

    @classmethod
    def tearDownClass(cls) -> None:
        for server in cls.servers.values():
            server.close()

    def check(self, name: str) -> None:
        server = self.servers[name]
        line = Line(server.address())
        self.addCleanup(line.listener.close)
        command = [*shlex.split(os.environ[name]), line.address, server.key("screen,read,outcomes")]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120)
        self.assertEqual(run.returncode, 0, run.stderr)
        said, seller = run.stdout[: len(EXPECTED)], run.stdout[len(EXPECTED) :].splitlines()
        self.assertEqual(said, EXPECTED)
        self.assertGreater(len(seller), 2, "grounds and a cure")
        self.assertEqual(seller[-1], "outcomes told: 1")
        # The answer that was lost, and the server's impatience, were both felt and both overcome.
        self.assertEqual(line.lost, 1)
        self.assertIn("429, again in 1", run.stderr)
        # What was refused is not kept, and what was asked twice is kept once.
        kept = [item["decision"]["listing_id"] for item in decisions(line.address, server.key("read"))]
        self.assertEqual(sorted(kept), ["p-1", "p-2", "p-3", "p-5"])

    def test_python(self) -> None:
        self.check("PYTHON_EXAMPLE")

    def test_typescript(self) -> None:
        self.check("TYPESCRIPT_EXAMPLE")


if __name__ == "__main__":
    unittest.main()
