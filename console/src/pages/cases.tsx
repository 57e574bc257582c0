/** Cases by where they stand, and one with all that happened. */
import { Anchor, Badge, Card, Group, SegmentedControl, Stack, Table, Text, Timeline, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { api, type Schemas, told } from "../api/client";
import { Asked } from "../asked";
import { distance, moment } from "../shown";
import { useWords } from "../words";
import type { Word } from "../words/en";

const STAGES = ["open", "waiting", "closed"] as const;

export function Cases() {
  const { say, language } = useWords();
  const [stage, setStage] = useState<string>("open");
  const cases = useQuery({
    queryKey: ["cases", stage],
    queryFn: async () => told(await api.GET("/v1/cases", { params: { query: { stage } } })),
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">{say("cases.title")}</Title>
        <SegmentedControl value={stage} onChange={setStage} data={STAGES.map((value) => ({ value, label: say(`cases.${value}` as Word) }))} />
      </Group>
      <Asked asked={cases} empty={say("cases.empty")} isEmpty={(page) => page.items.length === 0}>
        {(page) => (
          <Table highlightOnHover>
            <Table.Thead>
              <Table.Tr><Table.Th>{say("cases.about")}</Table.Th><Table.Th>{say("cases.due")}</Table.Th><Table.Th>{say("cases.why")}</Table.Th></Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {page.items.map((one) => (
                <Table.Tr key={one.case_id}>
                  <Table.Td><Anchor component={Link} to={`/cases/${one.case_id}` as never}>{about(one)}</Anchor></Table.Td>
                  <Table.Td>{one.due_at && <Due of={one} />}</Table.Td>
                  <Table.Td><Text size="sm" lineClamp={1}>{reason(one)} · {moment(one.timeline[0]?.at, language)}</Text></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Asked>
    </Stack>
  );
}

function about({ subject }: Schemas["Case"]): string {
  const said = subject as Record<string, Record<string, string>>;
  const [kind, of] = Object.entries(said)[0] ?? ["", {}];
  return [kind, ...Object.values(of ?? {}).filter((value) => typeof value === "string")].join(" · ");
}

function reason({ timeline }: Schemas["Case"]): string {
  const first = timeline[0]?.what as { reason?: string } | undefined;
  return first?.reason ?? "";
}

function Due({ of }: { of: Schemas["Case"] }) {
  const { language } = useWords();
  const color = of.clock === "breached" ? "red" : of.clock === "warned" ? "orange" : "gray";
  return <Badge color={color} variant="light">{distance(of.due_at ?? "", Date.now(), language)}</Badge>;
}

export function OneCase() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { say, language } = useWords();
  const one = useQuery({ queryKey: ["case", id], queryFn: async () => told(await api.GET("/v1/cases/{id}", { params: { path: { id } } })) });
  return (
    <Asked asked={one} height={300}>
      {(found) => (
        <Stack>
          <Title order={1} size="h3">{about(found)}</Title>
          {found.due_at && <Group gap="xs"><Due of={found} /><Text size="sm">{found.due_what}</Text></Group>}
          <Card withBorder>
            <Text fw={600} mb="md">{say("cases.timeline")}</Text>
            <Timeline bulletSize={14} lineWidth={2} active={found.timeline.length}>
              {found.timeline.map((event, at) => (
                <Timeline.Item key={at} title={String((event.what as { event?: string }).event ?? "")}>
                  <Text size="sm">{words(event.what)}</Text>
                  <Text size="xs" c="dimmed">{moment(event.at, language)}</Text>
                </Timeline.Item>
              ))}
            </Timeline>
          </Card>
        </Stack>
      )}
    </Asked>
  );
}

/** What of an event is written for people. */
function words(what: object): string {
  const said = what as Record<string, unknown>;
  return ["reason", "text", "what", "name"].map((name) => said[name]).filter((value) => typeof value === "string").join(" ");
}
