/** What a score is made of: a bar a signal, guilty to the right, innocent to the left, as long as its share. */
import { Group, Text } from "@mantine/core";

import { useNamed } from "../parts/chips";
import { bars, type Share } from "./bars";

export function Waterfall({ shares }: { shares: readonly Share[] }) {
  const named = useNamed();
  return (
    <div role="list">
      {bars(shares).map(({ signal, share, left, width }) => (
        <Group key={signal} gap="xs" wrap="nowrap" role="listitem">
          <Text size="xs" w={190} style={{ flex: "none" }} truncate="end" title={signal}>{named("signal", signal)}</Text>
          <svg width="100%" height="14" role="img" aria-label={`${signal} ${share.toFixed(2)}`}>
            <line x1="50%" x2="50%" y1="0" y2="14" stroke="var(--mantine-color-dimmed)" />
            <rect x={`${left}%`} y="2" width={`${width}%`} height="10" rx="2" fill={share > 0 ? "var(--mantine-color-red-6)" : "var(--mantine-color-teal-6)"} />
          </svg>
          <Text size="xs" w={40} ta="right">{share.toFixed(1)}</Text>
        </Group>
      ))}
    </div>
  );
}
