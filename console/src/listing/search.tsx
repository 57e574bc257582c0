/** Listings found as one types what they say, or by a picture that they show. */
import { Alert, Anchor, Group, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { api, form, type Refused, type Schemas, told } from "../api/client";
import { Chip } from "../parts/chips";
import { Failed } from "../parts/failed";
import { moment } from "../shown";
import { useWords } from "../words";
import { addressOf } from "./address";

export interface Wanted {
  q: string;
  verdict?: Schemas["Verdict"];
  seller_id?: string;
  marketplace?: string;
}

export function FoundByWords({ wanted }: { wanted: Wanted }) {
  const found = useQuery<Schemas["FoundListings"], Refused>({
    queryKey: ["listings-found", wanted],
    placeholderData: (before) => before,
    queryFn: async () => told(await api.GET("/v1/listings/search", { params: { query: wanted } })),
  });
  return <Found found={found.data} error={found.error} />;
}

export function FoundByPicture({ picture }: { picture: File }) {
  const found = useQuery<Schemas["FoundListings"], Refused>({
    queryKey: ["listings-alike", picture.name, picture.size, picture.lastModified],
    queryFn: async () => told(await api.POST("/v1/listings/alike", { ...form({ picture }) })),
  });
  return <Found found={found.data} error={found.error} />;
}

function Found({ found, error }: { found: Schemas["FoundListings"] | undefined; error: Refused | null }) {
  const { say, language } = useWords();
  if (error) return <Failed error={error} />;
  if (!found) return null;
  const count = found.searched.toLocaleString(language);
  return (
    <Stack gap="xs">
      {!found.complete && <Alert color="gray" py="xs">{say("listings.filling", { count })}</Alert>}
      <Text size="xs" c="dimmed" role="status">{say("listings.found", { found: found.items.length.toLocaleString(language), count })}</Text>
      {found.items.length === 0 ? <Text c="dimmed">{say("listings.found.none")}</Text> : <Rows items={found.items} />}
    </Stack>
  );
}

function Rows({ items }: { items: Schemas["FoundListings"]["items"] }) {
  const { say, language } = useWords();
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr><Table.Th>{say("listing.title")}</Table.Th><Table.Th>{say("listing.seller")}</Table.Th><Table.Th>{say("listing.verdict")}</Table.Th><Table.Th>{say("listing.updated")}</Table.Th></Table.Tr>
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
