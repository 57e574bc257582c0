/** The audit trail: who changed what, newest first, the signed head that stands for all of it, and it as a file. */
import { Anchor, Card, Code, Group, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

import { useAsk } from "../api/ask";
import { api } from "../api/client";
import { useMay } from "../api/session";
import { Asked } from "../parts/asked";
import { Dialog } from "../parts/dialog";
import { Page } from "../parts/page";
import { moment } from "../shown";
import { useWords } from "../words";

interface Event {
  seq: number;
  at: string;
  kind: string;
  actor: { kind: string; id: string };
  subject: { kind: string; id: string };
  reason: string;
}

/** Events of one page. */
const PAGE = 100;

export function Audit() {
  const { say, language } = useWords();
  const may = useMay();
  const head = useAsk(["audit", "head"], () => api.GET("/v1/audit/head"), { refetchInterval: 15_000 });
  const [kind, setKind] = useState("");
  const [subject, setSubject] = useState("");
  const [asked] = useDebouncedValue({ kind: kind.trim(), subject: subject.trim() }, 250);
  const size = head.data?.size;
  return (
    <Page title={say("nav.audit")} deeds={may("export", "audit") && <Anchor href="/v1/audit/export" download size="sm">{say("audit.export")}</Anchor>}>
      <Asked asked={head} height={80}>
        {(signed) => signed && (
          <Card withBorder>
            <Text size="sm">{say("audit.head", { size: signed.size.toLocaleString(language), when: moment(signed.signed_at, language) })}</Text>
            <Code block mt="xs" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>{String((signed.head as { head?: string }).head ?? "")}</Code>
            <Text size="xs" c="dimmed" mt="xs">{say("audit.verify")}</Text>
          </Card>
        )}
      </Asked>
      <Group>
        <TextInput label={say("audit.kind")} placeholder="standing.imposed" value={kind} onChange={(event) => setKind(event.currentTarget.value)} />
        <TextInput label={say("audit.subject")} placeholder="case 01a2…" value={subject} onChange={(event) => setSubject(event.currentTarget.value)} />
      </Group>
      {size !== undefined && <Events size={size} kind={asked.kind} subject={asked.subject} />}
    </Page>
  );
}

function Events({ size, kind, subject }: { size: number; kind: string; subject: string }) {
  const { say, language } = useWords();
  const [open, setOpen] = useState<Event>();
  const [subjectKind, subjectId] = subject.split(/\s+/, 2);
  // Without a filter the last ones are shown; with one, those from the beginning.
  const filtered = kind !== "" || Boolean(subjectId);
  const query = {
    limit: PAGE,
    from: filtered ? 0 : Math.max(0, size - PAGE),
    ...(kind && { kind }),
    ...(subjectId && { subject_kind: subjectKind ?? "", subject_id: subjectId }),
  };
  const events = useAsk(["audit", query], () => api.GET("/v1/audit/events", { params: { query } }));
  return (
    <Asked asked={events}>
      {(page) => {
        const items = (page.items as unknown as Event[]).slice().reverse();
        if (items.length === 0) return <Text c="dimmed">{say("audit.none")}</Text>;
        return (
          <Table.ScrollContainer minWidth={640}>
            <Table highlightOnHover>
              <Table.Thead><Table.Tr><Table.Th>#</Table.Th><Table.Th>{say("audit.when")}</Table.Th><Table.Th>{say("audit.kind")}</Table.Th><Table.Th>{say("audit.actor")}</Table.Th><Table.Th>{say("audit.subject")}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {items.map((event) => (
                  <Table.Tr key={event.seq}>
                    <Table.Td><Anchor component="button" size="sm" onClick={() => setOpen(event)}>{event.seq}</Anchor></Table.Td>
                    <Table.Td>{moment(event.at, language)}</Table.Td>
                    <Table.Td>{event.kind}</Table.Td>
                    <Table.Td>{event.actor.kind} {event.actor.id.slice(0, 18)}</Table.Td>
                    <Table.Td>{event.subject.kind} {event.subject.id.slice(0, 40)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
            {open && (
              <Dialog close={() => setOpen(undefined)} size="xl" title={`#${open.seq} · ${open.kind}`}>
                <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{JSON.stringify(open, null, 2)}</Code>
              </Dialog>
            )}
          </Table.ScrollContainer>
        );
      }}
    </Asked>
  );
}
