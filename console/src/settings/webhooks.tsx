/** Webhooks: where events are sent, what became of each message, and what can be done about those that failed. */
import { Alert, Button, Card, Code, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useAsk, useDo, useList } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useMay } from "../api/session";
import { Asked, AskedList } from "../parts/asked";
import { Chip } from "../parts/chips";
import { Failed } from "../parts/failed";
import { moment } from "../shown";
import { useWords } from "../words";

export function Webhooks() {
  const { say } = useWords();
  const may = useMay();
  const hooks = useAsk(["webhooks"], () => api.GET("/v1/webhooks"));
  const [url, setUrl] = useState("");
  const make = useDo(() => api.POST("/v1/webhooks", { body: { url } }), ["webhooks"], () => setUrl(""));
  return (
    <Stack>
      {may("configure", "webhook") && (
        <Card withBorder>
          <Group align="flex-end">
            <TextInput flex={1} label={say("webhooks.url")} placeholder="https://shop.example/touchstone" value={url} onChange={(event) => setUrl(event.currentTarget.value)} />
            <Button disabled={!url.trim()} loading={make.isPending} onClick={() => make.mutate(undefined as never)}>{say("webhooks.make")}</Button>
          </Group>
          <Failed error={make.error} />
          {make.data && <Alert mt="sm" color="teal" title={say("webhooks.secret")}><Code block>{make.data.secret}</Code></Alert>}
        </Card>
      )}
      <Asked asked={hooks}>
        {({ items }) => (items.length === 0 ? <Text c="dimmed">{say("webhooks.none")}</Text> : <>{items.map((hook) => <One key={hook.webhook_id} hook={hook} />)}</>)}
      </Asked>
    </Stack>
  );
}

function One({ hook }: { hook: Schemas["WebhookView"] }) {
  const { say, language } = useWords();
  const may = useMay();
  const path = { id: hook.webhook_id };
  const test = useDo(() => api.POST("/v1/webhooks/{id}/test", { params: { path } }), ["deliveries"]);
  const replay = useDo(() => api.POST("/v1/webhooks/{id}/replay", { params: { path }, body: { dead: true } }), ["deliveries"]);
  const deliveries = useList(["deliveries", hook.webhook_id], (cursor?: number) =>
    api.GET("/v1/webhooks/{id}/deliveries", { params: { path, query: { limit: 20, ...(cursor !== undefined && { cursor }) } as never } }));
  return (
    <Card withBorder>
      <Group justify="space-between">
        <div>
          <Text fw={600}>{hook.url}</Text>
          <Text size="xs" c="dimmed">{hook.types.join(", ") || say("webhooks.all")}</Text>
        </div>
        {may("configure", "webhook") && (
          <Group gap="xs">
            <Button size="compact-md" variant="light" loading={test.isPending} onClick={() => test.mutate(undefined as never)}>{say("webhooks.test")}</Button>
            <Button size="compact-md" variant="light" loading={replay.isPending} onClick={() => replay.mutate(undefined as never)}>{say("webhooks.replay")}</Button>
          </Group>
        )}
      </Group>
      <Failed error={test.error ?? replay.error} />
      {test.data && <Alert mt="xs" color={test.data.delivered ? "teal" : "red"}>{test.data.delivered ? say("webhooks.delivered") : test.data.error}</Alert>}
      {hook.failing_since && <Alert mt="xs" color="orange">{say("webhooks.failing", { when: moment(hook.failing_since, language) })}</Alert>}
      <AskedList asked={deliveries} empty={say("webhooks.deliveries.none")}>
        {(items) => (
          <Table>
            <Table.Tbody>
              {items.map((one) => (
                <Table.Tr key={one.message_id}>
                  <Table.Td>{one.type}</Table.Td>
                  <Table.Td><Chip of="delivery" code={one.state} /></Table.Td>
                  <Table.Td>{moment(one.ended_at ?? one.due_at, language)}</Table.Td>
                  <Table.Td>{one.error ?? one.status}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </AskedList>
    </Card>
  );
}
