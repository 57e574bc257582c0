/** One seller: what holds for them and why, what was done and can be undone, proof, statements, listings. */
import { Alert, Button, Card, Group, SimpleGrid, Stack, Table, Tabs, Text, TextInput } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import { useAsk, useDo } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useMay } from "../api/session";
import { Impose } from "../enforcement/impose";
import { Asked } from "../parts/asked";
import { Chip, useNamed } from "../parts/chips";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/failed";
import { Page } from "../parts/page";
import { Papers } from "../proof/papers";
import { minorUnits, moment } from "../shown";
import { useWords } from "../words";
import { Rows as ListingRows } from "../listing/rows";

export interface SellerPath {
  marketplace: string;
  seller_id: string;
}

export function OneSeller() {
  const path = useParams({ strict: false }) as SellerPath;
  const { say } = useWords();
  const may = useMay();
  const [acting, setActing] = useState(false);
  const deeds = may("create", "action") && <Button color="red" variant="light" onClick={() => setActing(true)}>{say("seller.act")}</Button>;
  return (
    <Page title={path.seller_id} deeds={deeds}>
      <Standing path={path} />
      <Tabs defaultValue="actions" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="actions">{say("seller.actions")}</Tabs.Tab>
          <Tabs.Tab value="listings">{say("nav.listings")}</Tabs.Tab>
          <Tabs.Tab value="proof">{say("portal.proof")}</Tabs.Tab>
          <Tabs.Tab value="statements">{say("seller.statements")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="actions" pt="md"><Actions path={path} /></Tabs.Panel>
        <Tabs.Panel value="listings" pt="md"><Listings path={path} /></Tabs.Panel>
        <Tabs.Panel value="proof" pt="md"><Papers path={path} /></Tabs.Panel>
        <Tabs.Panel value="statements" pt="md"><Statements path={path} /></Tabs.Panel>
      </Tabs>
      {acting && <Impose path={path} close={() => setActing(false)} />}
    </Page>
  );
}

const useStanding = (path: SellerPath) =>
  useAsk(["standing", path], () => api.GET("/v1/sellers/{marketplace}/{seller_id}/standing", { params: { path } }));

function Standing({ path }: { path: SellerPath }) {
  const { say, language } = useWords();
  const standing = useStanding(path);
  return (
    <Asked asked={standing} height={90}>
      {({ account }) => (
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <Card withBorder><Text size="xs" c="dimmed">{say("seller.access")}</Text><Group mt={4}><Chip of="access" code={account.access} /></Group></Card>
          <Card withBorder><Text size="xs" c="dimmed">{say("seller.points.title")}</Text><Text size="xl" fw={700}>{account.points ?? 0}</Text></Card>
          <Card withBorder><Text size="xs" c="dimmed">{say("seller.warned")}</Text><Text fw={600} mt={4}>{say(account.warned ? "yes" : "no")}</Text></Card>
          <Card withBorder>
            <Text size="xs" c="dimmed">{say("seller.frozen")}</Text>
            <Text fw={600} mt={4}>{Object.entries(account.frozen as Record<string, number>).map(([currency, minor]) => minorUnits(minor, currency, language)).join(", ") || "–"}</Text>
          </Card>
        </SimpleGrid>
      )}
    </Asked>
  );
}

/** How far an action reaches, in words of the API. */
function reach(scope: object): string {
  const [kind, of] = Object.entries(scope)[0] ?? ["", {}];
  const { listing_id } = (typeof of === "object" && of ? of : {}) as { listing_id?: string };
  return listing_id ? `${kind} ${listing_id}` : kind;
}

function Actions({ path }: { path: SellerPath }) {
  const { say, language } = useWords();
  const named = useNamed();
  const may = useMay();
  const standing = useStanding(path);
  const [undone, setUndone] = useState<Schemas["Action"]>();
  return (
    <Asked asked={standing}>
      {({ actions }) =>
        actions.length === 0 ? <Text c="dimmed">{say("seller.actions.none")}</Text> : (
          <Table.ScrollContainer minWidth={640}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{say("action.measure")}</Table.Th><Table.Th>{say("action.scope")}</Table.Th><Table.Th>{say("action.from")}</Table.Th>
                  <Table.Th>{say("action.until")}</Table.Th><Table.Th>{say("action.fate")}</Table.Th><Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {actions.map((action) => (
                  <Table.Tr key={action.action_id}>
                    <Table.Td>{named("measure", action.measure)}{action.points ? ` +${action.points}` : ""}{action.follows && <Text size="xs" c="dimmed">{say("action.follows")}</Text>}</Table.Td>
                    <Table.Td>{reach(action.scope)}</Table.Td>
                    <Table.Td>{moment(action.from, language)}</Table.Td>
                    <Table.Td>{action.until ? moment(action.until, language) : say("action.open")}</Table.Td>
                    <Table.Td><Chip of="fate" code={action.fate} /></Table.Td>
                    <Table.Td>{action.fate === "stands" && !action.follows && may("undo", "action") && <Button size="compact-sm" variant="light" onClick={() => setUndone(action)}>{say("action.undo")}</Button>}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
            {undone && <Undo action={undone} close={() => setUndone(undefined)} />}
          </Table.ScrollContainer>
        )
      }
    </Asked>
  );
}

function Undo({ action, close }: { action: Schemas["Action"]; close: () => void }) {
  const { say } = useWords();
  const named = useNamed();
  const [reason, setReason] = useState("");
  const undo = useDo(() => api.POST("/v1/actions/undo", { body: { actions: [action.action_id], ground: "mistake", reason } }), ["standing", "statements"], close);
  return (
    <Dialog close={close} title={`${say("action.undo")}: ${named("measure", action.measure)}`}>
      <Stack>
        <Alert color="gray">{say("action.undo.what")}</Alert>
        <TextInput label={say("why")} required value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        <Failed error={undo.error} />
        <Button disabled={!reason.trim()} loading={undo.isPending} onClick={() => undo.mutate(undefined as never)}>{say("action.undo")}</Button>
      </Stack>
    </Dialog>
  );
}

function Listings({ path }: { path: SellerPath }) {
  const { say } = useWords();
  const query = { seller_id: path.seller_id, ...(path.marketplace !== "-" && { marketplace: path.marketplace }) };
  const listings = useAsk(["listings", "seller", path], () => api.GET("/v1/listings", { params: { query } }));
  return <Asked asked={listings}>{(page) => (page.items.length ? <ListingRows items={page.items} /> : <Text c="dimmed">{say("listings.empty")}</Text>)}</Asked>;
}

function Statements({ path }: { path: SellerPath }) {
  const { say, language } = useWords();
  const statements = useAsk(["statements", path], () => api.GET("/v1/sellers/{marketplace}/{seller_id}/statements", { params: { path } }));
  return (
    <Asked asked={statements}>
      {(all) => (
        <Stack>
          {all.items.length === 0 && <Text c="dimmed">{say("seller.statements.none")}</Text>}
          {all.items.map((one) => (
            <Card key={one.statement_id} withBorder>
              <Group justify="space-between"><Text fw={600}>{one.title}</Text><Text size="xs" c="dimmed">{moment(one.at, language)}</Text></Group>
              <Text size="sm" mt="xs">{one.facts}</Text>
              <Text size="sm" c="dimmed">{one.ground}</Text>
            </Card>
          ))}
        </Stack>
      )}
    </Asked>
  );
}
