/** One case: what it is about, by when something is to be done, all that happened, and what can be done now. */
import { Anchor, Badge, Button, Card, FileButton, Grid, Group, NativeSelect, NumberInput, Stack, Text, Textarea, TextInput, Timeline } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import { useAsk, useDo } from "../api/ask";
import { api, form, type Schemas } from "../api/client";
import { useMay, useMe } from "../api/session";
import { Asked } from "../parts/asked";
import { useNamed } from "../parts/chips";
import { Due } from "../parts/due";
import { Failed } from "../parts/failed";
import { Page } from "../parts/page";
import { moment } from "../shown";
import { useWords } from "../words";
import { about } from "./cases";

export function OneCase() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { say } = useWords();
  const may = useMay();
  const one = useAsk(["case", id], () => api.GET("/v1/cases/{id}", { params: { path: { id } } }));
  return (
    <Page title={one.data ? about(one.data) : say("cases.one")}>
      <Asked asked={one} height={300}>
        {(found) => (
          <>
            <Group gap="xs">
              <Badge variant="light" tt="none">{String((found.status as { status?: string }).status ?? "")}</Badge>
              <Due of={found} />
              <Text size="sm">{found.due_what}</Text>
            </Group>
            <Grid>
              <Grid.Col span={{ base: 12, md: 7 }}><Past events={found.timeline} id={id} /></Grid.Col>
              <Grid.Col span={{ base: 12, md: 5 }}>{may("decide", "case") && <Deeds id={id} />}</Grid.Col>
            </Grid>
          </>
        )}
      </Asked>
    </Page>
  );
}

interface What {
  event?: string;
  evidence?: { content?: string; media?: string; what?: string };
  file?: { content?: string; name?: string };
}

function Past({ events, id }: { events: Schemas["CaseEvent"][]; id: string }) {
  const { say, language } = useWords();
  const named = useNamed();
  return (
    <Card withBorder>
      <Text fw={600} mb="md">{say("cases.timeline")}</Text>
      <Timeline bulletSize={14} lineWidth={2} active={events.length}>
        {events.map((event, at) => {
          const what = event.what as What;
          const content = what.evidence?.content ?? what.file?.content;
          return (
            <Timeline.Item key={at} title={named("event", what.event ?? "")}>
              <Text size="sm">{words(event.what)}</Text>
              {content && <Anchor size="sm" href={`/v1/cases/${id}/files/${content}`}>{what.file?.name ?? what.evidence?.media ?? content}</Anchor>}
              <Text size="xs" c="dimmed">{moment(event.at, language)}</Text>
            </Timeline.Item>
          );
        })}
      </Timeline>
    </Card>
  );
}

/** What of an event is written for people. */
function words(what: object): string {
  const said = { ...what, ...(what as What).evidence, ...(what as What).file } as Record<string, unknown>;
  return ["reason", "text", "what", "shows", "finding"].map((name) => said[name]).filter((value) => typeof value === "string").join(" · ");
}

const FINDINGS = ["confirmed", "unfounded", "undetermined"] as const;

function Deeds({ id }: { id: string }) {
  const { say } = useWords();
  const { data: me } = useMe();
  const [note, setNote] = useState("");
  const [due, setDue] = useState({ what: "", days: 3 as number | string });
  const [over, setOver] = useState({ finding: "confirmed", reason: "" });
  const path = { id };
  const act = useDo((body: Schemas["CaseCommand"]) => api.POST("/v1/cases/{id}/commands", { params: { path }, body }), ["case", "cases"]);
  const file = useDo((sent: File) => api.POST("/v1/cases/{id}/files", { params: { path }, ...form({ file: sent }) }), ["case"]);
  const mine = me?.account?.account_id;
  return (
    <Stack>
      <Failed error={act.error ?? file.error} />
      <Card withBorder>
        <Textarea label={say("cases.note")} autosize minRows={2} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        <Group mt="xs">
          <Button size="compact-md" disabled={!note.trim()} loading={act.isPending} onClick={() => act.mutate({ command: "note", text: note }, { onSuccess: () => setNote("") })}>{say("cases.note.keep")}</Button>
          <FileButton onChange={(sent) => sent && file.mutate(sent)}>{(props) => <Button {...props} size="compact-md" variant="light" loading={file.isPending}>{say("cases.file")}</Button>}</FileButton>
          {mine && <Button size="compact-md" variant="light" onClick={() => act.mutate({ command: "assign", to: mine })}>{say("cases.take")}</Button>}
        </Group>
      </Card>
      <Card withBorder>
        <Group align="flex-end" grow>
          <TextInput label={say("cases.due.what")} value={due.what} onChange={(event) => setDue({ ...due, what: event.currentTarget.value })} />
          <NumberInput label={say("cases.due.days")} min={1} max={366} value={due.days} onChange={(days) => setDue({ ...due, days })} />
        </Group>
        <Group mt="xs">
          <Button size="compact-md" disabled={!due.what.trim()} onClick={() => act.mutate({ command: "due", what: due.what, working_days: Number(due.days) })}>{say("cases.due.set")}</Button>
          <Button size="compact-md" variant="default" onClick={() => act.mutate({ command: "done" })}>{say("cases.done")}</Button>
        </Group>
      </Card>
      <Card withBorder>
        <NativeSelect label={say("cases.finding")} value={over.finding} onChange={(event) => setOver({ ...over, finding: event.currentTarget.value })} data={FINDINGS.map((value) => ({ value: value as string, label: say(`finding.${value}`) }))} />
        <TextInput label={say("why")} value={over.reason} onChange={(event) => setOver({ ...over, reason: event.currentTarget.value })} />
        <Button mt="xs" size="compact-md" color="gray" disabled={!over.reason.trim()} onClick={() => act.mutate({ command: "close", finding: over.finding as Schemas["CaseFinding"], reason: over.reason })}>{say("cases.close")}</Button>
      </Card>
    </Stack>
  );
}
