// Screens what was pasted, and shows the decision: words highlighted, the score as a waterfall.
"use strict";

const EXAMPLES = {
  "spaced-out name": { id: "try-1", title: "F_e_n_d_i B.a.g.u.e.t.t.e bag", price: "195.00 EUR", condition: "new" },
  "replica said openly": { id: "try-2", title: "Rolex Submariner 1:1 superclone AAA", price: "180 USD", condition: "new" },
  "clean title, telling description": { id: "try-3", title: "Ladies handbag, large", description: "Same factory as Chanel, mirror quality, box and receipt included. Whatsapp for more pictures.", price: "160 USD" },
  "genuine second-hand bag": { id: "try-4", title: "Louis Vuitton Speedy 30, used, with receipt", price: "540 EUR", condition: "used" },
  "case for a phone": { id: "try-5", title: "Silicone case for iPhone 15 Pro, black", price: "9.90 USD", condition: "new" },
};
const INNOCENT = /^(second_hand|provenance|parallel_import|seller_authorised)$/;
const $ = (id) => document.getElementById(id);
const el = (tag, attributes = {}, ...children) => {
  const svg = ["svg", "rect", "line"].includes(tag);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

/** The field as text, as the server read it: trimmed, list items by number. */
function textOf(listing, field, item) {
  const value = listing[field];
  const one = Array.isArray(value) ? value[item ?? 0] : value;
  const said = one && typeof one === "object" ? [one.text, one.answer].filter(Boolean).join("\n") : one;
  return said === undefined || said === null ? "" : String(said).trim();
}

/** Text with marks at byte offsets; where places overlap, the one that begins first is shown. */
function marked(text, places) {
  const bytes = new TextEncoder().encode(text), decoder = new TextDecoder();
  const parts = [];
  let at = 0;
  // A place without bytes means the whole field.
  const whole = places.find((p) => p.end === p.start);
  if (whole) places = [{ ...whole, start: 0, end: bytes.length }];
  for (const { start, end, signal } of places.filter((p) => p.end > p.start).sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < at) continue;
    parts.push(decoder.decode(bytes.slice(at, start)));
    parts.push(el("mark", { title: signal, class: INNOCENT.test(signal) ? "innocent" : "guilty" }, decoder.decode(bytes.slice(start, end))));
    at = end;
  }
  parts.push(decoder.decode(bytes.slice(at)));
  return parts;
}

function fields(listing, decision) {
  const places = decision.reasons.flatMap((reason) => reason.evidence);
  const keys = new Map([["title 0", { field: "title", item: undefined }], ["description 0", { field: "description", item: undefined }]]);
  for (const { field, item } of places) keys.set(`${field} ${item ?? 0}`, { field, item });
  return [...keys.values()].filter(({ field, item }) => textOf(listing, field, item)).map(({ field, item }) => {
    const here = places.filter((p) => p.field === field && (p.item ?? 0) === (item ?? 0));
    return el("p", { class: "field" }, el("b", {}, item === undefined ? field : `${field} ${item + 1}`), ...marked(textOf(listing, field, item), here));
  });
}

/** Bars from the prior to the score, in the order of their size. */
function waterfall(decision) {
  const shares = Object.entries(decision.shares).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  const prior = decision.score - shares.reduce((sum, [, share]) => sum + share, 0);
  const steps = [["prior", prior, 0, prior, "start"]];
  let at = prior;
  for (const [name, share] of shares) { steps.push([name.replaceAll("_", " "), share, at, at + share, share > 0 ? "up" : "down"]); at += share; }
  steps.push(["score", at, 0, at, at > 0 ? "up" : "down"]);
  const low = Math.min(0, ...steps.flatMap((s) => [s[2], s[3]])), high = Math.max(0, ...steps.flatMap((s) => [s[2], s[3]]));
  const x = (value) => ((value - low) / (high - low || 1)) * 1000;
  const grid = el("div", { class: "fall" });
  for (const [name, share, from, to, kind] of steps) {
    const bar = el("svg", { viewBox: "0 0 1000 20", preserveAspectRatio: "none", "aria-hidden": "true" },
      el("line", { class: "zero", x1: x(0), x2: x(0), y1: 0, y2: 20, "vector-effect": "non-scaling-stroke" }),
      el("rect", { class: kind, x: Math.min(x(from), x(to)), width: Math.max(Math.abs(x(to) - x(from)), 2), y: 4, height: 12, rx: 2 }));
    grid.append(el("span", {}, name), bar, el("span", {}, (share > 0 ? "+" : "") + (share / 1e6).toFixed(2)));
  }
  return grid;
}

function show(listing, answer) {
  const { decision } = answer;
  const head = el("p", {}, el("span", { class: `verdict ${decision.verdict}` }, decision.verdict));
  if (decision.class !== "none") head.append(` ${decision.class.replaceAll("_", " ")}`);
  if (answer.review) head.append(` · ${answer.review.listing === "hold" ? "not shown" : "shown"} until ${new Date(answer.review.until).toLocaleString()}`);
  const parts = [head, ...fields(listing, decision)];
  if (decision.reasons.length) {
    parts.push(el("h2", {}, "Why"), el("ul", {}, ...decision.reasons.map((r) => el("li", {}, el("code", {}, r.code), ` ${r.message} `, el("small", {}, r.severity)))));
  }
  if (decision.counterfactual) parts.push(el("p", { class: "note" }, `It would stay up without ${decision.counterfactual.map((s) => s.replaceAll("_", " ")).join(", ")}.`));
  parts.push(el("h2", {}, "Score, log-odds (uncalibrated)"), waterfall(decision));
  parts.push(el("details", {}, el("summary", {}, "The whole decision as JSON"), el("pre", {}, JSON.stringify(answer, null, 2))));
  $("answer").replaceChildren(...parts);
}

function fail(problem) {
  const list = (problem.errors ?? []).map((e) => el("li", {}, `${e.field ? e.field + ": " : ""}${e.detail}${e.hint ? " — " + e.hint : ""}`));
  $("answer").replaceChildren(el("p", {}, el("span", { class: "verdict block" }, "failed"), ` ${problem.detail}`), el("ul", {}, ...list),
    el("p", {}, el("a", { href: problem.type ?? "/errors" }, "what this means")));
}

async function screen(event) {
  event.preventDefault();
  let listing;
  try { listing = JSON.parse($("listing").value); } catch (error) { return fail({ detail: `the listing is no JSON: ${error.message}`, type: "/errors/not_json" }); }
  try {
    const response = await fetch("/v1/screen", { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${$("key").value}` }, body: $("listing").value });
    const answer = await response.json();
    if (!response.ok) return fail(answer);
    if (answer.items) return fail({ detail: "this page shows one listing at a time; send arrays to the API", type: "/docs" });
    show(listing, answer);
  } catch (error) { fail({ detail: `the server does not answer: ${error.message}` }); }
}

const examples = $("examples");
for (const name of Object.keys(EXAMPLES)) examples.append(el("option", {}, name));
const take = () => { $("listing").value = JSON.stringify(EXAMPLES[examples.value], null, 2); };
examples.addEventListener("change", take);
$("form").addEventListener("submit", screen);
take();
// A key behind the # stays in this browser: it is never sent as part of an address.
$("key").value = new URLSearchParams(location.hash.slice(1)).get("key") ?? "";
if (location.hash) history.replaceState(null, "", location.pathname);
