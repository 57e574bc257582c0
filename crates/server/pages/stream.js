// Shows the last decisions as they come in, for a key that may read.
"use strict";

const SHOWN = 12, EVERY_MS = 2000;
const list = $("decisions"), note = $("stream-note");
/** Rows by decision, so that each listing is asked for once. */
const rows = new Map();
/** The key that was refused; it is not tried again. */
let refused = "";

async function ask(path) {
  const response = await fetch(path, { headers: { authorization: `Bearer ${$("key").value}` } });
  const answer = await response.json();
  if (!response.ok) throw answer;
  return answer;
}

/** What the listing says, if that is still what was decided on: else the places would not fit. */
async function contentOf({ marketplace, seller_id, listing_id, hashes }) {
  const path = [marketplace, seller_id, listing_id].map((part) => encodeURIComponent(part || "-")).join("/");
  const { listing_hash, content } = await ask(`/v1/listings/${path}`);
  return hashes.listing === listing_hash ? content : undefined;
}

async function row(answer) {
  const { decision } = answer;
  const listing = await contentOf(decision);
  const places = decision.reasons.flatMap((reason) => reason.evidence).filter((place) => place.field === "title");
  const title = listing ? marked(textOf(listing, "title"), places) : [`${decision.listing_id}, changed since`];
  const button = el("button", { type: "button", class: "title" }, ...title);
  if (listing) button.addEventListener("click", () => { show(listing, answer); $("answer").scrollIntoView({ block: "nearest" }); });
  const from = el("span", { class: "from" }, new Date(answer.decided_at).toLocaleTimeString());
  if (decision.marketplace) from.prepend(el("span", { class: "tag" }, decision.marketplace), " ");
  const made = el("li", {}, el("span", { class: `verdict ${decision.verdict}` }, decision.verdict), button, from);
  if (decision.reasons.length) made.append(el("span", { class: "reason" }, decision.reasons[0].message));
  return made;
}

async function refresh() {
  const { items } = await ask(`/v1/decisions?limit=${SHOWN}`);
  for (const item of items) if (!rows.has(item.decision_id)) rows.set(item.decision_id, await row(item));
  const shown = items.map((item) => item.decision_id);
  for (const id of rows.keys()) if (!shown.includes(id)) rows.delete(id);
  list.replaceChildren(...shown.map((id) => rows.get(id)));
  note.textContent = items.length ? "" : "none yet";
}

/** Stands still while nobody looks, and under the pointer or the focus, so that a row can be chosen. */
async function tick() {
  const key = $("key").value;
  const still = document.hidden || $("stream").matches(":hover, :focus-within");
  if (key && key !== refused && !still) {
    try {
      $("stream").hidden = false;
      await refresh();
    } catch (problem) {
      note.textContent = problem.detail ?? "the server does not answer";
      if (problem.code === "forbidden" || problem.code === "unauthenticated") { refused = key; list.replaceChildren(); rows.clear(); }
    }
  }
  setTimeout(tick, EVERY_MS);
}

tick();
