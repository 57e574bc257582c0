/**
 * Fifty items by keyboard alone: one key each, and how long it takes from the key until the next listing stands there.
 * The times are said, not judged: machines differ.
 */
import { expect, test } from "vitest";

import { enter, go, LAPTOP, start } from "./browser";
import { type House, JSON_TYPE, open } from "./house";

const ITEMS = 50;
/** What a reviewer presses, by what the listing says. */
const KEY: Record<string, string> = { fake: "f", genuine: "g" };

const title = (number: number, kind: string) => `Gucci Marmont bag ${kind} ${number}, top quality, ask on whatsapp`;

async function fill(house: House): Promise<void> {
  const listings = Array.from({ length: ITEMS }, (_, number) => ({
    marketplace: "plaza",
    seller_id: `many-${number}`,
    id: `m-${number}`,
    title: title(number, number % 3 === 0 ? "genuine" : "fake"),
    price: `${400 + number}.00 EUR`,
    condition: "new",
  }));
  const answer = await house.send("/v1/screen", JSON.stringify(listings), JSON_TYPE);
  const verdicts = (answer["items"] as { decision: { verdict: string } }[]).map((item) => item.decision.verdict);
  expect(verdicts.filter((verdict) => verdict === "review").length).toBe(ITEMS);
}

test("fifty items take one key each", async () => {
  const [house, browser] = [await open(), await start()];
  await fill(house);
  const { page, faults } = await enter(browser, house, "anna", { viewport: LAPTOP, language: "en", dark: false });
  await go(page, house, "/review/general");
  const shown = page.locator("p", { hasText: /Gucci Marmont bag (fake|genuine) \d+,/ }).first();
  await shown.waitFor();
  let keys = 0;
  const times: number[] = [];
  const seen = new Set<string>();
  for (let item = 1; item <= ITEMS; item++) {
    const said = await shown.innerText();
    seen.add(said);
    const key = KEY[said.includes("genuine") ? "genuine" : "fake"] ?? "";
    // The page itself takes the time: what this process and the browser say to each other is none of it.
    const took = await page.evaluate(async ([key, before, last]) => {
      const text = () => [...document.querySelectorAll("p")].map((one) => one.textContent ?? "").find((one) => /^Gucci Marmont bag (fake|genuine) \d+,/.test(one)) ?? "";
      const began = performance.now();
      window.dispatchEvent(new KeyboardEvent("keydown", { key: key ?? "", bubbles: true }));
      while (!last && (text() === "" || text() === before)) {
        if (performance.now() - began > 10_000) throw new Error(`after ${before}: ${document.querySelector("main")?.textContent ?? ""}`);
        await new Promise((frame) => requestAnimationFrame(frame));
      }
      return performance.now() - began;
    }, [key, said, item === ITEMS ? "last" : ""]);
    keys += 1;
    if (item < ITEMS) times.push(took);
  }
  expect(seen.size).toBe(ITEMS);
  expect(keys).toBeLessThanOrEqual(3 * ITEMS);
  expect(faults).toEqual([]);
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.floor(share * (times.length - 1))] ?? 0);
  console.log(`next listing after the key, ${times.length} times: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`);
  await browser.close();
  await house.close();
});
