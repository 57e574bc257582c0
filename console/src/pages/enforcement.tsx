/** Enforcement: what waits for a second person, and the switch that stops all of it. */
import { Alert, Button, Card, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useAsk, useDo } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useMay, useMe } from "../api/session";
import { drop, pending } from "../enforcement/pending";
import { Asked } from "../parts/asked";
import { Chip } from "../parts/chips";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/failed";
import { Page } from "../parts/page";
import { distance, moment } from "../shown";
import { useWords } from "../words";

export function Enforcement() {
  const { say } = useWords();
  const may = useMay();
  return (
    <Page title={say("nav.enforcement")}>
      <Switch />
      <Card withBorder>
        <Text fw={600} mb="xs">{say("approval.title")}</Text>
        <Approvals />
      </Card>
      {may("read", "audit") && <Recent />}
    </Page>
  );
}

interface Stop {
  by?: unknown;
  at?: string;
  reason?: string;
}

function Switch() {
  const { say } = useWords();
  const may = useMay();
  const state = useAsk(["switch"], () => api.GET("/v1/switch"), { refetchInterval: 15_000 });
  const [turning, setTurning] = useState(false);
  return (
    <Asked asked={state} height={60}>
      {(found) => {
        const { all, rules } = found.switch as { all: Stop | null; rules: Record<string, Stop> };
        const stopped = Object.keys(rules ?? {});
        return (
          <Alert color={all ? "red" : "teal"} title={say(all ? "switch.stopped" : "switch.running")}>
            <Group justify="space-between">
              <div>
                <Text size="sm">{all ? `${all.reason ?? ""}` : say("switch.running.what")}</Text>
                {stopped.length > 0 && <Text size="sm">{say("switch.rules", { rules: stopped.join(", ") })}</Text>}
              </div>
              {may("approve", "action") && <Button color={all ? "teal" : "red"} variant="filled" onClick={() => setTurning(true)}>{say(all ? "switch.on" : "switch.off")}</Button>}
            </Group>
            {turning && <Turn on={Boolean(all)} close={() => setTurning(false)} />}
          </Alert>
        );
      }}
    </Asked>
  );
}

/** `on`: actions go on. */
function Turn({ on, close }: { on: boolean; close: () => void }) {
  const { say } = useWords();
  const [reason, setReason] = useState("");
  const turn = useDo(() => api.PUT("/v1/switch", { body: { on, reason } }), ["switch"], close);
  return (
    <Dialog close={close} title={say(on ? "switch.on" : "switch.off")}>
      <Stack>
        <Text size="sm">{say(on ? "switch.on.what" : "switch.off.what")}</Text>
        <TextInput label={say("why")} required value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        <Failed error={turn.error} />
        <Button color={on ? "teal" : "red"} disabled={!reason.trim()} loading={turn.isPending} onClick={() => turn.mutate(undefined as never)}>{say(on ? "switch.on" : "switch.off")}</Button>
      </Stack>
    </Dialog>
  );
}

function Approvals() {
  const { say } = useWords();
  const approvals = useAsk(["approvals"], () => api.GET("/v1/approvals"), { refetchInterval: 10_000 });
  return (
    <Asked asked={approvals}>
      {({ items }) =>
        items.length === 0 ? <Text size="sm" c="dimmed">{say("approval.none")}</Text> : <Stack>{items.map((one) => <One key={one.approval_id} approval={one} />)}</Stack>
      }
    </Asked>
  );
}

/** `waits`, `approved`, `refused`, `withdrawn`, `expired`, `used`; who and why stand beside it. */
function stateOf(status: unknown): string {
  return typeof status === "string" ? status : (Object.keys(status ?? {})[0] ?? "");
}

function One({ approval }: { approval: Schemas["Approval"] }) {
  const { say, language } = useWords();
  const may = useMay();
  const path = { id: approval.approval_id };
  const order = pending()[approval.approval_id];
  const answer = useDo((body: Schemas["ApprovalCommand"]) => api.POST("/v1/approvals/{id}/commands", { params: { path }, body }), ["approvals"]);
  const go = useDo((body: Schemas["Impose"]) => api.POST("/v1/actions", { body }), ["approvals", "standing"], () => drop(approval.approval_id));
  const status = stateOf(approval.status);
  const waits = status === "waits";
  const { data: me } = useMe();
  const own = me?.account?.account_id === approval.by;
  return (
    <Card withBorder>
      <Group justify="space-between">
        <div>
          <Text fw={600}>{approval.words}</Text>
          <Group gap="xs" mt={4}>
            <Chip of="approval.state" code={status} />
            {waits && <Text size="xs" c="dimmed">{say("approval.expires", { when: distance(approval.expires, Date.now(), language) })}</Text>}
          </Group>
        </div>
        <Group gap="xs">
          {approval.yours && waits && may("approve", "action") && (
            <>
              <Button size="compact-md" color="teal" loading={answer.isPending} onClick={() => answer.mutate({ command: "approve", sees: approval.sees })}>{say("approval.yes")}</Button>
              <Button size="compact-md" variant="light" color="gray" onClick={() => answer.mutate({ command: "refuse", reason: "refused" })}>{say("approval.no")}</Button>
            </>
          )}
          {own && waits && <Button size="compact-md" variant="default" onClick={() => answer.mutate({ command: "withdraw" })}>{say("approval.withdraw")}</Button>}
          {own && order && status === "approved" && <Button size="compact-md" color="red" loading={go.isPending} onClick={() => go.mutate(order)}>{say("approval.go")}</Button>}
        </Group>
      </Group>
      <Failed error={answer.error ?? go.error} />
    </Card>
  );
}

/** What was done last, out of the trail. */
function Recent() {
  const { say, language } = useWords();
  const events = useAsk(["audit", "standing.imposed"], () => api.GET("/v1/audit/events", { params: { query: { kind: "standing.imposed", limit: 50 } } }));
  return (
    <Card withBorder>
      <Text fw={600} mb="xs">{say("enforcement.recent")}</Text>
      <Asked asked={events}>
        {(page) => (
          <Table>
            <Table.Tbody>
              {(page.items as { seq: number; at: string; subject: { id: string }; reason: string }[]).slice().reverse().map((event) => (
                <Table.Tr key={event.seq}><Table.Td>{moment(event.at, language)}</Table.Td><Table.Td>{event.subject.id}</Table.Td><Table.Td>{event.reason}</Table.Td></Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Asked>
    </Card>
  );
}
