/** A text cut into parts, those that a signal points at marked by its kind. Spans are in characters as Python and Rust
 * count them (code points), half open; where two overlap the first stands. */
export interface Mark {
  from: number;
  to: number;
  kind: "guilty" | "innocent";
  signal: string;
}

export interface Part {
  text: string;
  mark?: Mark;
}

export function cut(text: string, marks: readonly Mark[]): Part[] {
  const points = Array.from(text);
  const parts: Part[] = [];
  let at = 0;
  const push = (to: number, mark?: Mark) => {
    if (to > at) parts.push({ text: points.slice(at, to).join(""), ...(mark && { mark }) });
    at = Math.max(at, to);
  };
  for (const mark of [...marks].sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (mark.from < at || mark.to > points.length) continue;
    push(mark.from);
    push(mark.to, mark);
  }
  push(points.length);
  return parts;
}
