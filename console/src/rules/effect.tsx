/** What a rule would have done on recent decisions: how many verdicts change, whose, and those most worth a look. */
import { Anchor, Card, Group, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { Schemas } from "../api/client";
import { addressOf } from "../listing/address";
import { Chip } from "../parts/chips";
import { useWords } from "../words";

export function Effect({ back }: { back: Schemas["Backtest"] }) {
  const { say, language } = useWords();
  const number = (of: number) => of.toLocaleString(language);
  return (
    <Card withBorder>
      <Text fw={600}>{say("rules.effect", { count: number(back.decisions) })}</Text>
      <Text size="sm" mb="sm">{say("rules.fires", { fires: number(back.fires), fired: number(back.fired) })}</Text>
      {back.changes.length === 0 ? <Text size="sm">{say("rules.changes.none")}</Text> : (
        <Stack gap="sm">
          {back.changes.map((change) => (
            <Group key={`${change.from} ${change.to}`} gap="xs">
              <Text fw={700} w={56} ta="right">{number(change.count)}</Text><Chip of="verdict" code={change.from} /> → <Chip of="verdict" code={change.to} />
            </Group>
          ))}
          <SimpleGrid cols={2}>
            <Bars title={say("rules.brands")} counts={back.brands} />
            <Bars title={say("rules.sellers")} counts={back.sellers} />
          </SimpleGrid>
          <Text size="sm" fw={600}>{say("rules.examples")}</Text>
          <Table.ScrollContainer minWidth={420}>
            <Table>
              <Table.Tbody>
                {back.examples.map((one) => (
                  <Table.Tr key={one.decision_id}>
                    <Table.Td><Anchor component={Link} size="sm" to={addressOf(one) as never}>{one.listing_id}</Anchor></Table.Td>
                    <Table.Td>{one.seller_id}</Table.Td>
                    <Table.Td><Group gap={4} wrap="nowrap"><Chip of="verdict" code={one.from} /> → <Chip of="verdict" code={one.to} /></Group></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Stack>
      )}
    </Card>
  );
}

/** Names that are drawn. */
const SHOWN = 6;

function Bars({ title, counts }: { title: string; counts: Schemas["Counted"][] }) {
  const most = Math.max(1, ...counts.map((one) => one.count));
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>{title}</Text>
      {counts.slice(0, SHOWN).map((one) => (
        <Group key={one.name} gap="xs" wrap="nowrap">
          <Text size="xs" w={110} truncate="end" style={{ flex: "none" }}>{one.name || "–"}</Text>
          <svg width="100%" height="12" aria-hidden="true"><rect width={`${(100 * one.count) / most}%`} height="10" y="1" rx="2" fill="var(--mantine-color-teal-7)" /></svg>
          <Text size="xs">{one.count}</Text>
        </Group>
      ))}
    </div>
  );
}
