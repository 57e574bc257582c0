/**
 * Screens listings in the publish flow, with types that are generated from docs/openapi.json.
 *
 * usage: node publish.js ADDRESS KEY        the key needs the scopes screen, read and outcomes
 */
import { setTimeout as sleep } from "node:timers/promises";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Shapes = components["schemas"];
type Touchstone = Client<paths>;
type Answer<T> = { data?: T; error?: Shapes["Problem"]; response: Response };

/** Answers after which the same call may succeed; of the others it never will. */
const WORTH_ANOTHER_TRY = [408, 429, 500, 502, 503, 504];
const TRIES = 8;

/** The server says that the call can't be done as it stands. */
class Refused extends Error {
  constructor(readonly problem: Shapes["Problem"]) {
    super(`${problem.code}: ${problem.detail}`);
  }
}

/** Sends until there is an answer. `send` must send the same bytes under the same key each time. */
async function call<T>(send: () => Promise<Answer<T>>): Promise<T> {
  for (let tried = 0; tried < TRIES; tried++) {
    let wait: number, why: string;
    try {
      const { data, error, response } = await send();
      if (!WORTH_ANOTHER_TRY.includes(response.status)) {
        if (error !== undefined) throw new Refused(error);
        return data as T;
      }
      [wait, why] = [Number(response.headers.get("retry-after") ?? 1), String(response.status)];
    } catch (error) {
      if (!(error instanceof Error) || !["TypeError", "TimeoutError"].includes(error.name)) throw error;
      // Lost on the way. Whether we were heard is not known, and need not be: under the same key a decision that was
      // made is told again.
      [wait, why] = [Math.min(0.1 * 2 ** tried, 10), error.message];
    }
    console.error(`${why}, again in ${wait} s`);
    await sleep(wait * 1000);
  }
  // Now the publish flow fails open or closed: see docs/service.md.
  throw new Error(`no answer in ${TRIES} tries`);
}

/** Sends one listing or many. The time-out is longer than the server's own. */
function screen(client: Touchstone, body: Shapes["ListingOrMany"], key: string): Promise<Shapes["ScreenAnswer"]> {
  const params = { header: { "Idempotency-Key": key } };
  return call(() => client.POST("/v1/screen", { body, params, signal: AbortSignal.timeout(15_000) }));
}

/** The decision on one version of a listing. The key is made of both, so that it outlives this process. */
async function decide(client: Touchstone, listing: Shapes["ListingItem"], version: number): Promise<Shapes["Envelope"]> {
  const answer = await screen(client, listing, `${listing.id}-v${version}`);
  if ("items" in answer) throw new Error("one listing was sent, many were answered");
  return answer;
}

/** What the marketplace does with the listing. */
function act({ decision, review }: Shapes["Envelope"]): string {
  switch (decision.verdict) {
    case "allow":
      return "publish";
    case "block":
      return "keep back";
    case "review": {
      const meanwhile = review?.listing === "live" ? "show" : "hold";
      const then = review?.then.replace("_", " ");
      return `${meanwhile} while a person looks; after ${decision.review?.hours} hours without an answer ${then}`;
    }
  }
}

/** Codes are stable: what to do hangs on them, never on the words. More may be added. */
function tellTheSellerWhatIsWrong(problem: Shapes["Problem"]): string {
  switch (problem.code as Shapes["ErrorCode"]) {
    case "bad_listing":
      return (problem.errors ?? []).map((fault) => `${fault.field}: ${fault.hint}`).join("; ");
    case "idempotency_key_reused":
      return "a programming mistake: a new version needs a new key";
    default:
      throw new Refused(problem);
  }
}

/** The publish flow: decide, then act, or say why neither is possible. */
async function publish(client: Touchstone, listing: Shapes["ListingItem"], version: number) {
  try {
    const answer = await decide(client, listing, version);
    console.log(`${listing.id}: ${act(answer)}`);
    return answer;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.log(`${listing.id}: not taken, ${tellTheSellerWhatIsWrong(error.problem)}`);
    return undefined;
  }
}

/** Up to 1,000 in one call. Answers stand in the order of the listings; one that has a mistake spoils no other. */
async function publishMany(client: Touchstone, listings: Shapes["ListingItem"][], key: string) {
  const answer = await screen(client, listings, key);
  if (!("items" in answer)) throw new Error("many listings were sent, one was answered");
  answer.items.forEach((item, at) => {
    const said = "error" in item ? `not taken, ${tellTheSellerWhatIsWrong(item.error)}` : act(item);
    console.log(`${listings[at]?.id}: ${said}`);
  });
}

/** Grounds and cure, in the seller's language. Never show a seller the decision itself: it tells how it was caught. */
async function showToSeller(client: Touchstone, id: string) {
  const params = { path: { id }, query: { lang: "en" } };
  const face = await call(() => client.GET("/v1/decisions/{id}/seller", { params }));
  console.log([`to the seller of ${face.listing_id} (${face.status}):`, ...face.statement, face.cure ?? ""].join("\n  "));
}

/** A morning at a marketplace. */
async function main(address: string, key: string) {
  const client = createClient<paths>({ baseUrl: address, headers: { authorization: `Bearer ${key}` } });
  await publish(client, { id: "p-1", title: "Canvas bag", price: "25.00 USD" }, 1);
  const disguised = await publish(client, { id: "p-2", title: "F_e_n_d_i B.a.g.u.e.t.t.e bag", price: "195.00 EUR" }, 1);
  const blocked = await publish(client, { id: "p-3", title: "Fendi Baguette bag replica", price: "195.00 EUR" }, 1);
  await publish(client, { id: "p-1", title: "Canvas bag, blue", price: "25.00 USD" }, 1);
  await publish(client, { id: "p-4", title: "Canvas bag", price: "about twenty" }, 1);
  const batch = [{ id: "p-5", title: "Jute bag", price: "12 USD" }, { id: "p-6", title: "Jute bag", price: "12" }];
  await publishMany(client, batch, "morning-1");
  if (disguised) await showToSeller(client, disguised.decision_id);
  if (blocked) {
    const body = { decision_id: blocked.decision_id, kind: "test_purchase", finding: "counterfeit" } as const;
    const taken = await call(() => client.POST("/v1/outcomes", { body }));
    console.log(`outcomes told: ${taken.accepted}`);
  }
}

const [address, key] = process.argv.slice(2);
if (!address || !key) throw new Error("usage: node publish.js ADDRESS KEY");
await main(address, key);
