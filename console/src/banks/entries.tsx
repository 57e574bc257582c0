/** Pictures of a bank, each with what can be done about it. */
import { Button, Card, Group, SimpleGrid, Text } from "@mantine/core";

import { useDo } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useMay, useMe } from "../api/session";
import { Chip } from "../parts/chips";
import { Failed } from "../parts/failed";
import { moment } from "../shown";
import { useWords } from "../words";

/** An entry as the list gives it. */
export interface Entry {
  id: string;
  path: string;
  brand?: string;
  product?: string;
  sha256?: string;
  state: string;
  like?: string;
  added: { by: string; why?: string; at: number };
}

/** Moments of banks are in milliseconds. */
const at = (milliseconds: number) => new Date(milliseconds).toISOString();

export function Entries({ items }: { items: Entry[] }) {
  return <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }}>{items.map((entry) => <One key={entry.id} entry={entry} />)}</SimpleGrid>;
}

function One({ entry }: { entry: Entry }) {
  const { say, language } = useWords();
  const may = useMay();
  const { data: me } = useMe();
  const act = useDo((deed: Schemas["Deed"]) => api.POST("/v1/banks/entries/{id}/{deed}", { params: { path: { id: entry.id, deed } }, body: { why: "console" } }), ["banks"]);
  const own = me?.name === entry.added.by;
  return (
    <Card withBorder padding="xs">
      {entry.sha256 ? <img src={`/v1/banks/entries/${entry.id}/picture`} alt={entry.path} loading="lazy" style={{ width: "100%", height: 130, objectFit: "contain" }} /> : <Text size="sm" c="dimmed">{say("bank.hash")}</Text>}
      <Group justify="space-between" mt={4} wrap="nowrap"><Text size="sm" truncate="end">{entry.brand ?? entry.path}</Text><Chip of="bank" code={entry.state} /></Group>
      <Text size="xs" c="dimmed" truncate="end">{entry.added.why} · {moment(at(entry.added.at), language)}</Text>
      {entry.like && <Text size="xs" c="orange">{say("bank.like", { entry: entry.like })}</Text>}
      <Failed error={act.error} />
      {may("decide", "bank") && (
        <Group gap={6} mt={6}>
          {entry.state === "pending" && !own && may("approve", "bank") && <Button size="compact-xs" color="teal" onClick={() => act.mutate("confirm")}>{say("bank.confirm")}</Button>}
          {entry.state !== "removed" && <Button size="compact-xs" variant="light" color="gray" onClick={() => act.mutate("remove")}>{say("bank.remove")}</Button>}
          {entry.state === "removed" && <Button size="compact-xs" variant="light" onClick={() => act.mutate("restore")}>{say("bank.restore")}</Button>}
        </Group>
      )}
    </Card>
  );
}
