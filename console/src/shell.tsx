/** What is around every page: the name, the ways, language, light or dark; and the door for who is not logged in. */
import { AppShell, Button, Center, Group, Loader, NavLink, Text, useMantineColorScheme } from "@mantine/core";
import { Link, Outlet } from "@tanstack/react-router";

import { useLogout, useMe } from "./api/session";
import { Failed } from "./failed";
import { Login } from "./pages/login";
import { useWords } from "./words";

export function Shell() {
  const { say } = useWords();
  const me = useMe();
  const logout = useLogout();
  if (me.isPending) return <Center h="100vh"><Loader aria-label="…" /></Center>;
  if (me.isError) return <Failed error={me.error} again={() => me.refetch()} />;
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 200, breakpoint: "sm", collapsed: { mobile: true, desktop: !me.data } }} padding="md">
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
        <NavLink component={Link} to="/" label={say("nav.queues")} />
      </AppShell.Navbar>
      <AppShell.Main>{me.data ? <Outlet /> : <Login />}</AppShell.Main>
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
