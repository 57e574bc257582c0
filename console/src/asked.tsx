/** What was asked of the server as it is shown: loading, failed, nothing there, or the answer. */
import { Skeleton, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Failed } from "./failed";

interface Props<T> {
  asked: UseQueryResult<T>;
  /** What is said where there is nothing, and what to do then. */
  empty?: string;
  isEmpty?: (answer: T) => boolean;
  height?: number;
  children: (answer: T) => ReactNode;
}

export function Asked<T>({ asked, empty, isEmpty, height = 120, children }: Props<T>) {
  if (asked.isPending) return <Skeleton h={height} />;
  if (asked.isError) return <Failed error={asked.error} again={() => asked.refetch()} />;
  if (empty !== undefined && isEmpty?.(asked.data)) return <Text c="dimmed">{empty}</Text>;
  return <>{children(asked.data)}</>;
}
