/** The earlier version of a listing beside the present one: what was taken out struck through, what came in underlined. */
import { Card, Stack, Text } from "@mantine/core";
import { type Change, diffWordsWithSpace } from "diff";

import { useAsk } from "../api/ask";
import { api } from "../api/client";
import { moment } from "../shown";
import { useWords } from "../words";
import type { Word } from "../words/en";
import { useNamed } from "../parts/chips";
import type { Said } from "./offer";
import classes from "./past.module.css";

interface Name {
  marketplace?: string | undefined;
  seller_id?: string | undefined;
  listing_id?: string | undefined;
}

const FIELDS: [string, Word][] = [
  ["title", "listing.title"],
  ["description", "listing.description"],
  ["price", "listing.price"],
  ["price_minor", "listing.price"],
  ["brand", "listing.brand"],
  ["condition", "listing.condition"],
  ["product_type", "listing.category"],
  ["gtin", "listing.gtin"],
];

/** Nothing where there is no earlier version, or it says the same. */
export function Earlier({ name, said }: { name: Name; said: Said }) {
  const { say, language } = useWords();
  const named = useNamed();
  const { marketplace = "", seller_id = "", listing_id = "" } = name;
  const query = { ...(marketplace && { marketplace }), ...(seller_id && { seller_id }), listing_id, limit: 10 };
  const past = useAsk(["decisions", query], () => api.GET("/v1/decisions", { params: { query } }), { enabled: listing_id !== "", staleTime: 60_000 });
  const [now, ...before] = past.data?.items ?? [];
  const other = before.find((one) => one.decision.hashes.listing !== now?.decision.hashes.listing);
  const id = other?.decision_id ?? "";
  const earlier = useAsk(["decided-listing", id], () => api.GET("/v1/decisions/{id}/listing", { params: { path: { id } } }), { enabled: id !== "", staleTime: 600_000 });
  if (!other || !earlier.data) return null;
  const changes = differences(earlier.data.listing as Said, said);
  if (changes.length === 0) return null;
  return (
    <Card withBorder>
      <Text fw={600}>{say("listing.earlier")}</Text>
      <Text size="xs" c="dimmed" mb="xs">{moment(other.decided_at, language)} · {named("verdict", other.decision.verdict)}</Text>
      <Stack gap="xs">
        {changes.map(({ field, word, parts }) => (
          <div key={field}>
            <Text size="xs" c="dimmed">{say(word)}</Text>
            <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
              {parts.map((part, at) => (part.added ? <ins key={at} className={classes.added}>{part.value}</ins> : part.removed ? <del key={at} className={classes.removed}>{part.value}</del> : part.value))}
            </Text>
          </div>
        ))}
      </Stack>
    </Card>
  );
}

const text = (said: Said, field: string): string => (said[field] === undefined || said[field] === null ? "" : String(said[field]));

/** Fields that say something else, word by word; words of scripts without spaces as the browser cuts them. */
export function differences(before: Said, now: Said): { field: string; word: Word; parts: Change[] }[] {
  const intlSegmenter = new Intl.Segmenter(undefined, { granularity: "word" });
  return FIELDS.filter(([field]) => text(before, field) !== text(now, field)).map(([field, word]) => ({
    field,
    word,
    parts: diffWordsWithSpace(text(before, field), text(now, field), { intlSegmenter }),
  }));
}
