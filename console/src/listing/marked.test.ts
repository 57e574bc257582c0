import { expect, test } from "vitest";

import { cut, type Mark } from "./marked";

const mark = (from: number, to: number): Mark => ({ from, to, kind: "guilty", signal: "replica_vocabulary" });

test("parts put together are the text, whatever is marked", () => {
  const text = "A+ 质量 👜 bag";
  for (const marks of [[], [mark(0, 2)], [mark(3, 6), mark(4, 9)], [mark(5, 6)], [mark(0, 99)], [mark(6, 2)]]) {
    expect(cut(text, marks).map((part) => part.text).join("")).toBe(text);
  }
});

test("marks count bytes, as evidence does", () => {
  expect(cut("👜 fake", [mark(5, 9)]).find((part) => part.mark)?.text).toBe("fake");
  expect(cut("质量 A", [mark(0, 6)])[0]).toMatchObject({ text: "质量", mark: { signal: "replica_vocabulary" } });
});

test("a mark that would cut a letter is none", () => {
  expect(cut("质量", [mark(1, 3)])).toEqual([{ text: "质量" }]);
});
