/** Banks of known pictures: what is in them, pictures dropped in, a picture asked about, and breakers that tripped. */
import { Alert, Button, Card, Group, SegmentedControl, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useAsk, useDo, useList } from "../api/ask";
import { api, form, type Schemas } from "../api/client";
import { useMay } from "../api/session";
import { Drop } from "../banks/drop";
import { Entries, type Entry } from "../banks/entries";
import { Asked, AskedList } from "../parts/asked";
import { Failed } from "../parts/failed";
import { Page } from "../parts/page";
import { useWords } from "../words";

const BANKS = ["counterfeit", "genuine", "negative"] as const;
type Bank = (typeof BANKS)[number];

export function Banks() {
  const { say } = useWords();
  const may = useMay();
  const [bank, setBank] = useState<Bank>("counterfeit");
  const entries = useList(["banks", bank, "entries"], (cursor?: number) => api.GET("/v1/banks", { params: { query: { bank, ...(cursor !== undefined && { cursor }) } as never } }));
  const choice = <SegmentedControl value={bank} onChange={(value) => setBank(value as Bank)} data={BANKS.map((value) => ({ value: value as string, label: say(`bank.${value}`) }))} />;
  return (
    <Page title={say("nav.banks")} deeds={choice}>
      <Text size="sm" c="dimmed" maw={720}>{say(`bank.${bank}.what`)}</Text>
      <State bank={bank} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {may("create", "bank") && <Add bank={bank} />}
        <Query />
      </SimpleGrid>
      <AskedList asked={entries} empty={say("bank.empty")}>{(items) => <Entries items={items as unknown as Entry[]} />}</AskedList>
    </Page>
  );
}

function State({ bank }: { bank: Bank }) {
  const { say, language } = useWords();
  const may = useMay();
  const state = useAsk(["banks", bank], () => api.GET("/v1/banks/{bank}", { params: { path: { bank } } }), { refetchInterval: 10_000 });
  const rearm = useDo(() => api.POST("/v1/banks/{bank}/rearm", { params: { path: { bank } }, body: { why: "looked at" } }), ["banks"]);
  return (
    <Asked asked={state} height={60}>
      {(found) => (
        <>
          {found.stopped && (
            <Alert color="red" title={say("bank.stopped")}>
              <Stack align="flex-start" gap="xs">
                {say("bank.stopped.what")}
                <Failed error={rearm.error} />
                {may("decide", "bank") && <Button size="compact-md" onClick={() => rearm.mutate(undefined as never)}>{say("bank.rearm")}</Button>}
              </Stack>
            </Alert>
          )}
          <Group gap="xl">
            {([["bank.active", found.active], ["bank.pending", found.pending], ["bank.queries", found.queries], ["bank.matched", found.matched]] as const).map(([word, count]) => (
              <div key={word}><Text size="xl" fw={700}>{count.toLocaleString(language)}</Text><Text size="xs" c="dimmed">{say(word)}</Text></div>
            ))}
          </Group>
        </>
      )}
    </Asked>
  );
}

function Add({ bank }: { bank: Bank }) {
  const { say } = useWords();
  const [about, setAbout] = useState({ brand: "", why: "" });
  const add = useDo(
    (picture: readonly File[]) => api.POST("/v1/banks/{bank}", { params: { path: { bank } }, ...form({ ...about, picture }) }),
    ["banks"],
  );
  const field = (name: keyof typeof about) => ({ value: about[name], onChange: (event: { currentTarget: { value: string } }) => setAbout({ ...about, [name]: event.currentTarget.value }) });
  const waits = add.data?.items.filter((one) => one.state === "pending") ?? [];
  return (
    <Card withBorder>
      <Text fw={600} mb="xs">{say("bank.add")}</Text>
      <Group grow mb="xs"><TextInput label={say("listing.brand")} {...field("brand")} /><TextInput label={say("why")} {...field("why")} /></Group>
      <Drop word={say("bank.drop")} several busy={add.isPending} given={(files) => add.mutate(files)} />
      <Failed error={add.error} />
      {add.data && <Text size="sm" mt="xs">{say("bank.added", { count: String(add.data.items.length) })}</Text>}
      {waits.length > 0 && <Alert mt="xs" color="orange">{say("bank.waits")}</Alert>}
    </Card>
  );
}

function Query() {
  const { say } = useWords();
  const query = useDo((picture: readonly File[]) => api.POST("/v1/banks/query", { params: { query: { top: 5 } as never }, ...form({ picture }) }));
  const found: Schemas["Matches"] | undefined = query.data?.items[0];
  return (
    <Card withBorder>
      <Text fw={600} mb="xs">{say("bank.query")}</Text>
      <Drop word={say("bank.query.drop")} busy={query.isPending} given={(files) => query.mutate(files)} />
      <Failed error={query.error} />
      {found?.error && <Alert color="orange" mt="xs">{found.error}</Alert>}
      {found && !found.error && found.matches.length === 0 && <Text size="sm" mt="xs">{say("bank.query.none")}</Text>}
      <Stack gap={4} mt="xs">
        {found?.matches.map((match) => (
          <Group key={match.id} gap="sm" wrap="nowrap">
            <img src={`/v1/banks/entries/${match.id}/picture`} alt={match.entry} height={48} />
            <Text size="sm">{say(`bank.${match.bank}`)} · {match.brand ?? ""} · {match.entry} · {match.score.toFixed(2)}{match.copy ? ` · ${say("bank.copy")}` : ""}</Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
