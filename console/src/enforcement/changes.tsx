/** What an order would change, before anybody gives it: accounts and listings, as they are and as they would be. */
import { Alert, Group, Stack, Text } from "@mantine/core";

import { Chip } from "../parts/chips";
import { useWords } from "../words";

interface Changed {
  of: Record<string, unknown>;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

export interface Changes {
  listings?: Changed[];
  accounts?: Changed[];
}

/** Listings that are named one by one, at most. */
const SHOWN = 20;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

export function WouldChange({ changes }: { changes: Changes }) {
  const { say } = useWords();
  const { accounts = [], listings = [] } = changes;
  return (
    <Alert color="blue" title={say("action.dry.title")}>
      <Stack gap={6}>
        {accounts.map((one) => (
          <Line key={text(one.of["seller_id"])} name={text(one.of["seller_id"])} of="access" from={text(one.before["access"])} to={text(one.after["access"])} />
        ))}
        {listings.slice(0, SHOWN).map((one) => {
          const { listing_id } = (one.of["listing"] ?? {}) as { listing_id?: string };
          return <Line key={listing_id} name={listing_id ?? ""} of="visibility" from={text(one.before["visibility"])} to={text(one.after["visibility"])} />;
        })}
        {listings.length > SHOWN && <Text size="sm">{say("action.dry.more", { count: String(listings.length - SHOWN) })}</Text>}
        {accounts.length + listings.length === 0 && <Text size="sm">{say("action.dry.none")}</Text>}
      </Stack>
    </Alert>
  );
}

function Line({ name, of, from, to }: { name: string; of: string; from: string; to: string }) {
  return (
    <Group gap="xs">
      <Text size="sm" w={140} truncate="end">{name}</Text>
      <Chip of={of} code={from} /> → <Chip of={of} code={to} />
    </Group>
  );
}
