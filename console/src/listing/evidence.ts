/** What of a decision points into its listing: marks on its texts and boxes on its pictures, by what it spoke for. */
import type { Schemas } from "../api/client";
import type { Mark } from "./marked";

export type Decision = Schemas["DecisionBody"];
type Place = Schemas["Place"];

export interface Box {
  /** Left, top, right, bottom in pixels of the picture. */
  box: readonly [number, number, number, number];
  kind: Mark["kind"];
  signal: string;
  /** The entry of a bank that stands beside it, and where on it. */
  entry?: string;
  entryBox?: readonly number[];
}

/** What pulled the score down spoke for the seller. */
function kindOf(decision: Decision, signal: string): Mark["kind"] {
  const shares = decision.shares as Record<string, number>;
  return (shares[signal] ?? 0) < 0 ? "innocent" : "guilty";
}

function places(decision: Decision): Place[] {
  return decision.reasons.flatMap((reason) => reason.evidence);
}

/** Marks on a field; `item` is which of a list. */
export function marksOn(decision: Decision | undefined, field: string, item?: number): Mark[] {
  if (!decision) return [];
  const here = places(decision).filter((place) => place.field === field && (place.item ?? undefined) === item && place.end > place.start);
  return here.map(({ start, end, signal }) => ({ from: start, to: end, signal, kind: kindOf(decision, signal) }));
}

/** Boxes on the picture with this hash, each once. */
export function boxesOn(decision: Decision | undefined, sha256: string): Box[] {
  if (!decision) return [];
  const seen = new Map<string, Box>();
  for (const place of places(decision)) {
    if (place.picture !== sha256 || place.box?.length !== 4) continue;
    const box = place.box as unknown as Box["box"];
    const near = { ...(place.entry && { entry: place.entry }), ...(place.entry_box && { entryBox: place.entry_box }) };
    seen.set(`${place.signal} ${box.join()}`, { box, signal: place.signal, kind: kindOf(decision, place.signal), ...near });
  }
  return [...seen.values()];
}

/** An entry of a bank that a picture stands beside, with boxes on the entry's own picture. */
export interface Reference {
  entry: string;
  boxes: Box[];
}

/** What the picture stands beside, each entry once. */
export function besides(boxes: readonly Box[]): Reference[] {
  const references = new Map<string, Box[]>();
  for (const { entry, entryBox, ...seen } of boxes) {
    if (entry === undefined) continue;
    const drawn = references.get(entry) ?? [];
    if (entryBox?.length === 4) drawn.push({ ...seen, box: entryBox as unknown as Box["box"] });
    references.set(entry, drawn);
  }
  return [...references].map(([entry, boxes]) => ({ entry, boxes }));
}
