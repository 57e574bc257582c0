/** Proof of all sellers that waits for somebody to look at it. */
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";

import { useList } from "../api/ask";
import { api } from "../api/client";
import { AskedList } from "../parts/asked";
import { Page } from "../parts/page";
import { Sheets } from "../proof/papers";
import { useWords } from "../words";

const STATES = ["waiting", "accepted", "refused"] as const;

export function Proof() {
  const { say } = useWords();
  const [status, setStatus] = useState<string>("waiting");
  const documents = useList(["documents", status], (cursor?: string) => api.GET("/v1/documents", { params: { query: { status, ...(cursor && { cursor }) } as never } }));
  const choice = <SegmentedControl value={status} onChange={setStatus} data={STATES.map((value) => ({ value: value as string, label: say(`proof.${value}`) }))} />;
  return (
    <Page title={say("nav.proof")} deeds={choice}>
      <AskedList asked={documents} empty={say("proof.none")}>{(items) => <Sheets items={items} />}</AskedList>
    </Page>
  );
}
