/** What a reason says in the language of the page: decisions keep it in English, rules say it in others. */
import { useAsk } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useWords } from "../words";
import type { Decision } from "./evidence";

type Reason = Decision["reasons"][number];

export function useTold(id?: string, said?: readonly Schemas["SaidReason"][]): (reason: Reason) => string {
  const { language } = useWords();
  const other = language !== "en" && id !== undefined;
  const asked = useAsk(["reasons", id, language], () => api.GET("/v1/decisions/{id}/reasons", { params: { path: { id: id ?? "" }, query: { lang: language } } }), { enabled: other, staleTime: 600_000 });
  const all = said ?? (other ? asked.data?.items : undefined);
  return (reason) => all?.find(({ code }) => code === reason.code)?.message ?? reason.message;
}
