/** Why a decision was made: reasons by severity, and what the score is made of. */
import { Card, Group, Stack, Text } from "@mantine/core";

import type { Schemas } from "../api/client";
import { Chip, useNamed } from "../parts/chips";
import { useWords } from "../words";
import type { Decision } from "./evidence";
import { useTold } from "./told";
import { Waterfall } from "./waterfall";

/** Scores are counted in millionths. */
const MICRO = 1_000_000;

interface Props {
  decision: Decision;
  /** Where it is kept, so that its reasons can be had in another language; or what they say in it. */
  id?: string | undefined;
  said?: readonly Schemas["SaidReason"][];
}

export function Reasons({ decision, id, said }: Props) {
  const { say } = useWords();
  const told = useTold(id, said);
  const named = useNamed();
  const shares = Object.entries(decision.shares as Record<string, number>).map(([signal, share]) => ({ signal, share: share / MICRO }));
  const fewest = decision.counterfactual ?? [];
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs">
        <Text fw={600}>{say("review.why")}</Text>
        <Chip of="verdict" code={decision.verdict} />
      </Group>
      <Stack gap={6}>
        {decision.reasons.map((reason) => (
          <Group key={reason.code} gap="xs" wrap="nowrap" align="flex-start">
            <Chip of="severity" code={reason.severity} />
            <Text size="sm">{told(reason)}</Text>
          </Group>
        ))}
        {decision.reasons.length === 0 && <Text size="sm" c="dimmed">{say("review.why.none")}</Text>}
      </Stack>
      {shares.length > 0 && (
        <>
          <Group justify="space-between" mt="md" mb="xs">
            <Text fw={600}>{say("review.score")}</Text>
            <Text size="sm">{(decision.score / MICRO).toFixed(1)}</Text>
          </Group>
          <Waterfall shares={shares} />
        </>
      )}
      {fewest.length > 0 && <Text size="xs" c="dimmed" mt="sm">{say("review.fewest", { signals: fewest.map((signal) => named("signal", signal)).join(", ") })}</Text>}
    </Card>
  );
}
