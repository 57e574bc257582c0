/** By when something is to be done: how long that is, coloured and said by its clock. */
import { Badge, Tooltip } from "@mantine/core";

import { distance, moment } from "../shown";
import { useWords } from "../words";
import { useNamed } from "./chips";

const COLORS: Record<string, string> = { breached: "red", warned: "orange" };

export function Due({ of }: { of: { due_at?: string | null | undefined; clock?: string | null | undefined } }) {
  const { language } = useWords();
  const named = useNamed();
  if (!of.due_at) return null;
  const said = of.clock ? ` · ${named("clock", of.clock)}` : "";
  return (
    <Tooltip label={moment(of.due_at, language)}>
      <Badge color={COLORS[of.clock ?? ""] ?? "gray"} variant="light" tt="none">{distance(of.due_at, Date.now(), language)}{said}</Badge>
    </Tooltip>
  );
}
