import { describe, expect, test } from "vitest";

import { differences } from "./past";

describe("what an earlier version said", () => {
  test("only fields that changed are shown, word by word", () => {
    const changes = differences({ title: "Leather bag, brown", price: "40.00 EUR" }, { title: "Gucci leather bag, brown", price: "40.00 EUR" });
    expect(changes.map(({ field }) => field)).toEqual(["title"]);
    const parts = changes[0]?.parts ?? [];
    expect(parts.filter((part) => part.added).map((part) => part.value.trim())).toContain("Gucci");
    expect(parts.filter((part) => !part.added).map((part) => part.value).join("")).toBe("Leather bag, brown");
  });

  test("what sets no spaces is cut into words all the same", () => {
    const [change] = differences({ title: "真皮手提包" }, { title: "真皮钱包" });
    expect(change?.parts.some((part) => !part.added && !part.removed && part.value.includes("真皮"))).toBe(true);
  });
});
