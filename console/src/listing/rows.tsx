/** Listings as rows of a table: by title where it is known, else by id. */
import { Anchor, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { Schemas } from "../api/client";
import { Chip } from "../parts/chips";
import { moment } from "../shown";
import { useWords } from "../words";
import { addressOf } from "./address";

export function Rows({ items }: { items: (Schemas["ListingView"] & { title?: string })[] }) {
  const { say, language } = useWords();
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr><Table.Th>{say("listing.listing")}</Table.Th><Table.Th>{say("listing.seller")}</Table.Th><Table.Th>{say("listing.verdict")}</Table.Th><Table.Th>{say("listing.updated")}</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((one) => (
            <Table.Tr key={addressOf(one)}>
              <Table.Td><Anchor component={Link} to={addressOf(one) as never} size="sm">{one.title || one.listing_id}</Anchor></Table.Td>
              <Table.Td><Text size="sm">{one.seller_id}</Text></Table.Td>
              <Table.Td><Group gap={6}><Chip of="verdict" code={one.verdict} />{one.class !== "none" && <Text size="xs" c="dimmed">{one.class.replaceAll("_", " ")}</Text>}</Group></Table.Td>
              <Table.Td><Text size="sm">{moment(one.updated_at, language)}</Text></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
