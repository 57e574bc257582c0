"""Sends synthetic listings to a running service, a few a second, and counts what is decided.

usage: TOUCHSTONE_KEY=ts_… python3 scripts/stream.py ADDRESS [--rate N] [--seed N] [--seconds N]

Each is one of the invented listings in fixtures/ under a new id, with another seller and a somewhat other price. All of
them carry the marketplace `synthetic-demo` and ids that begin with `synthetic-`. The same seed sends the same listings.
"""

import argparse
import http.client
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

FIXTURES = Path(__file__).parent.parent / "fixtures"
MARKETPLACE = "synthetic-demo"
# Labels, and what says who offers it where: a brand's own shop is honest only there.
DROPPED = {"trap", "tactic", "language", "marketplace", "seller_id"}
# Of a hundred that come in, so many try to deceive. Real marketplaces have fewer; a demo should show some.
DECEIVING_PERCENT = 25


def material() -> tuple[list[dict], list[dict]]:
    """Honest listings and deceiving ones."""
    rows = [[json.loads(line) for line in (FIXTURES / name).read_text("utf-8").splitlines()] for name in ("honest.jsonl", "evasions.jsonl")]
    return [row for row in rows[0] if row["trap"] != "own_shop"], rows[1]


def listings(seed: int):
    """Synthetic listings without end."""
    honest, deceiving = material()
    chance = random.Random(seed)
    run = f"{chance.getrandbits(24):06x}"
    for number in range(sys.maxsize):
        row = chance.choice(deceiving if chance.randrange(100) < DECEIVING_PERCENT else honest)
        amount, currency = row["price"].split()
        digits = len(amount.partition(".")[2])
        price = f"{float(amount) * chance.uniform(0.95, 1.05):.{digits}f} {currency}"
        own = {name: value for name, value in row.items() if name not in DROPPED}
        seller = f"synthetic-seller-{chance.randrange(40):02}"
        yield own | {"id": f"synthetic-{run}-{number:06}", "marketplace": MARKETPLACE, "seller_id": seller, "price": price}


class Service:
    """The service at an address."""

    def __init__(self, address: str, key: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        self.key = key

    def screen(self, listing: dict) -> str:
        """The verdict, or the code of a problem; the id is the idempotency key."""
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json", "idempotency-key": listing["id"]}
        self.connection.request("POST", "/v1/screen", json.dumps(listing), headers)
        answer = json.load(self.connection.getresponse())
        return answer["decision"]["verdict"] if "decision" in answer else answer["code"]


def line(counts: Counter) -> str:
    problems = {code: n for code, n in counts.items() if code not in ("allow", "review", "block")}
    named = {verdict: counts[verdict] for verdict in ("allow", "review", "block")} | problems
    return f"  {counts.total()} synthetic listings: " + ", ".join(f"{name} {n}" for name, n in named.items())


def stream(service: Service, options: argparse.Namespace, counts: Counter) -> None:
    """Sends at the rate until the time is over, at least one listing."""
    started = time.monotonic()
    for sent, listing in enumerate(listings(options.seed)):
        time.sleep(max(0, started + sent / options.rate - time.monotonic()))
        if sent > 0 and options.seconds is not None and time.monotonic() - started > options.seconds:
            return
        counts[service.screen(listing)] += 1
        if sys.stdout.isatty():
            print(f"\r{line(counts)}", end="", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Sends synthetic listings to a running service.")
    parser.add_argument("address")
    parser.add_argument("--rate", type=float, default=3, help="listings a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="how long; until it is stopped if not said")
    options = parser.parse_args()
    counts: Counter = Counter()
    # Started behind a shell it would not hear of Ctrl-C, and told to end it still says what it counted.
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.default_int_handler)
    try:
        stream(Service(options.address, os.environ["TOUCHSTONE_KEY"]), options, counts)
    except KeyboardInterrupt:
        pass
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"\nerror: {options.address} does not answer: {error}")
    finally:
        print(f"\r{line(counts)}" if sys.stdout.isatty() else line(counts))


if __name__ == "__main__":
    main()
