/** What may stand where somebody writes in a rule's text: signals where a condition or values are, else the file's own fields. */
import type { Schemas } from "../api/client";

export interface Offered {
  label: string;
  type: "variable" | "property" | "keyword";
  detail?: string;
  info?: string;
}

const FIELDS: Record<string, string> = {
  schema: "1", outcome: '"review" | "block"', class: '"counterfeit", …', severity: '"low" | "medium" | "high" | "critical"', mode: '"enforce" | "shadow" | "off"',
  when: "SQL", evidence: "[signals]", review: "{ listing, hours }", message: "[…] en, zh", seller: "[…] en, zh, cure", test: "[[…]] name, given, fires",
  name: "text", given: "{ signals }", fires: "true | false", cure: "text",
};
const SQL = ["AND", "OR", "NOT", "IN", "IS NULL", "IS NOT NULL", "BETWEEN", "LIKE", "TRUE", "FALSE"];
/** Fields in whose line signals are named. */
const NAMING = /^\s*(when|evidence|given)\s*=/;

/** Where the text before the cursor ends: in a condition, among names of signals, or elsewhere. */
export function placeOf(before: string): "condition" | "names" | "fields" {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const open = before.split('"""').length % 2 === 0;
  if (open) return "condition";
  const field = NAMING.exec(line)?.[1];
  return field === "when" ? "condition" : field ? "names" : "fields";
}

export function completions(before: string, columns: readonly Schemas["RuleColumn"][]): Offered[] {
  const place = placeOf(before);
  if (place === "fields") return Object.entries(FIELDS).map(([label, detail]) => ({ label, type: "property", detail }));
  const signals = columns.map((column): Offered => ({ label: column.name, type: "variable", detail: column.kind, ...(column.what && { info: column.what }) }));
  return place === "names" ? signals : [...signals, ...SQL.map((label): Offered => ({ label, type: "keyword" }))];
}
