/** One brand, whole. */
import { Badge, Card, Group, Stack, Table, Text } from "@mantine/core";

import { useAsk } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { Asked } from "../parts/asked";
import { useNamed } from "../parts/chips";
import { minorUnits } from "../shown";
import { useWords } from "../words";
import type { Word } from "../words/en";

export function Brand({ id }: { id: string }) {
  const brand = useAsk(["knowledge", "brand", id], () => api.GET("/v1/knowledge/brands/{brand}", { params: { path: { brand: id } } }), { staleTime: 60_000 });
  return <Asked asked={brand} height={320}>{(found) => <Whole brand={found} />}</Asked>;
}

const NAMES: [keyof Schemas["BrandNames"], Word][] = [
  ["distinct", "names.distinct"],
  ["native", "names.native"],
  ["nicknames", "names.nicknames"],
  ["ambiguous", "names.ambiguous"],
  ["common", "names.common"],
  ["context", "names.context"],
];

function Whole({ brand }: { brand: Schemas["BrandDetail"] }) {
  const { say } = useWords();
  const facts: [Word, readonly string[]][] = [
    ["brand.makes", brand.makes], ["brand.never", brand.never_makes], ["brand.partners", brand.partners],
    ["brand.shops", brand.own_shops], ["brand.gtin", brand.gtin_prefixes],
  ];
  return (
    <Stack>
      <Group justify="space-between"><Text fw={700} size="xl">{brand.name}</Text><Text size="sm" c="dimmed">{brand.brand}{brand.owner ? ` · ${brand.owner}` : ""}</Text></Group>
      <Card withBorder>
        <Stack gap="xs">
          {NAMES.map(([kind, word]) => <Chips key={kind} title={say(word)} all={brand.names[kind]} />)}
          {facts.map(([word, all]) => <Chips key={word} title={say(word)} all={all} />)}
        </Stack>
      </Card>
      <Prices bands={brand.bands} />
      <Lines lines={brand.lines} />
      <Facts facts={brand.facts} />
      <Allowed all={brand.authorisations} />
    </Stack>
  );
}

function Chips({ title, all }: { title: string; all: readonly string[] }) {
  if (all.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed">{title}</Text>
      <Group gap={4}>{all.map((one) => <Badge key={one} variant="light" color="gray" tt="none" fw={500}>{one.replaceAll("_", " ")}</Badge>)}</Group>
    </div>
  );
}

function Prices({ bands }: { bands: Schemas["BrandDetail"]["bands"] }) {
  const { say, language } = useWords();
  const named = useNamed();
  if (bands.length === 0) return null;
  const dollars = (cents: number) => minorUnits(cents, "USD", language);
  return (
    <Part title={say("brand.prices")} heads={["brand.about", "listing.condition", "brand.low", "brand.typical", "brand.source"]}>
      {bands.map((band, at) => (
        <Table.Tr key={at}>
          <Table.Td>{[band.about?.replaceAll("_", " ") ?? say("brand.any"), band.per, band.market].filter(Boolean).join(" · ")}</Table.Td>
          <Table.Td>{named("condition", band.condition)}</Table.Td>
          <Table.Td ta="right">{dollars(band.low_cents)}</Table.Td><Table.Td ta="right">{dollars(band.typical_cents)}</Table.Td>
          <Table.Td><Text size="xs" c="dimmed">{band.source} · {band.date}</Text></Table.Td>
        </Table.Tr>
      ))}
    </Part>
  );
}

function Lines({ lines }: { lines: Schemas["BrandDetail"]["lines"] }) {
  const { say } = useWords();
  if (lines.length === 0) return null;
  return (
    <Part title={say("brand.lines")} heads={["brand.names", "brand.kind", "brand.released"]}>
      {lines.map((line, at) => (
        <Table.Tr key={at}>
          <Table.Td>{line.names.join(", ")}{line.ambiguous.length > 0 && <Text span c="dimmed"> ({line.ambiguous.join(", ")})</Text>}</Table.Td>
          <Table.Td>{line.kind?.replaceAll("_", " ")}</Table.Td><Table.Td>{line.released}</Table.Td>
        </Table.Tr>
      ))}
    </Part>
  );
}

function Facts({ facts }: { facts: Schemas["BrandDetail"]["facts"] }) {
  const { say } = useWords();
  const named = useNamed();
  if (facts.length === 0) return null;
  return (
    <Part title={say("brand.facts")} heads={["brand.about", "brand.fact", "brand.values", "brand.source"]}>
      {facts.map((fact, at) => (
        <Table.Tr key={at}>
          <Table.Td>{fact.about?.replaceAll("_", " ") ?? say("brand.any")}</Table.Td><Table.Td>{named("fact", fact.rule)}</Table.Td>
          <Table.Td>{fact.values.join(", ")}</Table.Td><Table.Td><Text size="xs" c="dimmed">{fact.source}</Text></Table.Td>
        </Table.Tr>
      ))}
    </Part>
  );
}

function Allowed({ all }: { all: Schemas["BrandDetail"]["authorisations"] }) {
  const { say } = useWords();
  if (all.length === 0) return null;
  return (
    <Part title={say("brand.allowed")} heads={["listing.seller", "brand.about", "action.from", "action.until"]}>
      {all.map((one) => (
        <Table.Tr key={`${one.seller} ${one.from}`}>
          <Table.Td>{one.seller}</Table.Td><Table.Td>{[...one.kinds, ...one.markets].join(", ") || say("brand.any")}</Table.Td>
          <Table.Td>{one.from}</Table.Td><Table.Td>{one.until}</Table.Td>
        </Table.Tr>
      ))}
    </Part>
  );
}

function Part({ title, heads, children }: { title: string; heads: Word[]; children: React.ReactNode }) {
  const { say } = useWords();
  return (
    <Card withBorder>
      <Text fw={600} mb={4}>{title}</Text>
      <Table.ScrollContainer minWidth={360} mah={320}>
        <Table fz="sm">
          <Table.Thead><Table.Tr>{heads.map((head) => <Table.Th key={head}>{say(head)}</Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>{children}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
