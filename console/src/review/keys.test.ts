import { expect, test } from "vitest";

import { deedOf } from "./keys";

const pressed = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, target: null, ...more });

test("one key is one judgement", () => {
  expect(deedOf(pressed("f"))).toBe("fake");
  expect(deedOf(pressed("G"))).toBe("genuine");
  expect(deedOf(pressed("?"))).toBe("help");
  expect(deedOf(pressed("x"))).toBeUndefined();
});

test("a key with another is the browser's", () => {
  expect(deedOf(pressed("f", { ctrlKey: true }))).toBeUndefined();
});
