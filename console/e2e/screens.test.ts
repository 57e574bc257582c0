/** Every page as a picture, light and dark, on what came in this morning: `make screenshots` writes them into SCREENS. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Browser } from "playwright-core";
import { expect, test } from "vitest";

import { enter, go, LAPTOP, PHONE, settled, start } from "./browser";
import { type House, open } from "./house";

const FOLDER = process.env["SCREENS"];

/** Who looks at what. */
const PAGES: Record<string, Record<string, string>> = {
  lena: {
    overview: "/", queues: "/queues", review: "/review/general", listings: "/listings", listing: "/listings/plaza/time-corner/i-303",
    sellers: "/sellers", seller: "/sellers/plaza/copy-corner", cases: "/cases", enforcement: "/enforcement", appeals: "/appeals",
    proof: "/proof", banks: "/banks", knowledge: "/knowledge",
  },
  audit: { audit: "/audit" },
  ada: { rules: "/rules" },
  admin: { settings: "/settings" },
  shop: { portal: "/" },
};

/** A reviewer takes a fake down, so that its shop has something to read. */
async function something(house: House, browser: Browser): Promise<void> {
  const { page, close } = await enter(browser, house, "anna", { viewport: LAPTOP, language: "en", dark: false });
  await go(page, house, "/review/general");
  await page.keyboard.press("r");
  await page.getByLabel(/^By which rule/).fill("Terms 4.2: no counterfeit goods");
  await settled(page);
  await page.getByRole("dialog").getByRole("button", { name: "Fake, take down" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await close();
}

test.skipIf(!FOLDER)("pages are drawn", async () => {
  const folder = FOLDER ?? "";
  mkdirSync(folder, { recursive: true });
  const [house, browser] = [await open(), await start()];
  const wrong: string[] = [];
  await something(house, browser);
  for (const [shade, dark] of [["light", false], ["dark", true]] as const) {
    for (const [login, pages] of Object.entries(PAGES)) {
      const { page, faults, close } = await enter(browser, house, login, { viewport: LAPTOP, language: "en", dark });
      for (const [name, path] of Object.entries(pages)) {
        await go(page, house, path);
        await page.screenshot({ path: join(folder, `${name}-${shade}.png`) });
      }
      wrong.push(...faults);
      await close();
    }
  }
  const phone = await enter(browser, house, "lena", { viewport: PHONE, language: "zh", dark: false });
  await go(phone.page, house, "/review/general");
  await settled(phone.page);
  await phone.page.screenshot({ path: join(folder, "review-phone-zh.png") });
  await browser.close();
  await house.close();
  expect(wrong).toEqual([]);
});
