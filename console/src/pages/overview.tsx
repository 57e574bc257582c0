/** How things stand: prevalence, missed fakes and false blocks with their intervals; what waits; fuses that blew. */
import { Alert, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { api, type Schemas, told } from "../api/client";
import { Asked } from "../asked";
import { share } from "../shown";
import { useWords } from "../words";
import type { Word } from "../words/en";

/** Days that the overview looks back. */
const DAYS = 30;

const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

const SHARES: { of: keyof Schemas["EstimatesView"]; word: Word; color: string }[] = [
  { of: "prevalence", word: "overview.prevalence", color: "var(--mantine-color-orange-6)" },
  { of: "missed", word: "overview.missed", color: "var(--mantine-color-red-6)" },
  { of: "false_blocks", word: "overview.false_blocks", color: "var(--mantine-color-blue-6)" },
];

export function Overview() {
  const { say } = useWords();
  const estimates = useQuery({
    queryKey: ["estimates", DAYS],
    queryFn: async () => told(await api.GET("/v1/estimates", { params: { query: { first: day(DAYS), last: day(0) } } })),
  });
  const fuses = useQuery({ queryKey: ["fuses"], queryFn: async () => told(await api.GET("/v1/fuses")) });
  const blown = fuses.data?.items.filter((fuse) => fuse.effect === "review") ?? [];
  return (
    <Stack>
      <Title order={1} size="h2">{say("overview.title", { days: String(DAYS) })}</Title>
      {blown.map((fuse) => (
        <Alert key={fuse.rule} color="orange" title={say("overview.blown", { rule: fuse.rule })}>
          {say("overview.blown.why", { right: String(fuse.right), audits: String(fuse.audits) })}
        </Alert>
      ))}
      <Asked asked={estimates}>
        {(all) => (
          <SimpleGrid cols={{ base: 1, md: 3 }}>
            {SHARES.map(({ of, word, color }) => <Estimate key={of} title={say(word)} estimate={all[of] ?? null} color={color} />)}
          </SimpleGrid>
        )}
      </Asked>
    </Stack>
  );
}

function Estimate({ title, estimate, color }: { title: string; estimate: Schemas["Share"] | null; color: string }) {
  const { say, language } = useWords();
  return (
    <Card withBorder>
      <Text size="sm" c="dimmed">{title}</Text>
      {estimate ? (
        <>
          <Text size="xl" fw={700}>{share(estimate.share_ppb, language)}</Text>
          <Interval estimate={estimate} color={color} />
          <Group justify="space-between">
            <Text size="xs">{share(estimate.low_ppb, language)}</Text>
            <Text size="xs">{say("overview.judged", { judged: estimate.judged.toLocaleString(language), of: estimate.listings.toLocaleString(language) })}</Text>
            <Text size="xs">{share(estimate.high_ppb, language)}</Text>
          </Group>
        </>
      ) : (
        <Text size="sm" mt="sm">{say("overview.none")}</Text>
      )}
    </Card>
  );
}

/** The interval on a scale that ends a little beyond it, and the most fitting share on it. */
function Interval({ estimate, color }: { estimate: Schemas["Share"]; color: string }) {
  const most = Math.max(1, estimate.high_ppb * 1.15);
  const at = (ppb: number) => `${(100 * ppb) / most}%`;
  return (
    <svg width="100%" height="22" role="img" aria-hidden="true">
      <line x1="0" x2="100%" y1="11" y2="11" stroke="var(--mantine-color-default-border)" />
      <rect x={at(estimate.low_ppb)} width={at(estimate.high_ppb - estimate.low_ppb)} y="6" height="10" rx="5" fill={color} opacity="0.35" />
      <circle cx={at(estimate.share_ppb)} cy="11" r="5" fill={color} />
    </svg>
  );
}
