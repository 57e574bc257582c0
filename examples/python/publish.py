"""Screens listings in the publish flow, with the client that is generated from docs/openapi.json.

usage: python publish.py ADDRESS KEY        the key needs the scopes screen, read and outcomes
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx

from touchstone_client import AuthenticatedClient
from touchstone_client.api.decisions import get_seller_statement
from touchstone_client.api.outcomes import report_outcomes
from touchstone_client.api.screening import screen
from touchstone_client.models import (
    Envelope,
    ErrorCode,
    FailedItem,
    Finding,
    ItemAnswers,
    ListingItem,
    Meanwhile,
    NewOutcome,
    OutcomeKind,
    Problem,
    SellerStatement,
    Verdict,
)
from touchstone_client.types import Response

# Answers after which the same call may succeed; of the others it never will.
WORTH_ANOTHER_TRY = {408, 429, 500, 502, 503, 504}
TRIES = 8


class Refused(Exception):
    """The server says that the call can't be done as it stands."""

    def __init__(self, problem: Problem):
        super().__init__(f"{problem.code}: {problem.detail}")
        self.problem = problem


def call(send: Callable[[], Response[Any]]) -> Any:
    """Sends until there is an answer. `send` must send the same bytes under the same key each time."""
    for tried in range(TRIES):
        try:
            response = send()
        except (httpx.TransportError, json.JSONDecodeError) as error:
            # Lost on the way, or a proxy spoke. Whether we were heard is not known, and need not be: under the same
            # key a decision that was made is told again.
            wait, why = min(0.1 * 2**tried, 10), type(error).__name__
        else:
            if response.status_code not in WORTH_ANOTHER_TRY:
                break
            wait, why = float(response.headers.get("Retry-After", "1")), str(response.status_code)
        print(f"{why}, again in {wait} s", file=sys.stderr)
        time.sleep(wait)
    else:
        # Now the publish flow fails open or closed: see docs/service.md.
        raise TimeoutError(f"no answer in {TRIES} tries")
    if isinstance(response.parsed, Problem):
        raise Refused(response.parsed)
    return response.parsed


def decide(client: AuthenticatedClient, listing: ListingItem, version: int) -> Envelope:
    """The decision on one version of a listing. The key is made of both, so that it outlives this process."""
    key = f"{listing.id}-v{version}"
    return call(lambda: screen.sync_detailed(client=client, body=listing, idempotency_key=key))


def act(answer: Envelope) -> str:
    """What the marketplace does with the listing."""
    if answer.decision.verdict == Verdict.ALLOW:
        return "publish"
    if answer.decision.verdict == Verdict.BLOCK:
        return "keep back"
    hours, then = answer.decision.review.hours, answer.review.then.replace("_", " ")
    meanwhile = "show" if answer.review.listing == Meanwhile.LIVE else "hold"
    return f"{meanwhile} while a person looks; after {hours} hours without an answer {then}"


def tell_the_seller_what_is_wrong(problem: Problem) -> str:
    """Codes are stable: what to do hangs on them, never on the words."""
    if problem.code == ErrorCode.BAD_LISTING:
        return "; ".join(f"{fault.field}: {fault.hint}" for fault in problem.errors)
    if problem.code == ErrorCode.IDEMPOTENCY_KEY_REUSED:
        return "a programming mistake: a new version needs a new key"
    raise Refused(problem)


def publish(client: AuthenticatedClient, listing: ListingItem, version: int) -> Envelope | None:
    """The publish flow: decide, then act, or say why neither is possible."""
    try:
        answer = decide(client, listing, version)
    except Refused as refused:
        print(f"{listing.id}: not taken, {tell_the_seller_what_is_wrong(refused.problem)}")
        return None
    print(f"{listing.id}: {act(answer)}")
    return answer


def publish_many(client: AuthenticatedClient, listings: list[ListingItem], key: str) -> None:
    """Up to 1,000 in one call. Answers stand in the order of the listings; one that has a mistake spoils no other."""
    answers: ItemAnswers = call(lambda: screen.sync_detailed(client=client, body=listings, idempotency_key=key))
    for listing, answer in zip(listings, answers.items, strict=True):
        if isinstance(answer, FailedItem):
            print(f"{listing.id}: not taken, {tell_the_seller_what_is_wrong(answer.error)}")
        else:
            print(f"{listing.id}: {act(answer)}")


def show_to_seller(client: AuthenticatedClient, answer: Envelope) -> None:
    """Grounds and cure, in the seller's language. Never show a seller the decision itself: it tells how it was caught."""
    face: SellerStatement = call(lambda: get_seller_statement.sync_detailed(answer.decision_id, client=client, lang="en"))
    print(f"to the seller of {face.listing_id} ({face.status}):", *face.statement, face.cure or "", sep="\n  ")


def main(address: str, key: str) -> None:
    """A morning at a marketplace."""
    with AuthenticatedClient(base_url=address, token=key, timeout=httpx.Timeout(15)) as client:
        publish(client, ListingItem(id="p-1", title="Canvas bag", price="25.00 USD"), 1)
        disguised = publish(client, ListingItem(id="p-2", title="F_e_n_d_i B.a.g.u.e.t.t.e bag", price="195.00 EUR"), 1)
        blocked = publish(client, ListingItem(id="p-3", title="Fendi Baguette bag replica", price="195.00 EUR"), 1)
        publish(client, ListingItem(id="p-1", title="Canvas bag, blue", price="25.00 USD"), 1)
        publish(client, ListingItem(id="p-4", title="Canvas bag", price="about twenty"), 1)
        batch = [ListingItem(id="p-5", title="Jute bag", price="12 USD"), ListingItem(id="p-6", title="Jute bag", price="12")]
        publish_many(client, batch, "morning-1")
        show_to_seller(client, disguised)
        finding = NewOutcome(
            decision_id=blocked.decision_id, kind=OutcomeKind.TEST_PURCHASE, finding=Finding.COUNTERFEIT
        )
        taken = call(lambda: report_outcomes.sync_detailed(client=client, body=finding))
        print(f"outcomes told: {taken.accepted}")


if __name__ == "__main__":
    main(*sys.argv[1:])
