/** Sellers: the way to one by name, or from what was decided last. */
import { Anchor, Button, Group, Table, Text, TextInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";

import { useAsk } from "../api/ask";
import { api, inPath, type Schemas } from "../api/client";
import { Asked } from "../parts/asked";
import { Page } from "../parts/page";
import { useWords } from "../words";

/** Decisions out of which the list is made. */
const LAST = 200;

export function Sellers() {
  const { say } = useWords();
  const navigate = useNavigate();
  const [name, setName] = useState({ marketplace: "", seller_id: "" });
  const last = useAsk(["decisions", "last"], () => api.GET("/v1/decisions", { params: { query: { limit: LAST } } }));
  const go = (event: FormEvent) => {
    event.preventDefault();
    if (name.seller_id.trim()) void navigate({ to: way(name.marketplace.trim(), name.seller_id.trim()) as never });
  };
  return (
    <Page title={say("nav.sellers")}>
      <Group component="form" align="flex-end" onSubmit={go as never}>
        <TextInput label={say("listing.marketplace")} value={name.marketplace} onChange={(event) => setName({ ...name, marketplace: event.currentTarget.value })} />
        <TextInput label={say("listing.seller")} required value={name.seller_id} onChange={(event) => setName({ ...name, seller_id: event.currentTarget.value })} />
        <Button type="submit" variant="light">{say("sellers.go")}</Button>
      </Group>
      <Text size="sm" c="dimmed">{say("sellers.last", { count: String(LAST) })}</Text>
      <Asked asked={last}>{(page) => <Rows decisions={page.items} />}</Asked>
    </Page>
  );
}

const way = (marketplace: string, seller: string) => `/sellers/${encodeURIComponent(inPath(marketplace))}/${encodeURIComponent(seller)}`;

interface Counted {
  marketplace: string;
  seller: string;
  counts: Record<Schemas["Verdict"], number>;
}

/** Sellers with how many of their offers got which verdict; those with most blocks first. */
export function counted(decisions: readonly Schemas["Envelope"][]): Counted[] {
  const sellers = new Map<string, Counted>();
  for (const { decision } of decisions) {
    if (!decision.seller_id) continue;
    const key = JSON.stringify([decision.marketplace, decision.seller_id]);
    const one = sellers.get(key) ?? { marketplace: decision.marketplace ?? "", seller: decision.seller_id, counts: { allow: 0, review: 0, block: 0 } };
    one.counts[decision.verdict] += 1;
    sellers.set(key, one);
  }
  return [...sellers.values()].sort((a, b) => b.counts.block - a.counts.block || b.counts.review - a.counts.review || a.seller.localeCompare(b.seller));
}

function Rows({ decisions }: { decisions: Schemas["Envelope"][] }) {
  const { say } = useWords();
  const rows = counted(decisions);
  if (rows.length === 0) return <Text c="dimmed">{say("sellers.empty")}</Text>;
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say("listing.seller")}</Table.Th><Table.Th>{say("listing.marketplace")}</Table.Th>
            <Table.Th ta="right">{say("verdict.block")}</Table.Th><Table.Th ta="right">{say("verdict.review")}</Table.Th><Table.Th ta="right">{say("verdict.allow")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ marketplace, seller, counts }) => (
            <Table.Tr key={way(marketplace, seller)}>
              <Table.Td><Anchor component={Link} to={way(marketplace, seller) as never} size="sm">{seller}</Anchor></Table.Td>
              <Table.Td>{marketplace}</Table.Td>
              <Table.Td ta="right">{counts.block}</Table.Td><Table.Td ta="right">{counts.review}</Table.Td><Table.Td ta="right">{counts.allow}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
