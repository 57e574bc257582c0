/** The desk of a reviewer: the item in hand, what is judged of it, and the way back. */
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";

import { api, type Refused, type Schemas, told } from "../api/client";
import { useWords } from "../words";
import { Held } from "./held";
import type { Verdict } from "./keys";

export type Item = Schemas["QueueItem"];

/** Milliseconds in which a judgement can be taken back. */
const BACK_MS = 6_000;
/** How long somebody wants to see nothing of what was skipped. */
const SKIP_MS = 3_600_000;

export interface Judged {
  item: Item;
  command: Schemas["ItemCommand"];
}

/** What a judgement says where one key is all that is said. */
const REASONS: Record<Verdict, string> = { fake: "looks_fake", genuine: "looks_genuine", unsure: "unclear" };

export function judgement(verdict: Verdict, cls = "counterfeit"): Schemas["NewJudgement"] {
  return { verdict, class: verdict === "fake" ? cls : "none", confidence: verdict === "unsure" ? 50 : 90, reason: REASONS[verdict] };
}

export function useDesk(queue: string) {
  const { say } = useWords();
  const client = useQueryClient();
  const key = useMemo(() => ["next", queue], [queue]);
  const next = useQuery<Item | null, Refused>({
    queryKey: key,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async () => told(await api.POST("/v1/queues/{queue}/next", { params: { path: { queue } }, body: {} })).item ?? null,
  });
  const failed = useCallback((error: Error) => notifications.show({ color: "red", message: error.message }), []);
  const send = useCallback(
    ({ item, command }: Judged) => {
      const sent = api.POST("/v1/items/{id}/commands", { params: { path: { id: item.item_id } }, body: command, keepalive: true });
      sent.then(told).then(() => client.invalidateQueries({ queryKey: ["queues"] }), failed);
    },
    [client, failed],
  );
  const held = useMemo(() => new Held<Judged>(send, BACK_MS), [send]);
  useEffect(() => {
    const flush = () => held.flush();
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, [held]);
  // The answer to what is done now must not come before the item is gone from the screen.
  const onward = useCallback(() => client.refetchQueries({ queryKey: key }), [client, key]);
  const judge = useCallback(
    (item: Item, verdict: Verdict, cls?: string) => {
      held.hold({ item, command: { command: "judge", token: item.lock?.token ?? 0, judgement: judgement(verdict, cls) } });
      notifications.show({ id: "judged", autoClose: BACK_MS, message: say("review.saved", { verdict: say(`review.${verdict}`) }) });
      void onward();
    },
    [held, onward, say],
  );
  const skip = useCallback(
    (item: Item) => {
      const until = new Date(Date.now() + SKIP_MS).toISOString();
      held.hold({ item, command: { command: "skip", token: item.lock?.token ?? 0, reason: "later", until } });
      void onward();
    },
    [held, onward],
  );
  const undo = useCallback(() => {
    const back = held.takeBack();
    if (!back) return;
    notifications.hide("judged");
    const now = client.getQueryData<Item | null>(key);
    client.setQueryData(key, back.item);
    if (now?.lock?.token !== undefined && now.item_id !== back.item.item_id) {
      const release: Schemas["ItemCommand"] = { command: "release", token: now.lock.token ?? 0 };
      api.POST("/v1/items/{id}/commands", { params: { path: { id: now.item_id } }, body: release }).then(told).catch(failed);
    }
  }, [client, failed, held, key]);
  return { next, judge, skip, undo, onward };
}
