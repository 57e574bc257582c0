/** What a listing says, with what was seen marked in it. */
import { Card, SimpleGrid, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { money } from "../shown";
import { useWords } from "../words";
import type { Word } from "../words/en";
import { type Decision, marksOn } from "./evidence";
import { Marked } from "./text";

/** A listing as an object of a feed. */
export type Said = Record<string, unknown>;

const FACTS: [string, Word][] = [
  ["brand", "listing.brand"],
  ["condition", "listing.condition"],
  ["seller_id", "listing.seller"],
  ["market", "listing.market"],
  ["ships_from", "listing.ships_from"],
  ["google_product_category", "listing.category"],
  ["product_type", "listing.category"],
  ["gtin", "listing.gtin"],
];

/** Lists of texts that buyers and sellers wrote beside. */
const LISTS: [string, Word][] = [
  ["details", "listing.details"],
  ["questions", "listing.questions"],
  ["reviews", "listing.reviews"],
];

const text = (said: Said, name: string): string => (typeof said[name] === "string" ? (said[name] as string) : "");

export function Offer({ said, decision, children }: { said: Said; decision: Decision | undefined; children?: ReactNode }) {
  const { say, language } = useWords();
  const price = money(said, language);
  const facts: [string, string][] = [[say("listing.price"), price], ...FACTS.map(([name, word]): [string, string] => [say(word), text(said, name)])];
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Marked fw={600} size="lg" text={text(said, "title")} marks={marksOn(decision, "title")} />
        {children}
        <Marked size="sm" text={text(said, "description")} marks={marksOn(decision, "description")} />
        <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="xs" verticalSpacing={4}>
          {facts.filter(([, value]) => value).map(([name, value]) => (
            <div key={`${name} ${value}`}><Text size="xs" c="dimmed">{name}</Text><Text size="sm">{value}</Text></div>
          ))}
        </SimpleGrid>
        {LISTS.map(([name, word]) => <Lines key={name} title={say(word)} name={name} said={said} decision={decision} />)}
      </Stack>
    </Card>
  );
}

function Lines({ title, name, said, decision }: { title: string; name: string; said: Said; decision: Decision | undefined }) {
  const lines = Array.isArray(said[name]) ? (said[name] as unknown[]).filter((line) => typeof line === "string") : [];
  if (lines.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed">{title}</Text>
      {lines.map((line, at) => <Marked key={at} size="sm" text={line as string} marks={marksOn(decision, name, at)} />)}
    </div>
  );
}
