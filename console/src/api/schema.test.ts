import { readFile } from "node:fs/promises";

import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";

test("the types are those of the document (npm run types)", async () => {
  const document = new URL("../../../docs/openapi.json", import.meta.url);
  const written = await readFile(new URL("./schema.d.ts", import.meta.url), "utf8");
  const types = astToString(await openapiTS(document, { alphabetize: true }));
  expect(written.endsWith(types)).toBe(true);
});
