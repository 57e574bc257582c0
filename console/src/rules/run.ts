/**
 * Decisions made again with a rule, stretch after stretch: how far it is stands in the cache, so that the page can be left
 * and come back to, and what was found so far is there at once.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { api, Refused, type Schemas, told } from "../api/client";
import { merged } from "./merge";

/** Decisions of one call. */
const STRETCH = 250;

export interface Run {
  /** What was tried. */
  text: string;
  of: number;
  began: number;
  back?: Schemas["Backtest"];
  over: boolean;
  error?: Refused;
}

/** Seconds that are left, by the pace so far; none before there is one. */
export function remaining({ of, began, back }: Run, now: number): number | undefined {
  const done = back?.decisions ?? 0;
  return done > 0 ? ((now - began) / 1000 / done) * (of - done) : undefined;
}

export function useRun(rule: string) {
  const client = useQueryClient();
  const run = useQuery<Run>({ queryKey: ["rule-run", rule], queryFn: () => Promise.reject(new Error("nothing was tried")), enabled: false, gcTime: Number.POSITIVE_INFINITY });
  const start = useCallback(
    async (text: string, of: number) => {
      const key = ["rule-run", rule];
      const began = Date.now();
      const is = (now: Run | undefined) => now?.began === began;
      const set = (change: Partial<Run>) => client.setQueryData<Run>(key, (now) => (now && is(now) ? { ...now, ...change } : now));
      client.setQueryData<Run>(key, { text, of, began, over: false });
      try {
        for (let back: Schemas["Backtest"] | undefined; is(client.getQueryData<Run>(key)); ) {
          const left = of - (back?.decisions ?? 0);
          const body = { rule, text, decisions: Math.min(STRETCH, left), ...(back?.next && { before: back.next }) };
          const tried = told(await api.POST("/v1/rules/dry-run", { body }));
          if (!tried.backtest) break;
          back = merged(back, tried.backtest);
          set({ back });
          if (!back.next || back.decisions >= of) break;
        }
        set({ over: true });
      } catch (error) {
        set({ over: true, ...(error instanceof Refused && { error }) });
      }
    },
    [client, rule],
  );
  return { run: run.data, start };
}
