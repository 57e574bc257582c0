/** A browser that notices what nobody should have to: errors on its console, and requests to anywhere else. */
import { chromium } from "playwright-core";

import { PASSWORD } from "./house.mjs";

export const LAPTOP = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** Nothing of its own: no updates, no reports, no first visit. */
const QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"];

export const start = () => chromium.launch({ executablePath: CHROMIUM, args: QUIET });

/** A page of somebody who is logged in; `faults` is what went wrong on it. */
export async function enter(browser, house, login, { viewport = LAPTOP, language = "en", dark = false } = {}) {
  const context = await browser.newContext({ viewport, locale: language, colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    // An answer that says no is the server's to give: pages show it.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`page: ${error.message}`));
  page.on("response", (answer) => answer.status() >= 500 && faults.push(`${answer.status()} ${answer.url()}`));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!["data:", "blob:"].includes(protocol) && origin !== house.address) faults.push(`outside: ${request.url()}`);
  });
  await page.goto(`${house.address}/console/`);
  await page.getByLabel(/^(Login|账号)/).fill(login);
  await page.locator('input[autocomplete="current-password"]').fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: new RegExp(`· ${login}$`) }).waitFor();
  return { page, faults, close: () => context.close() };
}

/** Goes to a page of the console and waits until it has what it shows. */
export async function go(page, house, path) {
  await page.goto(`${house.address}/console${path}`);
  await settled(page);
}

export async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => document.querySelectorAll(".mantine-Skeleton-root, .mantine-Loader-root").length === 0);
}
