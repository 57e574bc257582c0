/** Kinds of goods: what a fake of them can do, and what they are called. */
import { Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useAsk } from "../api/ask";
import { api } from "../api/client";
import { Asked } from "../parts/asked";
import { Chip, useNamed } from "../parts/chips";
import { useWords } from "../words";

/** Names of a kind that a row has room for. */
const SHOWN = 12;

export function Kinds() {
  const { say, language } = useWords();
  const named = useNamed();
  const [typed, setTyped] = useState("");
  const kinds = useAsk(["knowledge", "kinds"], () => api.GET("/v1/knowledge/kinds"), { staleTime: 600_000 });
  const wanted = typed.trim().toLowerCase();
  return (
    <>
      <TextInput label={say("knowledge.kinds.find")} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} maw={320} mb="sm" />
      <Asked asked={kinds} height={320}>
        {({ items }) => (
          <Table.ScrollContainer minWidth={560}>
            <Table>
              <Table.Thead><Table.Tr><Table.Th>{say("brand.kind")}</Table.Th><Table.Th>{say("knowledge.harm")}</Table.Th><Table.Th>{say("knowledge.role")}</Table.Th><Table.Th>{say("brand.names")}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {items.filter((kind) => `${kind.kind} ${kind.words.map(({ word }) => word).join(" ")}`.toLowerCase().includes(wanted)).map((kind) => {
                  const own = kind.words.filter((word) => word.language === language);
                  const shown = (own.length > 0 ? own : kind.words).slice(0, SHOWN).map(({ word }) => word);
                  return (
                    <Table.Tr key={kind.kind}>
                      <Table.Td><Text size="sm" fw={600}>{kind.kind.replaceAll("_", " ")}</Text></Table.Td>
                      <Table.Td><Chip of="harm" code={kind.harm} /></Table.Td>
                      <Table.Td><Text size="sm">{named("role", kind.role)}</Text></Table.Td>
                      <Table.Td><Text size="sm" c="dimmed">{shown.join(", ")}</Text></Table.Td>
                    </Table.Tr>
                  );
                })}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Asked>
    </>
  );
}
