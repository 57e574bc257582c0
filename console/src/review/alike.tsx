/** Items that say and show the same: one decision for all of them, after a look at exactly what it touches. */
import { Button, Checkbox, Group, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useDo } from "../api/ask";
import { api, type Refused, type Schemas, told } from "../api/client";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/failed";
import { useWords } from "../words";
import { type Item, judgement } from "./desk";
import type { Verdict } from "./keys";

interface Props {
  item: Item;
  class?: string | undefined;
  close: () => void;
  done: (decided: Decided) => void;
}

/** What was decided together, for who wants it back. */
export interface Decided {
  group: string;
  count: number;
}

type SellerOf = Schemas["GroupSeller"];
const nameOf = (seller: SellerOf) => Object.values(seller.seller).join(" / ");

export function Alike({ item, class: cls, close, done }: Props) {
  const { say } = useWords();
  const group = useQuery<Schemas["GroupView"], Refused>({
    queryKey: ["group", item.item_id],
    gcTime: 0,
    queryFn: async () => told(await api.POST("/v1/groups", { body: { item_id: item.item_id } })),
  });
  const [verdict, setVerdict] = useState<Verdict>();
  return (
    <Dialog close={close} title={say("alike.title")} size="xl">
      {group.isPending && <Skeleton h={160} />}
      <Failed error={group.error} />
      {group.data && (
        <Stack>
          <Text size="sm">{say("alike.found", { count: String(group.data.members.length) })}</Text>
          <Table.ScrollContainer minWidth={400} mah={260}>
            <Table>
              <Table.Tbody>
                {group.data.members.map((member) => <Table.Tr key={member.item_id}><Table.Td>{named(member.listing)}</Table.Td></Table.Tr>)}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {verdict ? (
            <Preview group={group.data.group_id} verdict={verdict} class={cls} back={() => setVerdict(undefined)} done={done} />
          ) : (
            <Group>
              <Button color="red" disabled={group.data.members.length === 0} onClick={() => setVerdict("fake")}>{say("alike.fake")}</Button>
              <Button color="teal" disabled={group.data.members.length === 0} onClick={() => setVerdict("genuine")}>{say("alike.genuine")}</Button>
            </Group>
          )}
        </Stack>
      )}
    </Dialog>
  );
}

/** What names a listing: not the hash of its content. */
function named(listing: object): string {
  const { content: _, kind: __, ...names } = listing as Record<string, unknown>;
  return Object.values(names).filter((value) => typeof value === "string").join(" / ");
}

interface PreviewProps {
  group: string;
  verdict: Verdict;
  class?: string | undefined;
  back: () => void;
  done: (decided: Decided) => void;
}

function Preview({ group, verdict, class: cls, back, done }: PreviewProps) {
  const { say } = useWords();
  const [confirmed, setConfirmed] = useState<string[]>([]);
  const path = { id: group };
  const preview = useQuery<Schemas["GroupPreview"], Refused>({
    queryKey: ["preview", group, verdict],
    gcTime: 0,
    queryFn: async () => told(await api.POST("/v1/groups/{id}/preview", { params: { path }, body: { judgement: judgement(verdict, cls) } })),
  });
  const sellers = preview.data?.sellers ?? [];
  const several = sellers.length > 1;
  const decide = useDo(
    () => {
      const chosen = sellers.filter((seller) => confirmed.includes(nameOf(seller))).map((seller) => seller.seller);
      const order: Schemas["GroupOrder"] = { judgement: judgement(verdict, cls), ...(several && { confirmed: chosen as never }) };
      return api.POST("/v1/groups/{id}/commands", { params: { path }, body: { command: "decide", order, preview: preview.data?.preview ?? "" } });
    },
    ["queues"],
    (answer) => done({ group, count: answer.items.length }),
  );
  if (preview.isPending) return <Skeleton h={80} />;
  if (preview.isError) return <Failed error={preview.error} again={back} />;
  return (
    <Stack gap="sm">
      <Text size="sm">{say("alike.touches", { count: String(preview.data.served.length), left: String(preview.data.left_out.length) })}</Text>
      {several && <Text size="sm">{say("alike.several")}</Text>}
      {sellers.map((seller) => (
        <Checkbox key={nameOf(seller)} label={`${nameOf(seller)} · ${seller.items}`} checked={!several || confirmed.includes(nameOf(seller))} disabled={!several}
          onChange={({ currentTarget: { checked } }) => setConfirmed((all) => (checked ? [...all, nameOf(seller)] : all.filter((one) => one !== nameOf(seller))))} />
      ))}
      <Failed error={decide.error} />
      <Group>
        <Button variant="default" onClick={back}>{say("cancel")}</Button>
        <Button color={verdict === "fake" ? "red" : "teal"} loading={decide.isPending} disabled={several && confirmed.length === 0} onClick={() => decide.mutate(undefined as never)}>
          {say("alike.decide", { verdict: say(`review.${verdict}`), count: String(preview.data.served.length) })}
        </Button>
      </Group>
    </Stack>
  );
}
