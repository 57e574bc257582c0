/**
 * A day's work by hand: three listings fall with one decision and come back, a shop is closed by two, reads why, shows a
 * letter, appeals; somebody else reverses it, and the same goods go up again. Once with the mouse on a laptop in English,
 * once with the keyboard on a phone's width in Chinese.
 */
import { join } from "node:path";

import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { NEW_RULE } from "../src/rules/example";
import { en, type Word } from "../src/words/en";
import { fill } from "../src/words";
import { zh } from "../src/words/zh";
import { barriers, enter, go, LAPTOP, type Look, PHONE, settled, start, type Visitor } from "./browser";
import { type Hands, keyboard, mouse } from "./hands";
import { COPIES, type House, JSON_TYPE, open } from "./house";

let browser: Browser;
beforeAll(async () => {
  browser = await start();
});
afterAll(() => browser.close());

const WAYS: { name: string; look: Look; hands: (page: Page) => Hands }[] = [
  { name: "with the mouse, on a laptop, in English", look: { viewport: LAPTOP, language: "en", dark: false }, hands: mouse },
  { name: "with the keyboard, on a phone, in Chinese", look: { viewport: PHONE, language: "zh", dark: true }, hands: keyboard },
];

describe.each(WAYS)("a day $name", ({ look, hands }) => {
  const words = look.language === "en" ? en : zh;
  const say = (word: Word, filled: Record<string, string> = {}) => fill(words[word], filled);
  let house: House;
  const visitors: Visitor[] = [];
  beforeAll(async () => {
    house = await open();
  });
  afterAll(async () => {
    for (const visitor of visitors) {
      if (process.env["SCREENS"]) await visitor.page.screenshot({ path: `${process.env["SCREENS"]}/last-${visitors.indexOf(visitor)}-${look.language}.png` });
      await visitor.close();
    }
    await house?.close();
  });

  async function visit(login: string) {
    const visitor = await enter(browser, house, login, look);
    visitors.push(visitor);
    const { page } = visitor;
    const button = (word: Word, filled?: Record<string, string>): Locator => page.getByRole("button", { name: say(word, filled), exact: true });
    const field = (word: Word): Locator => page.getByLabel(new RegExp(`^${say(word).replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}( \\*)?$`));
    return { ...visitor, button, field, ...hands(page) };
  }

  /** Nobody is kept out, and nothing went wrong unseen. */
  async function clean({ page, faults }: Visitor) {
    await settled(page);
    expect.soft(await barriers(page)).toEqual([]);
    expect.soft(faults).toEqual([]);
  }

  test("three fall with one decision, which is taken back", async () => {
    const anna = await visit("anna");
    await go(anna.page, house, "/queues");
    await clean(anna);
    await anna.press(anna.page.getByRole("link", { name: say("queues.take") }).first());
    await anna.page.getByText(COPIES[0]?.title ?? "").first().waitFor();
    await clean(anna);
    await anna.page.keyboard.press("a");
    await anna.press(anna.button("alike.fake"));
    const decide = anna.button("alike.decide", { verdict: say("review.fake"), count: "3" });
    await decide.waitFor();
    await clean(anna);
    await anna.press(decide);
    await anna.page.getByText(say("alike.decided", { count: "3" })).waitFor();
    await anna.press(anna.button("alike.undo"));
    await anna.page.getByText(say("alike.decided", { count: "3" })).waitFor({ state: "detached" });
  });

  test("a fake is taken down with what its seller is told", async () => {
    const anna = await visit("anna");
    await go(anna.page, house, "/review/general");
    await anna.page.getByText(COPIES[0]?.title ?? "").first().waitFor();
    await anna.page.keyboard.press("r");
    await anna.field("telling.facts").waitFor();
    await anna.write(anna.field("telling.facts"), "The bag carries a name that its maker did not give it.");
    await anna.write(anna.field("telling.policy"), "Terms 4.2: no counterfeit goods");
    await anna.press(anna.button("review.remove").last());
    await anna.field("telling.facts").waitFor({ state: "detached" });
    await clean(anna);
  });

  test("a shop is closed by two", async () => {
    const lena = await visit("lena");
    await go(lena.page, house, "/sellers/plaza/copy-corner");
    await clean(lena);
    await lena.press(lena.button("seller.act"));
    await lena.choose(lena.field("action.measure"), "close");
    await lena.choose(lena.field("action.exception"), "legal_duty");
    await lena.pick(lena.field("action.evidence").and(lena.page.locator("input")));
    await lena.write(lena.field("telling.facts"), "Copies were offered again and again.");
    await lena.write(lena.field("telling.policy"), "Terms 9");
    await lena.press(lena.button("action.dry"));
    await lena.page.getByText(say("action.dry.title")).waitFor();
    await clean(lena);
    await lena.press(lena.button("action.impose"));
    await lena.press(lena.button("approval.ask"));
    await lena.page.getByText(say("approval.needed")).waitFor({ state: "detached" });
    const mara = await visit("mara");
    await go(mara.page, house, "/enforcement");
    await clean(mara);
    await mara.press(mara.button("approval.yes"));
    await mara.button("approval.yes").waitFor({ state: "detached" });
    await go(lena.page, house, "/enforcement");
    await lena.press(lena.button("approval.go"));
    await lena.button("approval.go").waitFor({ state: "detached" });
    await go(lena.page, house, "/sellers/plaza/copy-corner");
    await lena.page.getByText(say("access.closed")).first().waitFor();
    await clean(lena);
  });

  test("the shop reads why, shows a letter and appeals", async () => {
    const shop = await visit("shop");
    await shop.page.getByText("Copies were offered again and again.").first().waitFor();
    await clean(shop);
    const letter = { name: "letter.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 copy-corner sells our bags.") };
    await shop.page.locator('input[type="file"]').setInputFiles(letter);
    await shop.page.getByRole("cell", { name: "letter.pdf" }).waitFor();
    const card = shop.page.locator(".mantine-Card-root", { hasText: "Copies were offered again and again." });
    await shop.write(card.getByLabel(say("portal.appeal.text")), "They are genuine.");
    await shop.pick(card.getByRole("combobox", { name: say("portal.appeal.proof") }));
    await shop.press(card.getByRole("button", { name: say("portal.appeal"), exact: true }));
    await shop.page.getByText(say("portal.filed")).waitFor();
    await clean(shop);
  });

  test("somebody else reverses it, what is left is undone, and the same goods go up again", async () => {
    const nora = await visit("nora");
    await go(nora.page, house, "/appeals");
    await nora.press(nora.button("appeals.hear"));
    await nora.write(nora.field("appeals.reasons"), "The letter is the brand's.");
    await nora.write(nora.field("listing.brand"), "gucci");
    await clean(nora);
    await nora.press(nora.button("appeals.reverse"));
    await nora.button("appeals.reverse").waitFor({ state: "detached" });
    await go(nora.page, house, "/sellers/plaza/copy-corner");
    // Only the closing falls with the appeal: what was taken down before stands, with what followed from it.
    await nora.page.getByText(say("access.no_new_listings")).first().waitFor();
    const taken = nora.page.getByRole("row", { name: new RegExp(say("measure.remove")) });
    await nora.press(taken.getByRole("button", { name: say("action.undo") }));
    await nora.write(nora.field("why"), "the letter names this bag too");
    await nora.press(nora.page.getByRole("dialog").getByRole("button", { name: say("action.undo"), exact: true }));
    await nora.page.getByText(say("access.full")).first().waitFor();
    await clean(nora);
    const again = await house.send("/v1/screen", JSON.stringify({ ...COPIES[1], title: "Gucci Marmont bag" }), JSON_TYPE);
    expect(again["decision"]).toMatchObject({ verdict: "allow", signals: { seller_authorised: true } });
  });

  test("a rule is tried before it bites", async () => {
    const ada = await visit("ada");
    await go(ada.page, house, "/rules");
    await ada.press(ada.button("rules.new"));
    await ada.page.getByText(say("rules.sound", { tests: "2" })).waitFor();
    await clean(ada);
    const text = ada.field("rules.text");
    const rule = NEW_RULE.text.replace('mode = "shadow"', 'mode = "enforce"');
    const write = async (rule: string) => {
      await text.focus();
      await ada.page.keyboard.press("Control+A");
      await ada.page.keyboard.press("Delete");
      await ada.page.keyboard.insertText(rule);
    };
    await write(rule.replace("brand_claimed IS", "brand_claimd IS"));
    await ada.page.getByText(say("rules.wrong")).waitFor();
    await ada.page.getByText(/brand_claimd/).first().waitFor();
    // A signal is offered while its name is written.
    await ada.page.keyboard.press("Control+End");
    await ada.page.keyboard.type("given = { replica_v");
    await ada.page.getByRole("option", { name: /replica_vocabulary/ }).waitFor();
    await ada.page.keyboard.press("Escape");
    // Whoever names a brand is looked at: that is more than were.
    const broad = rule.replace(" AND replica_vocabulary = 'strong'", "").replace('evidence = ["replica_vocabulary"]', 'evidence = ["brand_claimed"]');
    await write(broad);
    await ada.page.getByText(say("rules.sound", { tests: "2" })).waitFor();
    await ada.press(ada.button("rules.try", { count: "2000" }));
    await ada.page.getByText(say("rules.examples")).waitFor();
    await clean(ada);
  });

  test("a listing is found by what it says and by what it shows", async () => {
    const lena = await visit("lena");
    await go(lena.page, house, "/listings");
    await lena.write(lena.field("listings.words"), "marmont whats");
    await lena.page.getByRole("link", { name: COPIES[1]?.title ?? "" }).first().waitFor();
    await clean(lena);
    const picture = join(import.meta.dirname, "../../fixtures/demo/images", "watch.png");
    await lena.page.locator('input[type="file"]').setInputFiles(picture);
    await lena.page.getByRole("cell", { name: "time-corner" }).waitFor();
    await clean(lena);
  });

  test("a title is tried on what is known", async () => {
    const ada = await visit("ada");
    await go(ada.page, house, "/knowledge");
    await ada.write(ada.field("listing.title"), "R o l e x Submariner, 1:1 replica");
    await ada.page.locator("mark", { hasText: "R o l e x" }).waitFor();
    await ada.page.getByRole("cell", { name: say("how.separated") }).waitFor();
    await clean(ada);
    await ada.turn(ada.page.getByRole("tab", { name: say("knowledge.brands"), exact: true }));
    await ada.write(ada.field("knowledge.find"), "rolex");
    await ada.press(ada.page.getByRole("button", { name: /^Rolex/ }).first());
    await ada.page.getByText(say("brand.prices")).waitFor();
    await clean(ada);
    await ada.turn(ada.page.getByRole("tab", { name: say("knowledge.words"), exact: true }));
    await ada.page.getByText(new RegExp(say("term.replica"))).first().waitFor();
    await clean(ada);
  });

  test("every other page opens, and keeps nobody out", async () => {
    const PAGES: Record<string, string[]> = {
      lena: ["/", "/listings", "/listings/plaza/time-corner/i-303", "/sellers", "/cases", "/proof", "/rules", "/banks", "/knowledge", "/settings"],
      audit: ["/", "/audit", "/rules"],
      ada: ["/", "/rules"],
      admin: ["/", "/settings"],
    };
    for (const [login, pages] of Object.entries(PAGES)) {
      const visitor = await visit(login);
      for (const path of pages) {
        await go(visitor.page, house, path);
        expect.soft(await barriers(visitor.page), `${login} on ${path}`).toEqual([]);
      }
      expect.soft(visitor.faults).toEqual([]);
    }
  });

  test("the trail of the day verifies", async () => {
    expect(house.run(["audit", "verify"])).toBeDefined();
  });
});
