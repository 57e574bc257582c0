/** What a seller is told of an action: filled in from what screening saw, changed by who acts. */
import { NativeSelect, Stack, Textarea, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";

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
  change: (told: Told) => void;
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
  const [drafted, setDrafted] = useState("");
  useEffect(() => {
    const said = draft.data?.statement.join("\n");
    if (said && (told.facts === "" || told.facts === drafted)) {
      setDrafted(said);
      change({ ...told, facts: said });
    }
  }, [draft.data, told, drafted, change]);
  return (
    <Stack gap="sm">
      <Textarea label={say("telling.facts")} description={say("telling.facts.help")} required autosize minRows={3} value={told.facts}
        onChange={(event) => change({ ...told, facts: event.currentTarget.value })} />
      <TextInput label={say("telling.policy")} required placeholder={say("telling.policy.example")} value={told.policy}
        onChange={(event) => change({ ...told, policy: event.currentTarget.value })} />
      <NativeSelect label={say("telling.language")} data={LANGUAGES} value={told.language} onChange={(event) => change({ ...told, language: event.currentTarget.value })} />
      <NativeSelect label={say("telling.severity")} value={told.severity} onChange={(event) => change({ ...told, severity: event.currentTarget.value })}
        data={SEVERITIES.map((value) => ({ value, label: say(`severity.${value}` as Word) }))} />
    </Stack>
  );
}
