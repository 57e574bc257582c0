/** One's own password, second factor and sessions. */
import { Alert, Button, Card, Code, Group, PasswordInput, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useAsk, useDo } from "../api/ask";
import { api } from "../api/client";
import { useMe } from "../api/session";
import { Asked } from "../parts/asked";
import { Failed } from "../parts/failed";
import { moment } from "../shown";
import { useWords } from "../words";

export function Own() {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Password />
      <Factor />
      <Sessions />
    </SimpleGrid>
  );
}

function Password() {
  const { say } = useWords();
  const [asked, setAsked] = useState({ password: "", new_password: "" });
  const change = useDo(() => api.PUT("/v1/me/password", { body: asked }), [], () => setAsked({ password: "", new_password: "" }));
  const field = (name: keyof typeof asked) => ({ value: asked[name], onChange: (event: { currentTarget: { value: string } }) => setAsked({ ...asked, [name]: event.currentTarget.value }) });
  return (
    <Card withBorder component="form" onSubmit={(event: React.FormEvent) => { event.preventDefault(); change.mutate(undefined as never); }}>
      <Stack gap="sm">
        <Text fw={600}>{say("login.password")}</Text>
        <PasswordInput label={say("settings.password.now")} autoComplete="current-password" {...field("password")} />
        <PasswordInput label={say("settings.password.new")} autoComplete="new-password" {...field("new_password")} />
        <Failed error={change.error} />
        {change.isSuccess && <Alert color="teal">{say("settings.password.done")}</Alert>}
        <Button type="submit" w="fit-content" disabled={!asked.password || !asked.new_password} loading={change.isPending}>{say("settings.password.change")}</Button>
      </Stack>
    </Card>
  );
}

/** A code of an app beside the password: a secret is given, and counts once a code of it was shown. */
function Factor() {
  const { say } = useWords();
  const { data: me } = useMe();
  const [asked, setAsked] = useState({ password: "", code: "" });
  const begin = useDo(() => api.POST("/v1/me/factor", { body: { password: asked.password } }));
  const confirm = useDo(() => api.POST("/v1/me/factor/confirm", { body: { code: asked.code } }), ["me"]);
  const on = me?.account?.second_factor;
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Text fw={600}>{say("settings.factor")}</Text>
        <Text size="sm">{say(on ? "settings.factor.on" : "settings.factor.off")}</Text>
        {!on && !begin.data && (
          <Group align="flex-end">
            <PasswordInput flex={1} label={say("settings.password.now")} autoComplete="current-password" value={asked.password} onChange={(event) => setAsked({ ...asked, password: event.currentTarget.value })} />
            <Button variant="light" disabled={!asked.password} loading={begin.isPending} onClick={() => begin.mutate(undefined as never)}>{say("settings.factor.begin")}</Button>
          </Group>
        )}
        {begin.data && !confirm.data && (
          <>
            <Text size="sm">{say("settings.factor.secret")}</Text>
            <Code block>{begin.data.secret}</Code>
            <Group align="flex-end">
              <TextInput flex={1} label={say("login.code")} inputMode="numeric" value={asked.code} onChange={(event) => setAsked({ ...asked, code: event.currentTarget.value })} />
              <Button disabled={!asked.code} loading={confirm.isPending} onClick={() => confirm.mutate(undefined as never)}>{say("settings.factor.confirm")}</Button>
            </Group>
          </>
        )}
        {confirm.data && <><Text size="sm">{say("settings.factor.codes")}</Text><Code block>{confirm.data.recovery_codes.join("\n")}</Code></>}
        <Failed error={begin.error ?? confirm.error} />
      </Stack>
    </Card>
  );
}

function Sessions() {
  const { say, language } = useWords();
  const { data: me } = useMe();
  const account_id = me?.account?.account_id;
  const sessions = useAsk(["sessions", account_id], () => api.GET("/v1/sessions", { params: { query: { account_id } as never } }), { enabled: account_id !== undefined });
  const end = useDo((id: string) => api.DELETE("/v1/sessions/{id}", { params: { path: { id } } }), ["sessions"]);
  return (
    <Card withBorder>
      <Text fw={600} mb="xs">{say("settings.sessions")}</Text>
      <Failed error={end.error} />
      <Asked asked={sessions} height={60}>
        {({ items }) => (
          <Stack gap={6}>
            {items.map((one) => (
              <Group key={one.session_id} justify="space-between">
                <Text size="sm">{say("settings.sessions.seen", { when: moment(one.seen_at, language) })}{one.current ? ` · ${say("settings.sessions.this")}` : ""}</Text>
                {!one.current && <Button size="compact-sm" variant="light" color="gray" onClick={() => end.mutate(one.session_id)}>{say("settings.sessions.end")}</Button>}
              </Group>
            ))}
          </Stack>
        )}
      </Asked>
    </Card>
  );
}
