/** One item after the other: what the listing says and shows, why it is here, and one key for each judgement. */
import { Alert, Button, Card, Grid, Group, Kbd, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useCallback, useState } from "react";

import { useAsk, useDo } from "../api/ask";
import { api } from "../api/client";
import { Offer, type Said } from "../listing/offer";
import { Earlier } from "../listing/past";
import { Pictures, type Sight } from "../listing/pictures";
import { Reasons } from "../listing/reasons";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/failed";
import { Page } from "../parts/page";
import { Alike, type Decided } from "../review/alike";
import { type Item, useDesk } from "../review/desk";
import { type Deed, KEYS, keyOf, useKeys } from "../review/keys";
import { Remove } from "../review/remove";
import { Similar } from "../review/similar";
import { SellerStrip } from "../review/strip";
import { Together } from "../review/together";
import { useWords } from "../words";

type Open = "remove" | "alike" | "help" | undefined;
const SIGHTS: readonly Sight[] = ["plain", "grey", "blurred"];

export function Review() {
  const { queue } = useParams({ strict: false }) as { queue: string };
  const { say } = useWords();
  const desk = useDesk(queue);
  const [open, setOpen] = useState<Open>();
  const [sight, setSight] = useState(0);
  const [together, setTogether] = useState<Decided>();
  const item = desk.next.data;
  const decision = useDecision(item);
  const cls = decision.data?.decision.class;
  const guilty = cls && cls !== "none" ? cls : undefined;
  const begin = useDo((one: Item) => {
    const { marketplace = "", seller_id = null, listing_id = null } = one.subject as Record<string, string>;
    return api.POST("/v1/cases", { body: { about: "listing", marketplace, seller_id, listing_id, reason: "review" } });
  }, ["cases"]);
  const { judge, skip, undo, onward } = desk;
  const { mutate: beginCase } = begin;
  const act = useCallback(
    (deed: Deed) => {
      if (deed === "help") setOpen((now) => (now === "help" ? undefined : "help"));
      else if (deed === "sight") setSight((now) => (now + 1) % SIGHTS.length);
      else if (deed === "undo") undo();
      else if (!item) return;
      else if (deed === "remove" || deed === "alike") setOpen(deed);
      else if (deed === "skip") skip(item);
      else if (deed === "case") beginCase(item);
      else judge(item, deed, guilty);
    },
    [item, guilty, judge, skip, undo, beginCase],
  );
  useKeys(act);
  const done = useCallback(
    (decided?: Decided) => {
      setOpen(undefined);
      setTogether(decided);
      void onward();
    },
    [onward],
  );
  return (
    <Page title={`${say("review.title")} · ${queue}`} deeds={<Button variant="subtle" rightSection={<Kbd size="xs">?</Kbd>} onClick={() => act("help")}>{say("review.keys")}</Button>}>
      <Failed error={desk.next.error ?? begin.error} again={() => desk.next.refetch()} />
      {begin.data && <Alert color="teal">{say("review.case.made")}</Alert>}
      {together && <Together key={together.group} decided={together} over={() => setTogether(undefined)} />}
      {desk.next.isPending && <Skeleton h={320} />}
      {item === null && <Alert color="gray" title={say("review.none")}>{say("review.none.what")}</Alert>}
      {item && (
        <>
          <Deeds act={act} />
          {item.blind && <Alert color="gray">{say("review.blind")}</Alert>}
          <One key={item.item_id} item={item} sight={SIGHTS[sight] ?? "plain"} decision={decision} />
        </>
      )}
      {item && open === "remove" && <Remove item={item} class={guilty} close={() => setOpen(undefined)} done={() => done()} />}
      {item && open === "alike" && <Alike item={item} class={guilty} close={() => setOpen(undefined)} done={done} />}
      {open === "help" && <Dialog close={() => setOpen(undefined)} title={say("review.keys")}><KeyList /></Dialog>}
    </Page>
  );
}

/** What screening said; asked only where the person may know. */
function useDecision(item: Item | null | undefined) {
  const id = item?.blind ? undefined : (item?.decision_id ?? undefined);
  return useAsk(["decision", id], () => api.GET("/v1/decisions/{id}", { params: { path: { id: id ?? "" } } }), { enabled: id !== undefined });
}

function One({ item, sight, decision }: { item: Item; sight: Sight; decision: ReturnType<typeof useDecision> }) {
  const path = { id: item.item_id };
  const listing = useAsk(["item-listing", item.item_id], () => api.GET("/v1/items/{id}/listing", { params: { path } }));
  if (listing.isPending) return <Skeleton h={240} />;
  if (listing.isError) return <Failed error={listing.error} again={() => listing.refetch()} />;
  const body = decision.data?.decision;
  const { marketplace, seller_id } = item.subject as Record<string, string>;
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Offer said={listing.data.listing as Said} decision={body}>
          <Pictures notes={listing.data.pictures} decision={body} sight={sight} at={(sha256) => `/v1/items/${item.item_id}/pictures/${sha256}`} />
        </Offer>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack>
          {seller_id && <SellerStrip seller={{ marketplace: marketplace ?? "", seller_id }} />}
          {decision.isError && <Failed error={decision.error} />}
          {body && <Reasons decision={body} id={decision.data?.decision_id} />}
          {/* What was decided on others says much about this one: not before it was judged unseen. */}
          {body && <Earlier name={item.subject as Record<string, string>} said={listing.data.listing as Said} />}
          {decision.data && <Similar decision={decision.data.decision_id} />}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

const DEEDS: { deed: Exclude<Deed, "help">; color: string; filled?: boolean }[] = [
  { deed: "fake", color: "red", filled: true },
  { deed: "genuine", color: "teal", filled: true },
  { deed: "unsure", color: "gray" },
  { deed: "remove", color: "red" },
  { deed: "alike", color: "blue" },
  { deed: "case", color: "blue" },
  { deed: "skip", color: "gray" },
  { deed: "undo", color: "gray" },
  { deed: "sight", color: "gray" },
];

function Deeds({ act }: { act: (deed: Deed) => void }) {
  const { say } = useWords();
  return (
    <Card withBorder p="xs" style={{ position: "sticky", top: 60, zIndex: 10 }}>
      <Group gap="xs">
        {DEEDS.map(({ deed, color, filled }) => (
          <Button key={deed} size="compact-md" color={color} variant={filled ? "filled" : "light"} autoContrast onClick={() => act(deed)}
            rightSection={<Kbd size="xs">{keyOf(deed)}</Kbd>}>
            {say(`review.${deed}`)}
          </Button>
        ))}
      </Group>
    </Card>
  );
}

function KeyList() {
  const { say } = useWords();
  return (
    <SimpleGrid cols={2} spacing="xs">
      {Object.entries(KEYS).map(([key, deed]) => (
        <Group key={key} gap="xs" wrap="nowrap"><Kbd>{key}</Kbd><Text size="sm">{deed === "help" ? say("review.keys.help") : say(`review.${deed}`)}</Text></Group>
      ))}
    </SimpleGrid>
  );
}
