/** Listings by verdict, marketplace and seller; and one with its latest decision, what was learnt, and its past. */
import { Card, Grid, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { useAsk, useList } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { Drop } from "../banks/drop";
import { Offer, type Said } from "../listing/offer";
import { Earlier } from "../listing/past";
import { Pictures } from "../listing/pictures";
import { Reasons } from "../listing/reasons";
import { Rows } from "../listing/rows";
import { FoundByPicture, FoundByWords } from "../listing/search";
import { Asked, AskedList } from "../parts/asked";
import { Chip } from "../parts/chips";
import { Page } from "../parts/page";
import { Similar } from "../review/similar";
import { SellerStrip } from "../review/strip";
import { moment } from "../shown";
import { useWords } from "../words";

const VERDICTS = ["block", "review", "allow"] as const;
type Verdict = Schemas["Verdict"];

/** Milliseconds after the last letter until is asked. */
const TYPING_MS = 200;

export function Listings() {
  const { say } = useWords();
  const given = useSearch({ strict: false }) as { verdict?: Verdict };
  const [verdict, setVerdict] = useState<string>(given.verdict ?? "");
  const [seller, setSeller] = useState("");
  const [marketplace, setMarketplace] = useState("");
  const [words, setWords] = useState("");
  const [picture, setPicture] = useState<File>();
  const [asked] = useDebouncedValue({ words: words.trim(), seller: seller.trim(), marketplace: marketplace.trim() }, TYPING_MS);
  const listings = useList(["listings", verdict, asked.seller, asked.marketplace], (cursor?: string) => {
    const query = {
      ...(verdict && { verdict: verdict as Verdict }),
      ...(asked.seller && { seller_id: asked.seller }),
      ...(asked.marketplace && { marketplace: asked.marketplace }),
      ...(cursor && { cursor }),
    };
    return api.GET("/v1/listings", { params: { query } });
  });
  const wanted = { q: asked.words, ...(verdict && { verdict: verdict as Verdict }), ...(asked.seller && { seller_id: asked.seller }), ...(asked.marketplace && { marketplace: asked.marketplace }) };
  return (
    <Page title={say("nav.listings")}>
      <Group align="stretch" grow preventGrowOverflow={false}>
        <TextInput label={say("listings.words")} description={say("listings.words.help")} value={words} autoFocus onChange={(event) => { setWords(event.currentTarget.value); setPicture(undefined); }} />
        <Drop word={picture ? picture.name : say("listings.drop")} busy={false} given={([file]) => { setPicture(file); setWords(""); }} />
      </Group>
      <Group align="flex-end">
        <SegmentedControl value={verdict} onChange={setVerdict} aria-label={say("listing.verdict")}
          data={[{ value: "", label: say("all") }, ...VERDICTS.map((value) => ({ value: value as string, label: say(`verdict.${value}`) }))]} />
        <TextInput label={say("listing.seller")} value={seller} onChange={(event) => setSeller(event.currentTarget.value)} />
        <TextInput label={say("listing.marketplace")} value={marketplace} onChange={(event) => setMarketplace(event.currentTarget.value)} />
      </Group>
      {picture ? (
        <FoundByPicture picture={picture} />
      ) : asked.words ? (
        <FoundByWords wanted={wanted} />
      ) : (
        <AskedList asked={listings} empty={say("listings.empty")}>{(items) => <Rows items={items} />}</AskedList>
      )}
    </Page>
  );
}

export function OneListing() {
  const path = useParams({ strict: false }) as { marketplace: string; seller_id: string; listing_id: string };
  const { say } = useWords();
  const one = useAsk(["listing", path], () => api.GET("/v1/listings/{marketplace}/{seller_id}/{listing_id}", { params: { path } }));
  return (
    <Page title={`${say("listing.listing")} ${path.listing_id}`}>
      <Asked asked={one} height={320}>{(found) => <Found one={found} />}</Asked>
    </Page>
  );
}

function Found({ one }: { one: Schemas["ListingDetail"] }) {
  const { say, language } = useWords();
  const id = one.decision_id;
  const decision = useAsk(["decision", id], () => api.GET("/v1/decisions/{id}", { params: { path: { id } } }));
  const query = { marketplace: one.marketplace, seller_id: one.seller_id, listing_id: one.listing_id };
  const past = useAsk(["decisions", query], () => api.GET("/v1/decisions", { params: { query } }));
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Offer said={one.content as Said} decision={decision.data?.decision}>
          <Pictures notes={decision.data?.pictures ?? []} decision={decision.data?.decision} sight="plain" at={(sha256) => `/v1/decisions/${id}/pictures/${sha256}`} />
        </Offer>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack>
          <SellerStrip seller={one} />
          <Asked asked={decision}>{(found) => <Reasons decision={found.decision} id={id} />}</Asked>
          <Earlier name={one} said={one.content as Said} />
          <Similar decision={id} />
          <Card withBorder>
            <Text fw={600} mb="xs">{say("listing.past")}</Text>
            <Asked asked={past} height={60}>
              {(page) => (
                <Stack gap={4}>
                  {page.items.map((before) => (
                    <Group key={before.decision_id} gap="xs"><Chip of="verdict" code={before.decision.verdict} /><Text size="sm">{moment(before.decided_at, language)} · {before.event}</Text></Group>
                  ))}
                </Stack>
              )}
            </Asked>
          </Card>
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
