/**
 * A reviewer's fifty golden items, mixed among as many others, by keyboard alone: one key each, and how long it takes from
 * the key until the next listing stands there. The times are said, not judged: machines differ.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { enter, go, LAPTOP, start } from "./browser";
import { asPerson, type House, JSON_TYPE, open } from "./house";

const GOLDEN = 50;
const NUMBERED = /(fake|genuine) \d+,/;

interface Answer {
  items: { decision_id: string; decision: { verdict: string } }[];
}

const kind = (number: number) => (number % 3 === 0 ? "genuine" : "fake");
const listing = (number: number, id: string, title: string) => ({
  marketplace: "plaza", seller_id: `${id}-${number}`, id: `${id}-${number}`, title, price: `${400 + number}.00 EUR`, condition: "new",
});

async function screened(house: House, listings: object[], verdict: string): Promise<string[]> {
  const { items } = (await house.send("/v1/screen", JSON.stringify(listings), JSON_TYPE)) as unknown as Answer;
  expect(items.map((item) => item.decision.verdict)).toEqual(items.map(() => verdict));
  return items.map((item) => item.decision_id);
}

/** Listings whose answer is known; then as many that screening is not sure of, beside each of which one of them is put. */
async function fill(house: House): Promise<void> {
  const numbers = Array.from({ length: GOLDEN }, (_, number) => number);
  const known = await screened(house, numbers.map((number) => listing(number, "known", `Garden chair of steel, ${kind(number)} ${number}, green`)), "allow");
  const lead = await asPerson(house, "lena");
  for (const [number, decision_id] of known.entries()) {
    await lead("/v1/golden", { decision_id, known: kind(number), reason: "test_purchase" });
  }
  await screened(house, numbers.map((number) => listing(number, "other", `Gucci Marmont bag ${kind(number)} ${number}, top quality, ask on whatsapp`)), "review");
}

/** From each key until another listing stands there, as the page itself sees it. */
async function watch(page: Page): Promise<void> {
  await page.evaluate((numbered) => {
    const times: number[] = [];
    const text = () => [...document.querySelectorAll("p")].map((one) => one.textContent ?? "").find((one) => new RegExp(numbered).test(one)) ?? "";
    Object.assign(globalThis, { times });
    window.addEventListener("keydown", () => {
      const [before, began] = [text(), performance.now()];
      const look = () => {
        if (text() !== "" && text() !== before) times.push(performance.now() - began);
        else if (performance.now() - began < 10_000) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, true);
  }, NUMBERED.source);
}

test("a hundred items, half of them golden, take one key each", async () => {
  const review = await mkdtemp(join(tmpdir(), "touchstone-golden-"));
  await writeFile(join(review, "review.toml"), "schema = 1\nageing_hours = 6\nsecond_per_million = 0\ngolden_per_million = 1000000\n");
  const [house, browser] = [await open(review), await start()];
  await fill(house);
  const { page, faults } = await enter(browser, house, "anna", { viewport: LAPTOP, language: "en", dark: false });
  await go(page, house, "/review/general");
  const shown = page.locator("p", { hasText: NUMBERED }).first();
  await watch(page);
  const keys = new Map<string, number>();
  const golden = () => [...keys.keys()].filter((said) => said.startsWith("Garden")).length;
  while (golden() < GOLDEN) {
    await shown.waitFor();
    const said = await shown.innerText();
    keys.set(said, (keys.get(said) ?? 0) + 1);
    await page.keyboard.press(said.includes("genuine") ? "g" : "f");
    if (golden() < GOLDEN) await page.waitForFunction(([source = "", before]) => {
      const now = [...document.querySelectorAll("p")].map((one) => one.textContent ?? "").find((one) => new RegExp(source).test(one));
      return now !== undefined && now !== before;
    }, [NUMBERED.source, said]);
  }
  const times = await page.evaluate(() => (globalThis as unknown as { times: number[] }).times);
  expect(Math.max(...keys.values())).toBeLessThanOrEqual(3);
  expect(faults).toEqual([]);
  // The last one is on its way for as long as it could be taken back.
  await page.goto(`${house.address}/console/queues`);
  await page.getByText(`${GOLDEN} of ${GOLDEN}`).waitFor();
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.floor(share * (times.length - 1))] ?? 0);
  console.log(`next listing after the key, ${times.length} times: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`);
  await browser.close();
  await house.close();
  await rm(review, { recursive: true });
});
