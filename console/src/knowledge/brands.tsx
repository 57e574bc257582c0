/** Brands, found as one types; and one with its names, lines, prices, facts and who may sell it. */
import { Badge, Checkbox, Group, NavLink, ScrollArea, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

import { useList } from "../api/ask";
import { api } from "../api/client";
import { AskedList } from "../parts/asked";
import { useWords } from "../words";
import { Brand } from "./brand";

/** Milliseconds after the last letter until is asked. */
const TYPING_MS = 200;

export function Brands() {
  const { say } = useWords();
  const [typed, setTyped] = useState("");
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const [q] = useDebouncedValue(typed.trim(), TYPING_MS);
  const brands = useList(["knowledge", "brands", q, all], (cursor?: number) =>
    api.GET("/v1/knowledge/brands", { params: { query: { ...(q && { q }), ...(all && { all }), ...(cursor !== undefined && { cursor }) } } }),
  );
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Stack gap="xs">
        <TextInput label={say("knowledge.find")} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        <Checkbox label={say("knowledge.all")} checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
        <ScrollArea.Autosize mah={620} viewportProps={{ tabIndex: 0 }}>
          <AskedList asked={brands} empty={say("knowledge.brands.none")}>
            {(items) =>
              items.map((one) => (
                <NavLink key={one.brand} component="button" active={chosen === one.brand} label={one.name} description={one.makes.join(", ").replaceAll("_", " ")}
                  onClick={() => setChosen(one.brand)}
                  rightSection={<Group gap={4}><Text size="xs" c="dimmed">{say("knowledge.counts", { names: String(one.names), lines: String(one.lines), bands: String(one.bands) })}</Text>{one.standing === "known" && <Badge size="sm" variant="outline" color="gray" tt="none">{say("knowledge.known")}</Badge>}</Group>} />
              ))
            }
          </AskedList>
        </ScrollArea.Autosize>
      </Stack>
      {chosen ? <Brand key={chosen} id={chosen} /> : <Text c="dimmed">{say("knowledge.choose")}</Text>}
    </SimpleGrid>
  );
}
