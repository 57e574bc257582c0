import { describe, expect, test } from "vitest";

import { completions, placeOf } from "./completions";

const COLUMNS = [{ name: "brand_claimed", kind: "text", what: "the brand", sayable: true }];
const labels = (before: string) => completions(before, COLUMNS).map(({ label }) => label);

describe("what is offered while a rule is written", () => {
  test("signals stand in conditions of one line and of several", () => {
    expect(labels('when = "bra')).toContain("brand_claimed");
    expect(labels('schema = 1\nwhen = """\nbrand_c')).toEqual(expect.arrayContaining(["brand_claimed", "AND"]));
    expect(labels("given = { bra")).toEqual(["brand_claimed"]);
  });

  test("elsewhere the fields of the file are", () => {
    expect(placeOf('when = """\nharm = 1\n"""\nev')).toBe("fields");
    expect(labels("out")).toContain("outcome");
    expect(labels("out")).not.toContain("brand_claimed");
  });
});
