import { expect, test } from "vitest";

import { distance, share } from "./shown";

test("shares keep two digits, however small", () => {
  expect(share(12_345_678, "en")).toBe("1.2%");
  expect(share(0, "en")).toBe("0%");
});

test("distances are in the largest unit that fits", () => {
  const now = Date.parse("2026-11-01T12:00:00Z");
  expect(distance("2026-11-03T12:00:00Z", now, "en")).toBe("in 2 days");
  expect(distance("2026-11-01T11:30:00Z", now, "en")).toBe("30 minutes ago");
  expect(distance("2026-11-01T14:00:00Z", now, "zh")).toBe("2小时后");
});
