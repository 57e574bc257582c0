/** What several stretches of decisions came to, as if they were one. */
import type { Schemas } from "../api/client";

type Backtest = Schemas["Backtest"];
type Counted = Schemas["Counted"];

/** Changed offers that are named, brands and sellers that are counted. */
const NAMED = 30;
const COUNTED = 20;

const STRICT: Record<string, number> = { block: 2, review: 1 };

function counts(one: readonly Counted[], other: readonly Counted[]): Counted[] {
  const all = new Map<string, number>();
  for (const { name, count } of [...one, ...other]) all.set(name, (all.get(name) ?? 0) + count);
  return [...all].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count).slice(0, COUNTED);
}

function changes(one: Backtest["changes"], other: Backtest["changes"]): Backtest["changes"] {
  const all = new Map<string, Backtest["changes"][number]>();
  for (const change of [...one, ...other]) {
    const way = `${change.from} ${change.to}`;
    all.set(way, { ...change, count: (all.get(way)?.count ?? 0) + change.count });
  }
  return [...all.values()];
}

/** `next` is that of the later stretch, which looks further back. */
export function merged(one: Backtest | undefined, other: Backtest): Backtest {
  if (!one) return other;
  const examples = [...one.examples, ...other.examples].sort((a, b) => (STRICT[b.to] ?? 0) - (STRICT[a.to] ?? 0) || a.score - b.score);
  const { next: _, ...rest } = one;
  return {
    ...rest,
    decisions: one.decisions + other.decisions,
    fires: one.fires + other.fires,
    fired: one.fired + other.fired,
    changes: changes(one.changes, other.changes),
    brands: counts(one.brands, other.brands),
    sellers: counts(one.sellers, other.sellers),
    examples: examples.slice(0, NAMED),
    ...(other.next && { next: other.next }),
  };
}
