import { expect, test } from "vitest";

import type { Schemas } from "../api/client";
import { merged } from "./merge";

const stretch = (count: number, next?: string): Schemas["Backtest"] => ({
  decisions: 100, fires: count, fired: 1,
  changes: [{ from: "allow", to: "review", count }],
  brands: [{ name: "gucci", count }],
  sellers: [{ name: `shop ${count}`, count }],
  examples: [{ decision_id: `${count}`, marketplace: "", seller_id: "", listing_id: "", from: "allow", to: count > 5 ? "block" : "review", score: count }],
  ...(next && { next }),
});

test("stretches add up, the strictest change first, and go on where the last one ended", () => {
  const all = merged(merged(undefined, stretch(3, "a")), stretch(7));
  expect([all.decisions, all.fires, all.fired, all.next]).toEqual([200, 10, 2, undefined]);
  expect(all.changes).toEqual([{ from: "allow", to: "review", count: 10 }]);
  expect(all.brands).toEqual([{ name: "gucci", count: 10 }]);
  expect(all.sellers.map(({ name }) => name)).toEqual(["shop 7", "shop 3"]);
  expect(all.examples.map(({ to }) => to)).toEqual(["block", "review"]);
});
