/** What was asked of the server as it is shown: loading, failed, nothing there, or the answer. */
import { Button, Skeleton, Text } from "@mantine/core";
import type { UseInfiniteQueryResult, UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { useWords } from "../words";
import { Failed } from "./failed";

interface Props<T> {
  asked: UseQueryResult<T>;
  height?: number;
  children: (answer: T) => ReactNode;
}

export function Asked<T>({ asked, height = 120, children }: Props<T>) {
  if (asked.isPending) return <Skeleton h={height} />;
  if (asked.isError) return <Failed error={asked.error} again={() => asked.refetch()} />;
  return <>{children(asked.data)}</>;
}

interface ListProps<I> {
  asked: UseInfiniteQueryResult<I[]>;
  /** What is said where there is nothing, and what to do then. */
  empty: string;
  children: (items: I[]) => ReactNode;
}

/** A list, and the way to more of it. */
export function AskedList<I>({ asked, empty, children }: ListProps<I>) {
  const { say } = useWords();
  if (asked.isPending) return <Skeleton h={120} />;
  if (asked.isError) return <Failed error={asked.error} again={() => asked.refetch()} />;
  if (asked.data.length === 0) return <Text c="dimmed">{empty}</Text>;
  return (
    <>
      {children(asked.data)}
      {asked.hasNextPage && (
        <Button variant="default" mx="auto" loading={asked.isFetchingNextPage} onClick={() => asked.fetchNextPage()}>{say("more")}</Button>
      )}
    </>
  );
}
