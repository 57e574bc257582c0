/**
 * A text cut into parts, those that a signal points at marked by its kind. Spans are in bytes of UTF-8, half open, as
 * evidence gives them; where two overlap the one that begins first stands.
 */
export interface Mark<K extends string = "guilty" | "innocent"> {
  from: number;
  to: number;
  kind: K;
  signal: string;
}

export interface Part<K extends string = "guilty" | "innocent"> {
  text: string;
  mark?: Mark<K>;
}

export function cut<K extends string>(text: string, marks: readonly Mark<K>[]): Part<K>[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const parts: Part<K>[] = [];
  let at = 0;
  const push = (to: number, mark?: Mark<K>) => {
    if (to > at) parts.push({ text: decoder.decode(bytes.subarray(at, to)), ...(mark && { mark }) });
    at = Math.max(at, to);
  };
  for (const mark of [...marks].sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (mark.from < at || mark.to > bytes.length || !begins(bytes, mark.from) || !begins(bytes, mark.to)) continue;
    push(mark.from);
    push(mark.to, mark);
  }
  push(bytes.length);
  return parts;
}

/** Whether a letter begins there, or the text ends: bytes that go on with one begin with the bits 10. */
function begins(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at] ?? 0) & 0xc0) !== 0x80;
}
