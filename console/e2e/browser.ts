/** A browser that notices what nobody should have to: errors on its console, and requests to anywhere else. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { type Browser, chromium, type Page } from "playwright-core";

import { type House, PASSWORD } from "./house";

export const LAPTOP = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
/** Nothing of its own: no updates, no reports, no first visit. */
const QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"];

export const start = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: QUIET });

/** Milliseconds until something must have happened. */
const PATIENCE_MS = 15_000;

export interface Look {
  viewport: { width: number; height: number };
  language: "en" | "zh";
  dark: boolean;
}

export interface Visitor {
  page: Page;
  /** What went wrong on it. */
  faults: string[];
  close: () => Promise<void>;
}

/** A page of somebody who is logged in. */
export async function enter(browser: Browser, house: House, login: string, look: Look): Promise<Visitor> {
  const { viewport, language, dark } = look;
  const context = await browser.newContext({ viewport, locale: language, colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  page.on("console", (message) => {
    // An answer that says no is the server's to give: pages show it.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`page: ${error.message}`));
  page.on("response", (answer) => void (answer.status() >= 500 && faults.push(`${answer.status()} ${answer.url()}`)));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!["data:", "blob:"].includes(protocol) && origin !== house.address) faults.push(`outside: ${request.url()}`);
  });
  await page.goto(`${house.address}/console/`);
  await page.locator('input[autocomplete="username"]').fill(login);
  await page.locator('input[autocomplete="current-password"]').fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: new RegExp(`· ${login}$`) }).waitFor();
  return { page, faults, close: () => context.close() };
}

/** Goes to a page of the console and waits until it has what it shows. */
export async function go(page: Page, house: House, path: string): Promise<void> {
  await page.goto(`${house.address}/console${path}`);
  await settled(page);
}

export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => document.querySelectorAll(".mantine-Skeleton-root, .mantine-Loader-root").length === 0);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds that keeps people out, as "rule: place". */
export async function barriers(page: Page): Promise<string[]> {
  // The page's policy lets no script in but its own; the test's own door is beside it.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } };
    interface Violation { id: string; impact: string; nodes: { target: string[]; failureSummary?: string }[] }
    const { violations } = await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    return grave.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary ?? ""}`).join(" | ")}`);
  });
}
