/**
 * Every page as a picture, light and dark, on what came in this morning.
 *
 *   node e2e/screens.mjs PROGRAM FOLDER
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { enter, go, PHONE, settled, start } from "./browser.mjs";
import { open } from "./house.mjs";

const [binary, folder] = process.argv.slice(2);
if (!binary || !folder) throw new Error("usage: node e2e/screens.mjs PROGRAM FOLDER");
const root = join(import.meta.dirname, "../..");

/** Who looks at what. */
const PAGES = {
  lena: {
    overview: "/", queues: "/queues", review: "/review/general", listings: "/listings", listing: "/listings/plaza/time-corner/i-303",
    sellers: "/sellers", seller: "/sellers/plaza/copy-corner", cases: "/cases", enforcement: "/enforcement", appeals: "/appeals",
    proof: "/proof", banks: "/banks",
  },
  audit: { rules: "/rules", audit: "/audit", measures: "/" },
  admin: { people: "/settings" },
};

await mkdir(folder, { recursive: true });
const house = await open({ binary, root });
const browser = await start();
try {
  for (const [shade, dark] of [["light", false], ["dark", true]]) {
    for (const [login, pages] of Object.entries(PAGES)) {
      const { page, faults, close } = await enter(browser, house, login, { dark });
      for (const [name, path] of Object.entries(pages)) {
        await go(page, house, path);
        if (name === "people") await page.getByRole("tab", { name: "People" }).click().then(() => settled(page));
        await page.screenshot({ path: join(folder, `${name}-${shade}.png`) });
      }
      if (faults.length) console.error(login, faults);
      await close();
    }
    const shop = await enter(browser, house, "shop", { dark });
    await settled(shop.page);
    await shop.page.screenshot({ path: join(folder, `portal-${shade}.png`) });
    await shop.close();
  }
  const phone = await enter(browser, house, "lena", { viewport: PHONE, language: "zh" });
  await go(phone.page, house, "/review/general");
  await phone.page.screenshot({ path: join(folder, "review-phone.png") });
} finally {
  await browser.close();
  await house.close();
}
