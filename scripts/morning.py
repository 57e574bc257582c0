"""Sends a service what came in this morning: sellers, a feed, and listings with their pictures.

usage: python3 scripts/morning.py ADDRESS KEY FEED.jsonl SELLERS.jsonl PICTURED.jsonl IMAGES
"""

import json
import sys
import urllib.request
import uuid
from pathlib import Path


def lines(path: str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines() if line]


def send(address: str, key: str, body: bytes, kind: str) -> None:
    request = urllib.request.Request(address, body, {"Authorization": f"Bearer {key}", "Content-Type": kind})
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()


def form(listing: dict, picture: Path) -> tuple[bytes, str]:
    """A listing with its picture, as a browser would send a form."""
    border = uuid.uuid4().hex
    head = f'--{border}\r\nContent-Disposition: form-data; name="listing"\r\n\r\n{json.dumps(listing)}\r\n'
    file = f'--{border}\r\nContent-Disposition: form-data; name="picture"; filename="{picture.name}"\r\n\r\n'
    body = head.encode() + file.encode() + picture.read_bytes() + f"\r\n--{border}--\r\n".encode()
    return body, f"multipart/form-data; boundary={border}"


def main() -> None:
    address, key, feed, sellers, pictured, images = sys.argv[1:]
    json_kind = "application/json"
    send(f"{address}/v1/sellers", key, json.dumps(lines(sellers)).encode(), json_kind)
    send(f"{address}/v1/screen", key, json.dumps(lines(feed)).encode(), json_kind)
    for listing in lines(pictured):
        picture = Path(images) / Path(listing["image_link"]).name
        send(f"{address}/v1/screen/form", key, *form(listing, picture))


if __name__ == "__main__":
    main()
