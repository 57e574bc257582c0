/** How things stand: prevalence, missed fakes and false blocks with their intervals; what waits; clocks; fuses. */
import { Alert, Anchor, Card, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { useAsk } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useMay } from "../api/session";
import { Asked } from "../parts/asked";
import { Page } from "../parts/page";
import { Due } from "../parts/due";
import { FirstVisit } from "../overview/first";
import { distance, share } from "../shown";
import { useWords } from "../words";
import type { Word } from "../words/en";

/** Days that the overview looks back. */
const DAYS = 30;
/** Listings of each verdict that are counted, at most. */
const COUNTED = 200;

const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

const SHARES: { of: keyof Schemas["EstimatesView"]; word: Word; color: string }[] = [
  { of: "prevalence", word: "overview.prevalence", color: "var(--mantine-color-orange-6)" },
  { of: "missed", word: "overview.missed", color: "var(--mantine-color-red-6)" },
  { of: "false_blocks", word: "overview.false_blocks", color: "var(--mantine-color-blue-6)" },
];

export function Overview() {
  const { say } = useWords();
  const may = useMay();
  return (
    <Page title={say("overview.title", { days: String(DAYS) })}>
      <FirstVisit />
      {may("read", "rule") && <Blown />}
      {may("read", "measure") && <Estimates />}
      {may("read", "listing") && <Verdicts />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {may("read", "queue") && <Waiting />}
        {may("read", "case") && <Clocks />}
      </SimpleGrid>
    </Page>
  );
}

function Blown() {
  const { say } = useWords();
  const fuses = useAsk(["fuses"], () => api.GET("/v1/fuses"));
  const blown = fuses.data?.items.filter((fuse) => fuse.effect === "review") ?? [];
  return (
    <>
      {blown.map((fuse) => (
        <Alert key={fuse.rule} color="orange" title={say("overview.blown", { rule: fuse.rule })}>
          {say("overview.blown.why", { right: String(fuse.right), audits: String(fuse.audits) })}{" "}
          <Anchor component={Link} to="/rules" size="sm">{say("nav.rules")}</Anchor>
        </Alert>
      ))}
    </>
  );
}

function Estimates() {
  const { say } = useWords();
  const estimates = useAsk(["estimates", DAYS], () => api.GET("/v1/estimates", { params: { query: { first: day(DAYS), last: day(0) } } }));
  return (
    <Asked asked={estimates}>
      {(all) => (
        <SimpleGrid cols={{ base: 1, md: 3 }}>
          {SHARES.map(({ of, word, color }) => <Estimate key={of} title={say(word)} estimate={all[of] ?? null} color={color} />)}
        </SimpleGrid>
      )}
    </Asked>
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
          <Group justify="space-between" wrap="nowrap">
            <Text size="xs">{share(estimate.low_ppb, language)}</Text>
            <Text size="xs" ta="center">{say("overview.judged", { judged: estimate.judged.toLocaleString(language), of: estimate.listings.toLocaleString(language) })}</Text>
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
    <svg width="100%" height="22" aria-hidden="true">
      <line x1="0" x2="100%" y1="11" y2="11" stroke="var(--mantine-color-default-border)" />
      <rect x={at(estimate.low_ppb)} width={at(estimate.high_ppb - estimate.low_ppb)} y="6" height="10" rx="5" fill={color} opacity="0.35" />
      <circle cx={at(estimate.share_ppb)} cy="11" r="5" fill={color} />
    </svg>
  );
}

const VERDICTS = ["block", "review", "allow"] as const;

/** How many listings stand at each verdict: the way to each. */
function Verdicts() {
  const { say, language } = useWords();
  return (
    <SimpleGrid cols={3}>
      {VERDICTS.map((verdict) => <Verdict key={verdict} verdict={verdict} title={say(`overview.${verdict}`)} language={language} />)}
    </SimpleGrid>
  );
}

function Verdict({ verdict, title, language }: { verdict: (typeof VERDICTS)[number]; title: string; language: string }) {
  const some = useAsk(["listings", "count", verdict], () => api.GET("/v1/listings", { params: { query: { verdict, limit: COUNTED } } }), { refetchInterval: 15_000 });
  const count = some.data?.items.length ?? 0;
  return (
    <Card withBorder component={Link} to={`/listings?verdict=${verdict}` as never}>
      <Text size="sm" c="dimmed">{title}</Text>
      <Text size="xl" fw={700}>{some.data ? `${count.toLocaleString(language)}${some.data.next ? "+" : ""}` : "…"}</Text>
    </Card>
  );
}

function Waiting() {
  const { say, language } = useWords();
  const queues = useAsk(["queues"], () => api.GET("/v1/queues"), { refetchInterval: 5_000 });
  return (
    <Card withBorder>
      <Text fw={600} mb="xs">{say("overview.waiting")}</Text>
      <Asked asked={queues} height={60}>
        {(all) => (
          <Stack gap={4}>
            {all.map((queue) => (
              <Group key={queue.queue} justify="space-between" wrap="nowrap">
                <Anchor component={Link} to={`/review/${encodeURIComponent(queue.queue)}` as never} size="sm">{queue.queue}</Anchor>
                <Text size="sm">
                  {queue.open.toLocaleString(language)}
                  {queue.oldest && ` · ${say("queues.oldest", { when: distance(queue.oldest, Date.now(), language) })}`}
                </Text>
              </Group>
            ))}
          </Stack>
        )}
      </Asked>
    </Card>
  );
}

function Clocks() {
  const { say } = useWords();
  const open = useAsk(["cases", "clocks"], () => api.GET("/v1/cases", { params: { query: { stage: "open", limit: 100 } } }));
  return (
    <Card withBorder>
      <Text fw={600} mb="xs">{say("overview.clocks")}</Text>
      <Asked asked={open} height={60}>
        {(page) => {
          const due = page.items.filter((one) => one.clock === "warned" || one.clock === "breached");
          if (due.length === 0) return <Text size="sm" c="dimmed">{say("overview.clocks.none")}</Text>;
          return (
            <Stack gap={4}>
              {due.map((one) => (
                <Group key={one.case_id} justify="space-between" wrap="nowrap">
                  <Anchor component={Link} to={`/cases/${one.case_id}` as never} size="sm">{one.due_what ?? one.case_id}</Anchor>
                  <Due of={one} />
                </Group>
              ))}
            </Stack>
          );
        }}
      </Asked>
    </Card>
  );
}
