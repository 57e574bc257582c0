/** Cases by where they stand. */
import { Anchor, Button, Checkbox, Group, SegmentedControl, Stack, Table, Text, TextInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { useDo, useList } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useMay } from "../api/session";
import { AskedList } from "../parts/asked";
import { Dialog } from "../parts/dialog";
import { Due } from "../parts/due";
import { Failed } from "../parts/failed";
import { Page } from "../parts/page";
import { moment } from "../shown";
import { useWords } from "../words";

const STAGES = ["open", "waiting", "closed"] as const;

export function Cases() {
  const { say } = useWords();
  const may = useMay();
  const [stage, setStage] = useState<string>("open");
  const [mine, setMine] = useState(false);
  const [opening, setOpening] = useState(false);
  const cases = useList(["cases", stage, mine], (cursor?: string) =>
    api.GET("/v1/cases", { params: { query: { stage, ...(mine && { mine }), ...(cursor && { cursor }) } as never } }));
  const deeds = (
    <>
      <Checkbox label={say("cases.mine")} checked={mine} onChange={(event) => setMine(event.currentTarget.checked)} />
      <SegmentedControl value={stage} onChange={setStage} data={STAGES.map((value) => ({ value: value as string, label: say(`cases.${value}`) }))} />
      {may("create", "case") && <Button variant="light" onClick={() => setOpening(true)}>{say("cases.begin")}</Button>}
    </>
  );
  return (
    <Page title={say("cases.title")} deeds={deeds}>
      <AskedList asked={cases} empty={say("cases.empty")}>{(items) => <Rows items={items} />}</AskedList>
      {opening && <Begin close={() => setOpening(false)} />}
    </Page>
  );
}

function Rows({ items }: { items: Schemas["Case"][] }) {
  const { say, language } = useWords();
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr><Table.Th>{say("cases.about")}</Table.Th><Table.Th>{say("cases.why")}</Table.Th><Table.Th>{say("cases.since")}</Table.Th><Table.Th>{say("cases.due")}</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((one) => (
            <Table.Tr key={one.case_id}>
              <Table.Td><Anchor component={Link} to={`/cases/${one.case_id}` as never} size="sm">{about(one)}</Anchor></Table.Td>
              <Table.Td><Text size="sm" lineClamp={1}>{reason(one)}</Text></Table.Td>
              <Table.Td><Text size="sm">{moment(one.timeline[0]?.at, language)}</Text></Table.Td>
              <Table.Td><Due of={one} /></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What a case is about in one line: its kind, and whatever names it. */
export function about({ subject }: Schemas["Case"]): string {
  const { kind, content: _, ...named } = subject as Record<string, unknown>;
  return [kind, ...Object.values(named)].filter((value) => typeof value === "string" && value !== "").join(" · ");
}

function reason({ timeline }: Schemas["Case"]): string {
  const first = timeline[0]?.what as { reason?: string } | undefined;
  return first?.reason ?? "";
}

function Begin({ close }: { close: () => void }) {
  const { say } = useWords();
  const navigate = useNavigate();
  const [asked, setAsked] = useState({ marketplace: "", seller_id: "", reason: "" });
  const begin = useDo(() => api.POST("/v1/cases", { body: { about: "seller", ...asked } }), ["cases"], (made) => void navigate({ to: `/cases/${made.case_id}` as never }));
  const field = (name: keyof typeof asked) => ({ value: asked[name], onChange: (event: { currentTarget: { value: string } }) => setAsked({ ...asked, [name]: event.currentTarget.value }) });
  return (
    <Dialog close={close} title={say("cases.begin")}>
      <Stack>
        <TextInput label={say("listing.marketplace")} {...field("marketplace")} />
        <TextInput label={say("listing.seller")} required {...field("seller_id")} data-autofocus />
        <TextInput label={say("why")} required {...field("reason")} />
        <Failed error={begin.error} />
        <Group justify="flex-end"><Button disabled={!asked.seller_id.trim() || !asked.reason.trim()} loading={begin.isPending} onClick={() => begin.mutate(undefined as never)}>{say("cases.begin")}</Button></Group>
      </Stack>
    </Dialog>
  );
}
