/** Words that say something, by language and by what they say. */
import { Badge, Card, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

import { useAsk, useList } from "../api/ask";
import { api } from "../api/client";
import { AskedList } from "../parts/asked";
import { useNamed } from "../parts/chips";
import { useWords } from "../words";

/** Milliseconds after the last letter until is asked. */
const TYPING_MS = 200;

export function Words() {
  const { say, language: own } = useWords();
  const named = useNamed();
  const [typed, setTyped] = useState("");
  const [language, setLanguage] = useState<string | null>(null);
  const [cls, setClass] = useState<string | null>("replica");
  const [q] = useDebouncedValue(typed.trim(), TYPING_MS);
  const query = { ...(q && { q }), ...(language && { language }), ...(cls && { class: cls }) };
  const heads = useAsk(["knowledge", "words-heads"], () => api.GET("/v1/knowledge/words", { params: { query: { limit: 1 } } }), { staleTime: 600_000 });
  const groups = useList(["knowledge", "words", query], (cursor?: number) =>
    api.GET("/v1/knowledge/words", { params: { query: { ...query, ...(cursor !== undefined && { cursor }) } } }),
  );
  const tongue = (code: string) => new Intl.DisplayNames(own, { type: "language" }).of(code) ?? code;
  return (
    <Stack>
      <Group align="flex-end">
        <TextInput label={say("knowledge.words.find")} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        <Select label={say("knowledge.language")} clearable searchable value={language} onChange={setLanguage} data={heads.data?.languages.map((value) => ({ value, label: tongue(value) })) ?? []} />
        <Select label={say("knowledge.class")} clearable searchable value={cls} onChange={setClass} data={heads.data?.classes.map((value) => ({ value, label: named("term", value) })) ?? []} />
      </Group>
      <AskedList asked={groups} empty={say("knowledge.words.none")}>
        {(items) =>
          items.map((group, at) => (
            <Card key={at} withBorder p="sm">
              <Group gap="xs" mb={4}>
                <Text fw={600}>{tongue(group.language)} · {named("term", group.class)}</Text>
                <Badge variant="light" color={group.strength === "explicit" ? "red" : group.strength === "strong" ? "orange" : "gray"} tt="none">{named("says", group.strength)}</Badge>
                <Text size="xs" c="dimmed">{say("knowledge.words.count", { count: String(group.count) })}</Text>
              </Group>
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>{group.terms.join(" · ")}</Text>
            </Card>
          ))
        }
      </AskedList>
    </Stack>
  );
}
