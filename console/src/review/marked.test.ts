import { expect, test } from "vitest";

import { cut, type Mark } from "./marked";

const mark = (from: number, to: number): Mark => ({ from, to, kind: "guilty", signal: "replica_word" });

test("parts put together are the text, whatever is marked", () => {
  const text = "A+ 质量 👜 bag";
  for (const marks of [[], [mark(0, 2)], [mark(3, 5), mark(4, 6)], [mark(6, 7)], [mark(0, 99)]]) {
    expect(cut(text, marks).map((part) => part.text).join("")).toBe(text);
  }
});

test("a mark counts code points, so that it stays right behind an emoji", () => {
  expect(cut("👜 fake", [mark(2, 6)]).find((part) => part.mark)?.text).toBe("fake");
});
