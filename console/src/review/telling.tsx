/** What a seller is told of an action: filled in from what screening saw, changed by who acts. */
import { NativeSelect, Stack, Textarea, TextInput } from "@mantine/core";
import { useEffect, useRef } from "react";

import { useAsk } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useWords } from "../words";
import type { Word } from "../words/en";

/** Languages in which statements are written. */
const LANGUAGES = ["en", "zh", "de", "es", "fr", "it"];
const SEVERITIES = ["low", "medium", "high", "critical"] as const;

export interface Told {
  language: string;
  facts: string;
  policy: string;
  severity: string;
}

const POLICY = "touchstone.policy";

export function firstTold(language: string): Told {
  return { language: LANGUAGES.includes(language) ? language : "en", facts: "", policy: localStorage.getItem(POLICY) ?? "", severity: "high" };
}

export const isTold = (told: Told): boolean => told.facts.trim() !== "" && told.policy.trim() !== "";

/** As the API takes it. */
export function telling(told: Told, cure: string | null = "prove_purchase"): Schemas["NewTelling"] {
  localStorage.setItem(POLICY, told.policy);
  const facts = told.facts.split("\n").map((line) => line.trim()).filter(Boolean);
  return { language: told.language, facts, basis: { contractual: told.policy } as never, detection: "automated", decision: "person", cure };
}

interface Props {
  told: Told;
  change: (by: (told: Told) => Told) => void;
  /** The decision that brought the listing here: what it tells sellers is the draft. */
  decision?: string | undefined;
  seller?: { marketplace: string; seller_id: string } | undefined;
}

export function Telling({ told, change, decision, seller }: Props) {
  const { say } = useWords();
  const draft = useAsk(
    ["seller-statement", decision, told.language],
    () => api.GET("/v1/decisions/{id}/seller", {
      params: { path: { id: decision ?? "" }, query: { marketplace: seller?.marketplace ?? "", seller_id: seller?.seller_id ?? "", lang: told.language } as never },
    }),
    { enabled: decision !== undefined },
  );
  // The first sentence says how the listing stands, which is what changes now.
  const said = draft.data?.statement.slice(1).join("\n");
  const drafted = useRef("");
  useEffect(() => {
    if (!said) return;
    // What somebody wrote stays; a draft in another language takes the place of the one before.
    change((now) => (now.facts === "" || now.facts === drafted.current ? { ...now, facts: said } : now));
    drafted.current = said;
  }, [said, change]);
  const set = (name: keyof Told) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    change((now) => ({ ...now, [name]: value }));
  };
  return (
    <Stack gap="sm">
      <Textarea label={say("telling.facts")} description={say("telling.facts.help")} required autosize minRows={3} value={told.facts} onChange={set("facts")} />
      <TextInput label={say("telling.policy")} required placeholder={say("telling.policy.example")} value={told.policy} onChange={set("policy")} />
      <NativeSelect label={say("telling.language")} data={LANGUAGES} value={told.language} onChange={set("language")} />
      <NativeSelect label={say("telling.severity")} value={told.severity} onChange={set("severity")}
        data={SEVERITIES.map((value) => ({ value, label: say(`severity.${value}` as Word) }))} />
    </Stack>
  );
}
