import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Held } from "./held";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const held = () => {
  const sent: string[] = [];
  return { sent, held: new Held<string>((what) => sent.push(what), 5_000) };
};

test("it is sent once, when the moment is over", () => {
  const { sent, held: one } = held();
  one.hold("a");
  vi.advanceTimersByTime(4_999);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(sent).toEqual(["a"]);
});

test("the next one sends it at once", () => {
  const { sent, held: one } = held();
  one.hold("a");
  one.hold("b");
  expect(sent).toEqual(["a"]);
});

test("what was taken back is never sent", () => {
  const { sent, held: one } = held();
  one.hold("a");
  expect(one.takeBack()).toBe("a");
  expect(one.takeBack()).toBeUndefined();
  one.flush();
  vi.advanceTimersByTime(10_000);
  expect(sent).toEqual([]);
});
