/** What is around every page: the name, the ways, language, light or dark; and the door for who is not logged in. */
import { AppShell, Burger, Button, Center, Group, Loader, NavLink, Text, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { lazy, Suspense } from "react";

import type { Schemas } from "./api/client";
import { useLogout, useMay, useMe } from "./api/session";
import { Login } from "./pages/login";
import { Failed } from "./parts/failed";
import { useWords } from "./words";
import type { Word } from "./words/en";

const Portal = lazy(() => import("./pages/portal").then(({ Portal }) => ({ default: Portal })));

/** Where one can go, and what somebody must be able to read to have something there. */
const WAYS: { to: string; word: Word; reads?: string }[] = [
  { to: "/", word: "nav.overview" },
  { to: "/queues", word: "nav.queues", reads: "queue" },
  { to: "/cases", word: "nav.cases", reads: "case" },
  { to: "/listings", word: "nav.listings", reads: "listing" },
  { to: "/sellers", word: "nav.sellers", reads: "decision" },
  { to: "/enforcement", word: "nav.enforcement", reads: "action" },
  { to: "/appeals", word: "nav.appeals", reads: "appeal" },
  { to: "/proof", word: "nav.proof", reads: "authorisation" },
  { to: "/rules", word: "nav.rules", reads: "rule" },
  { to: "/knowledge", word: "nav.knowledge", reads: "knowledge" },
  { to: "/banks", word: "nav.banks", reads: "bank" },
  { to: "/audit", word: "nav.audit", reads: "audit" },
  { to: "/settings", word: "nav.settings" },
];

export function Shell() {
  const { say } = useWords();
  const me = useMe();
  const [open, { toggle, close }] = useDisclosure();
  if (me.isPending) return <Center h="100vh"><Loader aria-label="…" /></Center>;
  if (me.isError) return <Failed error={me.error} again={() => me.refetch()} />;
  // A seller has pages of their own and no way to any other.
  const seller = me.data?.account?.seller_id !== undefined;
  const ways = me.data !== null && !seller;
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 190, breakpoint: "sm", collapsed: { mobile: !open || !ways, desktop: !ways } }} padding="md">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            {ways && <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={say("nav.menu")} />}
            <Text fw={700}>{say("app.name")}</Text>
          </Group>
          <Group gap={4} wrap="nowrap"><Looks />{me.data && <Leave me={me.data} />}</Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={say("nav.menu")}><Ways close={close} /></AppShell.Navbar>
      <AppShell.Main>
        {me.data === null ? <Login /> : seller ? <Suspense fallback={<Loader aria-label="…" />}><Portal me={me.data} /></Suspense> : <Outlet />}
      </AppShell.Main>
    </AppShell>
  );
}

function Ways({ close }: { close: () => void }) {
  const { say } = useWords();
  const may = useMay();
  const { pathname } = useLocation();
  const here = (to: string) => (to === "/" ? pathname === "/" : pathname.startsWith(to) || (to === "/queues" && pathname.startsWith("/review")));
  return WAYS.filter(({ reads }) => !reads || may("read", reads)).map(({ to, word }) => (
    <NavLink key={to} component={Link} to={to as never} label={say(word)} active={here(to)} onClick={close} aria-current={here(to) ? "page" : undefined} />
  ));
}

function Leave({ me }: { me: Schemas["Me"] }) {
  const { say } = useWords();
  const logout = useLogout();
  return <Button size="compact-sm" variant="subtle" onClick={() => logout.mutate()}>{say("nav.logout")} · {me.account?.login ?? me.name}</Button>;
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
