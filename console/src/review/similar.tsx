/** Listings that say something like this one: what was decided on them, and what people found. */
import { Anchor, Card, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { useAsk } from "../api/ask";
import { api } from "../api/client";
import { addressOf } from "../listing/address";
import { Chip } from "../parts/chips";
import { useWords } from "../words";

export function Similar({ decision }: { decision: string }) {
  const { say } = useWords();
  const found = useAsk(["similar", decision], () => api.GET("/v1/decisions/{id}/similar", { params: { path: { id: decision } } }), { staleTime: 60_000 });
  if (!found.data || found.data.items.length === 0) return null;
  return (
    <Card withBorder>
      <Text fw={600} mb="xs">{say("review.similar")}</Text>
      <Stack gap={6}>
        {found.data.items.map((one) => (
          <Group key={addressOf(one)} gap="xs" wrap="nowrap" align="flex-start">
            <Chip of="verdict" code={one.verdict} />
            {one.learnt && <Chip of="finding" code={one.learnt} />}
            <div>
              <Anchor component={Link} to={addressOf(one) as never} size="sm">{one.title}</Anchor>
              <Text size="xs" c="dimmed">{one.seller_id} · {say("review.similar.share", { percent: String(Math.round(one.likeness / 10)) })}</Text>
            </div>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
