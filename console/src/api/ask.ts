/** How pages ask and do: an answer under a name, kept for a moment; a deed that makes answers old. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type UseQueryOptions } from "@tanstack/react-query";

import { type Answer, type Refused, told } from "./client";

type How = Pick<UseQueryOptions, "enabled" | "refetchInterval" | "staleTime">;

/** Asks; the first word of the name is the kind of thing, by which deeds make it old. */
export function useAsk<T>(name: readonly unknown[], ask: () => Promise<Answer<T>>, how: How = {}) {
  return useQuery<T, Refused>({ queryKey: name, queryFn: async () => told(await ask()), ...(how as object) });
}

interface Page<I, C> {
  items: I[];
  next?: C | null | undefined;
}

/** Asks for a list that comes in pages. */
export function useList<I, C>(name: readonly unknown[], ask: (cursor: C | undefined) => Promise<Answer<Page<I, C>>>, how: How = {}) {
  return useInfiniteQuery({
    queryKey: name,
    initialPageParam: undefined as C | undefined,
    queryFn: async ({ pageParam }) => told(await ask(pageParam as C | undefined)),
    getNextPageParam: (page) => page.next ?? undefined,
    select: (all) => all.pages.flatMap((page) => page.items),
    ...(how as object),
  });
}

/** Does something; then all answers of these kinds are asked for again. */
export function useDo<A, T>(does: (asked: A) => Promise<Answer<T>>, renews: readonly string[] = [], then?: (answer: T, asked: A) => void) {
  const client = useQueryClient();
  return useMutation<T, Refused, A>({
    mutationFn: async (asked) => told(await does(asked)),
    onSuccess: (answer, asked) => {
      for (const kind of renews) void client.invalidateQueries({ queryKey: [kind] });
      then?.(answer, asked);
    },
  });
}
