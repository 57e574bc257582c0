/** A listing that somebody types: what is recognised in it stands marked below it as it is typed, and what would be decided. */
import { Badge, Card, Grid, Group, Stack, Table, Text, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, type Refused, type Schemas, told } from "../api/client";
import { Reasons } from "../listing/reasons";
import { Recognised } from "./recognised";
import { Failed } from "../parts/failed";
import { useNamed } from "../parts/chips";
import { useWords } from "../words";

/** Milliseconds after the last letter until it is tried. */
const TYPING_MS = 250;

const EXAMPLE = { title: "G u c c i Marmont bag AAA quality, mirror copy", description: "", brand: "", product_type: "", price: "49.00 EUR", condition: "new" };

export function Try() {
  const { say, language } = useWords();
  const [typed, setTyped] = useState<Required<Schemas["TryListing"]>>(EXAMPLE);
  const [asked] = useDebouncedValue(typed, TYPING_MS);
  const tried = useQuery<Schemas["ListingTried"], Refused>({
    queryKey: ["knowledge-try", asked, language],
    enabled: asked.title.trim() !== "",
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
    queryFn: async () => told(await api.POST("/v1/knowledge/try", { params: { query: { lang: language } }, body: given(asked) })),
  });
  const field = (name: keyof typeof typed) => ({ value: typed[name], onChange: (event: { currentTarget: { value: string } }) => setTyped({ ...typed, [name]: event.currentTarget.value }) });
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack gap="xs">
          <TextInput label={say("listing.title")} {...field("title")} />
          <Textarea label={say("listing.description")} {...field("description")} autosize minRows={3} maxRows={10} />
          <Group grow><TextInput label={say("listing.brand")} {...field("brand")} /><TextInput label={say("listing.category")} {...field("product_type")} /></Group>
          <Group grow><TextInput label={say("listing.price")} {...field("price")} /><TextInput label={say("listing.condition")} {...field("condition")} /></Group>
          <Failed error={tried.error} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        {tried.data && <Stack><Seen asked={asked} tried={tried.data} /><Reasons decision={tried.data.decision} said={tried.data.reasons} /></Stack>}
      </Grid.Col>
    </Grid>
  );
}

/** Only what was typed. */
function given(typed: Required<Schemas["TryListing"]>): Schemas["TryListing"] {
  const filled = Object.entries(typed).filter(([name, value]) => name === "title" || value.trim() !== "");
  return Object.fromEntries(filled) as unknown as Schemas["TryListing"];
}

const FIELDS = ["title", "description", "brand"] as const;

function Seen({ asked, tried }: { asked: Required<Schemas["TryListing"]>; tried: Schemas["ListingTried"] }) {
  const { say } = useWords();
  const named = useNamed();
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs">
        <Text fw={600}>{say("knowledge.seen")}</Text>
        <Badge variant="light" color="gray" tt="none">{tried.kind ? tried.kind.replaceAll("_", " ") : say("knowledge.kind.none")}</Badge>
      </Group>
      {FIELDS.map((name) => <Recognised key={name} text={asked[name]} words={tried.recognised.filter((word) => word.field === name)} />)}
      {tried.recognised.length === 0 && <Text size="sm" c="dimmed">{say("knowledge.seen.none")}</Text>}
      <Table mt="xs">
        <Table.Tbody>
          {tried.recognised.map((word) => (
            <Table.Tr key={`${word.field} ${word.start} ${word.what} ${word.name}`}>
              <Table.Td><Text size="sm" fw={600}>{part(asked, word)}</Text></Table.Td>
              <Table.Td><Text size="sm">{say(`recognised.${word.what as "brand" | "kind" | "word"}`)}</Text></Table.Td>
              <Table.Td><Text size="sm">{word.name.replaceAll("_", " ")}{word.line ? ` · ${word.line}` : ""}</Text></Table.Td>
              <Table.Td><Text size="sm" c="dimmed">{[word.says && named("says", word.says), word.how !== "plain" && named("how", word.how)].filter(Boolean).join(" · ")}</Text></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

/** The letters that were recognised; places are bytes of UTF-8. */
function part(asked: Required<Schemas["TryListing"]>, word: Schemas["RecognisedWord"]): string {
  const text = (asked as Record<string, string>)[word.field] ?? "";
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(word.start, word.end));
}
