/** What is around every page: the name, the ways, language, light or dark; and the door for who is not logged in. */
import { AppShell, Button, Center, Group, Loader, NavLink, Text, useMantineColorScheme } from "@mantine/core";
import { Link, Outlet } from "@tanstack/react-router";
import { lazy } from "react";

import { useLogout, useMe } from "./api/session";
import { Failed } from "./failed";
import { Login } from "./pages/login";
import { useWords } from "./words";
import type { Word } from "./words/en";

const Portal = lazy(() => import("./pages/portal").then(({ Portal }) => ({ default: Portal })));

const WAYS: { to: string; word: Word }[] = [
  { to: "/", word: "nav.overview" },
  { to: "/queues", word: "nav.queues" },
  { to: "/cases", word: "nav.cases" },
  { to: "/appeals", word: "nav.appeals" },
];

export function Shell() {
  const { say } = useWords();
  const me = useMe();
  const logout = useLogout();
  // A seller has pages of their own and no way to any other.
  const seller = me.data?.account?.seller_id !== undefined;
  if (me.isPending) return <Center h="100vh"><Loader aria-label="…" /></Center>;
  if (me.isError) return <Failed error={me.error} again={() => me.refetch()} />;
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 200, breakpoint: "sm", collapsed: { mobile: true, desktop: !me.data || seller } }} padding="md">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Text fw={700}>{say("app.name")}</Text>
          <Group gap="xs" wrap="nowrap">
            <Looks />
            {me.data && (
              <Button size="compact-sm" variant="subtle" onClick={() => logout.mutate()}>
                {say("nav.logout")} · {me.data.account?.login ?? me.data.name}
              </Button>
            )}
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        {WAYS.map(({ to, word }) => <NavLink key={to} component={Link} to={to as never} label={say(word)} />)}
      </AppShell.Navbar>
      <AppShell.Main>{me.data ? seller ? <Portal me={me.data} /> : <Outlet /> : <Login />}</AppShell.Main>
    </AppShell>
  );
}

function Looks() {
  const { say, change } = useWords();
  const { toggleColorScheme } = useMantineColorScheme();
  return (
    <>
      <Button size="compact-sm" variant="subtle" onClick={change}>{say("nav.language")}</Button>
      <Button size="compact-sm" variant="subtle" onClick={toggleColorScheme} aria-label={say("nav.theme")}>◐</Button>
    </>
  );
}
