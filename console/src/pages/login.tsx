import { Button, Paper, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { Refused } from "../api/client";
import { useLogin } from "../api/session";
import { Failed } from "../parts/failed";
import { useWords } from "../words";

/** Asks for the second factor only where the server does. */
export function Login() {
  const { say } = useWords();
  const login = useLogin();
  const [asked, setAsked] = useState({ login: "", password: "", code: "" });
  const needsCode = asked.code !== "" || (login.error instanceof Refused && login.error.code.includes("factor"));
  const send = (event: FormEvent) => {
    event.preventDefault();
    const { code, ...rest } = asked;
    login.mutate({ ...rest, ...(code && { code }) });
  };
  const field = (name: keyof typeof asked) => ({
    value: asked[name],
    onChange: (event: { currentTarget: { value: string } }) => setAsked({ ...asked, [name]: event.currentTarget.value }),
  });
  return (
    <Paper component="form" onSubmit={send} maw={360} mx="auto" mt="xl" p="lg" withBorder>
      <Stack>
        <Title order={1} size="h3">{say("login.title")}</Title>
        <TextInput label={say("login.name")} autoComplete="username" required {...field("login")} />
        <PasswordInput label={say("login.password")} autoComplete="current-password" required {...field("password")} />
        {needsCode && <TextInput label={say("login.code")} autoComplete="one-time-code" inputMode="numeric" {...field("code")} />}
        {login.error && <Failed error={login.error} />}
        <Button type="submit" loading={login.isPending}>{say("login.go")}</Button>
      </Stack>
    </Paper>
  );
}
