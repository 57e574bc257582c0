/** One item after the other: what the listing says, why it is here, and one key for each judgement. */
import { Alert, Badge, Button, Card, Group, Kbd, Modal, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useCallback } from "react";

import { api, type Schemas, told } from "../api/client";
import { Failed } from "../failed";
import { Waterfall } from "../review/waterfall";
import { type Deed, KEYS, useKeys } from "../review/keys";
import { type Say, useWords } from "../words";

type Item = Schemas["QueueItem"];
type Verdict = Exclude<Deed, "skip" | "help">;

/** Scores are counted in millionths. */
const MICRO = 1_000_000;

/** What a judgement says where one key is all that is said. */
const SAID: Record<Verdict, { class: string; reason: string }> = {
  fake: { class: "counterfeit", reason: "logo_wrong" },
  genuine: { class: "none", reason: "genuine" },
  unsure: { class: "none", reason: "unclear" },
};

export function Review() {
  const { queue } = useParams({ strict: false }) as { queue: string };
  const { say } = useWords();
  const client = useQueryClient();
  const next = useQuery({
    queryKey: ["next", queue],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (told(await api.POST("/v1/queues/{queue}/next", { params: { path: { queue } }, body: {} })).item ?? null) as Item | null,
  });
  const [help, { toggle }] = useDisclosure();
  const done = useMutation({
    mutationFn: async ({ item, deed }: { item: Item; deed: Verdict | "skip" }) => {
      const token = item.lock?.token ?? 0;
      const body: Schemas["ItemCommand"] =
        deed === "skip"
          ? { command: "skip", token, reason: "later" } as Schemas["ItemCommand"]
          : { command: "judge", token, judgement: { verdict: deed, confidence: 90, ...SAID[deed] } } as Schemas["ItemCommand"];
      return told(await api.POST("/v1/items/{id}/commands", { params: { path: { id: item.item_id } }, body }));
    },
    onSuccess: (_, { deed }) => {
      notifications.show({ message: say("review.saved", { verdict: say(`review.${deed}`) }) });
      return client.invalidateQueries({ queryKey: ["next", queue] });
    },
  });
  const item = next.data;
  const act = useCallback(
    (deed: Deed) => {
      if (deed === "help") toggle();
      else if (item && !done.isPending) done.mutate({ item, deed });
    },
    [item, done, toggle],
  );
  useKeys(act);
  if (next.isPending) return <Skeleton h={240} />;
  if (next.isError) return <Failed error={next.error} again={() => next.refetch()} />;
  if (!item) return <Text c="dimmed">{say("review.none")}</Text>;
  return (
    <Stack>
      <Title order={1} size="h3">{say("review.title")} · {queue}</Title>
      {item.blind && <Alert color="gray">{say("review.blind")}</Alert>}
      {done.error && <Failed error={done.error} />}
      <Offer item={item} />
      {!item.blind && item.decision_id && <Reasons decision={item.decision_id} />}
      <Deeds say={say} act={act} busy={done.isPending} />
      <Modal opened={help} onClose={toggle} title={say("review.keys")}><KeyList say={say} /></Modal>
    </Stack>
  );
}

function Offer({ item }: { item: Item }) {
  const { say } = useWords();
  const listing = useQuery({
    queryKey: ["item-listing", item.item_id],
    queryFn: async () => told(await api.GET("/v1/items/{id}/listing", { params: { path: { id: item.item_id } } })).listing as Record<string, unknown>,
  });
  if (listing.isPending) return <Skeleton h={140} />;
  if (listing.isError) return <Failed error={listing.error} />;
  const text = (name: string) => (typeof listing.data[name] === "string" ? (listing.data[name] as string) : "");
  const rows: [string, string][] = [
    [say("review.price"), text("price")],
    [say("review.seller"), text("seller_id")],
    [say("review.market"), text("market")],
  ];
  return (
    <Card withBorder>
      <Text fw={600} size="lg">{text("title")}</Text>
      <Text size="sm" my="xs">{text("description")}</Text>
      <Table maw={420} withRowBorders={false} verticalSpacing={2}>
        <Table.Tbody>
          {rows.filter(([, value]) => value).map(([name, value]) => (
            <Table.Tr key={name}><Table.Th w={110}>{name}</Table.Th><Table.Td>{value}</Table.Td></Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function Reasons({ decision }: { decision: string }) {
  const { say } = useWords();
  const decided = useQuery({
    queryKey: ["decision", decision],
    queryFn: async () => told(await api.GET("/v1/decisions/{id}", { params: { path: { id: decision } } })).decision,
  });
  if (decided.isPending) return <Skeleton h={90} />;
  if (decided.isError) return <Failed error={decided.error} />;
  const { reasons } = decided.data;
  const shares = Object.entries(decided.data.shares).map(([signal, share]) => ({ signal, share: share / MICRO }));
  return (
    <Card withBorder>
      <Text fw={600} mb="xs">{say("review.why")}</Text>
      <Stack gap={6}>
        {reasons.map((reason) => (
          <Group key={reason.code} gap="xs" wrap="nowrap" align="flex-start">
            <Badge size="sm" variant="light">{reason.severity}</Badge>
            <Text size="sm">{reason.message}</Text>
          </Group>
        ))}
      </Stack>
      <Text fw={600} mt="md" mb="xs">{say("review.score")}</Text>
      <Waterfall shares={shares} />
    </Card>
  );
}

const DEEDS: { deed: Deed; color: string }[] = [
  { deed: "fake", color: "red" },
  { deed: "genuine", color: "teal" },
  { deed: "unsure", color: "gray" },
  { deed: "skip", color: "gray" },
];

function Deeds({ say, act, busy }: { say: Say; act: (deed: Deed) => void; busy: boolean }) {
  return (
    <Group>
      {DEEDS.map(({ deed, color }) => (
        <Button key={deed} color={color} variant={deed === "fake" || deed === "genuine" ? "filled" : "light"} disabled={busy} onClick={() => act(deed)}
          rightSection={<Kbd size="xs">{keyOf(deed)}</Kbd>}>
          {say(`review.${deed as Exclude<Deed, "help">}`)}
        </Button>
      ))}
    </Group>
  );
}

function keyOf(deed: Deed): string {
  return Object.entries(KEYS).find(([, does]) => does === deed)?.[0] ?? "";
}

function KeyList({ say }: { say: Say }) {
  return (
    <Stack gap="xs">
      {Object.entries(KEYS).map(([key, deed]) => (
        <Group key={key}><Kbd>{key}</Kbd><Text size="sm">{deed === "help" ? say("review.keys.help") : say(`review.${deed}`)}</Text></Group>
      ))}
    </Stack>
  );
}
