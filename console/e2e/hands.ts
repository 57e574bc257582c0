/** Two ways to do the same: with the mouse, and with nothing but the keyboard. */
import type { Locator, Page } from "playwright-core";

export interface Hands {
  press: (what: Locator) => Promise<void>;
  write: (what: Locator, text: string) => Promise<void>;
  choose: (what: Locator, value: string) => Promise<void>;
  /** Another of the tabs. */
  turn: (to: Locator) => Promise<void>;
  /** The first that a list offers. */
  pick: (what: Locator) => Promise<void>;
}

export const mouse = (page: Page): Hands => ({
  press: (what) => what.click(),
  turn: (to) => to.click(),
  write: (what, text) => what.fill(text),
  choose: async (what, value) => void (await what.selectOption(value)),
  pick: async (what) => {
    await what.click();
    await page.getByRole("listbox").getByRole("option").first().click();
  },
});

/** Steps of the tabulator until it must have come round. */
const STEPS_MAX = 250;

export function keyboard(page: Page): Hands {
  const reach = async (what: Locator) => {
    await what.waitFor();
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      if (await what.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`the keyboard does not reach ${what}`);
  };
  return {
    press: async (what) => {
      await reach(what);
      await page.keyboard.press("Enter");
    },
    turn: async (to) => {
      // Among tabs one is reached, and the arrows lead to the others.
      await reach(page.getByRole("tab", { selected: true }));
      for (let steps = 0; (await to.getAttribute("aria-selected")) !== "true"; steps++) {
        if (steps > STEPS_MAX) throw new Error(`the arrows do not reach ${to}`);
        await page.keyboard.press("ArrowRight");
      }
    },
    write: async (what, text) => {
      await reach(what);
      await page.keyboard.press("Control+A");
      await page.keyboard.type(text);
    },
    choose: async (what, value) => {
      await reach(what);
      await page.keyboard.press("Home");
      for (let steps = 0; (await what.inputValue()) !== value; steps++) {
        if (steps > 50) throw new Error(`no ${value} in ${what}`);
        await page.keyboard.press("ArrowDown");
      }
    },
    pick: async (what) => {
      await reach(what);
      await page.keyboard.press("ArrowDown");
      await page.getByRole("listbox").getByRole("option").first().waitFor();
      if ((await page.locator("[role=option][data-combobox-selected]").count()) === 0) await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
    },
  };
}
