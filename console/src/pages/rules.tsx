/** Rules: those in force, another text of one tried on what was decided, and the fuses that hold them back. */
import { Badge, Button, Group, NavLink, ScrollArea, SimpleGrid, Stack, Tabs, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useAsk } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useMay } from "../api/session";
import { Asked } from "../parts/asked";
import { Page } from "../parts/page";
import { Fuses } from "../rules/fuses";
import { Editor } from "../rules/editor";
import { NEW_RULE } from "../rules/example";
import { useWords } from "../words";

export function Rules() {
  const { say } = useWords();
  return (
    <Page title={say("nav.rules")}>
      <Tabs defaultValue="rules" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="rules">{say("rules.inforce")}</Tabs.Tab>
          <Tabs.Tab value="fuses">{say("rules.fuses")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="rules" pt="md"><InForce /></Tabs.Panel>
        <Tabs.Panel value="fuses" pt="md"><Fuses /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}

const COLORS: Record<string, string> = { block: "red", review: "orange", allow: "teal" };

function InForce() {
  const { say } = useWords();
  const may = useMay();
  const rules = useAsk(["rules"], () => api.GET("/v1/rules"), { staleTime: 60_000 });
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<Schemas["PolicyRule"]>();
  return (
    <Asked asked={rules} height={300}>
      {({ items }) => {
        const found = items.filter((one) => `${one.rule} ${one.text}`.toLowerCase().includes(typed.trim().toLowerCase()));
        return (
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Stack gap="xs">
              <Group align="flex-end">
                <TextInput flex={1} label={say("rules.search")} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
                {may("create", "rule") && <Button variant="light" onClick={() => setChosen({ ...NEW_RULE })}>{say("rules.new")}</Button>}
              </Group>
              <Text size="xs" c="dimmed">{say("rules.count", { count: String(found.length), all: String(items.length) })}</Text>
              <ScrollArea.Autosize mah={560} viewportProps={{ tabIndex: 0 }}>
                {found.map((one) => (
                  <NavLink key={one.rule} component="button" active={chosen?.rule === one.rule} label={one.rule} onClick={() => setChosen(one)}
                    rightSection={<Group gap={4}><Badge size="sm" variant="light" color={COLORS[one.outcome] ?? "gray"} tt="none">{one.outcome}</Badge>{one.mode !== "enforce" && <Badge size="sm" variant="outline" color="gray" tt="none">{one.mode}</Badge>}</Group>} />
                ))}
              </ScrollArea.Autosize>
            </Stack>
            {chosen ? <Editor key={chosen.rule} rule={chosen} /> : <Text c="dimmed">{say("rules.choose")}</Text>}
          </SimpleGrid>
        );
      }}
    </Asked>
  );
}
