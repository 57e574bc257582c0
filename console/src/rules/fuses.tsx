/** Fuses of rules: how often what a rule blocked was right, when somebody looked, and what holds it back. */
import { Button, Card, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useAsk, useDo } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useMay } from "../api/session";
import { Asked } from "../parts/asked";
import { Chip } from "../parts/chips";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/failed";
import { moment, share } from "../shown";
import { useWords } from "../words";

export function Fuses() {
  const { say } = useWords();
  const fuses = useAsk(["fuses"], () => api.GET("/v1/fuses"));
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={720}>{say("rules.what")}</Text>
      <Asked asked={fuses}>
        {({ items }) => (items.length === 0 ? <Text c="dimmed">{say("rules.none")}</Text> : <Stack>{items.map((fuse) => <One key={fuse.rule} fuse={fuse} />)}</Stack>)}
      </Asked>
    </Stack>
  );
}

function One({ fuse }: { fuse: Schemas["Fuse"] }) {
  const { say, language } = useWords();
  const may = useMay();
  const [resetting, setResetting] = useState(false);
  return (
    <Card withBorder>
      <Group justify="space-between">
        <Group gap="xs"><Text fw={600}>{fuse.rule}</Text><Chip of="effect" code={fuse.effect} /></Group>
        {fuse.blown_at && may("approve", "rule") && <Button size="compact-md" variant="light" onClick={() => setResetting(true)}>{say("rules.reset")}</Button>}
      </Group>
      <Precision fuse={fuse} />
      <Group justify="space-between">
        <Text size="xs">{say("rules.right", { right: String(fuse.right), audits: String(fuse.audits) })}</Text>
        <Text size="xs" c="dimmed">{say("rules.floor", { floor: share(fuse.floor_ppb, language), audits: String(fuse.audits_min) })}</Text>
      </Group>
      {fuse.blown_at && <Text size="sm" mt="xs">{say("rules.blown", { when: moment(fuse.blown_at, language), owner: fuse.owner })}</Text>}
      {resetting && <Reset rule={fuse.rule} close={() => setResetting(false)} />}
    </Card>
  );
}

/** From none to all right: the interval of what was found, and the floor below which the fuse blows. */
function Precision({ fuse }: { fuse: Schemas["Fuse"] }) {
  const at = (ppb: number) => `${ppb / 1e7}%`;
  const width = Math.max(0, fuse.high_ppb - fuse.low_ppb);
  return (
    <svg width="100%" height="26" aria-hidden="true">
      <rect x="0" y="10" width="100%" height="6" rx="3" fill="var(--mantine-color-default-border)" />
      {fuse.audits > 0 && <rect x={at(fuse.low_ppb)} y="7" width={at(width)} height="12" rx="6" fill={fuse.effect === "review" ? "var(--mantine-color-orange-6)" : "var(--mantine-color-teal-6)"} />}
      <line x1={at(fuse.floor_ppb)} x2={at(fuse.floor_ppb)} y1="0" y2="26" stroke="var(--mantine-color-red-6)" strokeWidth="2" strokeDasharray="4 3" />
    </svg>
  );
}

function Reset({ rule, close }: { rule: string; close: () => void }) {
  const { say } = useWords();
  const [reason, setReason] = useState("");
  const reset = useDo(() => api.POST("/v1/fuses/{rule}/reset", { params: { path: { rule } }, body: { reason } }), ["fuses"], close);
  return (
    <Dialog close={close} title={`${say("rules.reset")}: ${rule}`}>
      <Stack>
        <Text size="sm">{say("rules.reset.what")}</Text>
        <TextInput label={say("why")} required value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        <Failed error={reset.error} />
        <Button disabled={!reason.trim()} loading={reset.isPending} onClick={() => reset.mutate(undefined as never)}>{say("rules.reset")}</Button>
      </Stack>
    </Dialog>
  );
}
