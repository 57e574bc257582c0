/** Words that stand for a state: never by colour alone. */
import { Badge } from "@mantine/core";

import { useWords } from "../words";
import { en, type Word } from "../words/en";

const COLORS: Record<string, string> = {
  block: "red", review: "orange", allow: "teal",
  critical: "red", high: "red", medium: "orange", low: "gray",
  fake: "red", genuine: "teal", unsure: "gray",
  breached: "red", warned: "orange", running: "gray",
  stands: "red", waits: "orange", undone: "gray", fallen: "gray",
  accepted: "teal", refused: "red", waiting: "orange",
  active: "teal", pending: "orange", removed: "gray", stopped: "red",
  delivered: "teal", dead: "red", full: "teal", closed: "red", suspended: "red", no_new_listings: "orange",
};

/** The word of a catalogue for a code; the code itself where there is none. */
export function useNamed(): (of: string, code: string) => string {
  const { say } = useWords();
  return (of, code) => {
    const word = `${of}.${code}`;
    return word in en ? say(word as Word) : code.replaceAll("_", " ");
  };
}

/** A chip for a code; `of` says of what: `verdict`, `severity`, … */
export function Chip({ of, code }: { of: string; code: string }) {
  const named = useNamed();
  return <Badge variant="light" color={COLORS[code] ?? "gray"} tt="none" style={{ flex: "none" }}>{named(of, code)}</Badge>;
}
