/**
 * A rule's text: what is wrong in it is told while it is typed, and what it would have done when somebody asks. It is put
 * in force where the policy's files are kept, not here.
 */
import { Alert, Button, Group, List, Progress, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useAsk } from "../api/ask";
import { api, type Refused, type Schemas, told } from "../api/client";
import { useMay } from "../api/session";
import { Failed } from "../parts/failed";
import { useWords } from "../words";
import { Code } from "./code";
import { Effect } from "./effect";
import { remaining, type Run, useRun } from "./run";

/** Milliseconds after the last letter until the text is checked. */
const TYPING_MS = 400;
/** Decisions that are made again. */
const DECISIONS = 2_000;

export function Editor({ rule }: { rule: Schemas["PolicyRule"] }) {
  const { say } = useWords();
  const may = useMay();
  const [id, setId] = useState(rule.rule);
  const [text, setText] = useState(rule.text);
  const [typed] = useDebouncedValue({ rule: id, text }, TYPING_MS);
  const tries = may("create", "rule");
  const columns = useAsk(["rule-columns"], () => api.GET("/v1/rules/columns"), { staleTime: Number.POSITIVE_INFINITY });
  const checked = useQuery<Schemas["RuleTried"], Refused>({
    queryKey: ["rule-check", typed],
    enabled: tries,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
    queryFn: async () => told(await api.POST("/v1/rules/dry-run", { body: { ...typed, decisions: 0 } })),
  });
  const { run, start } = useRun(id);
  const wrong = checked.data?.findings.some((finding) => finding.level === "error");
  return (
    <Stack gap="sm">
      <TextInput label={say("rules.id")} value={id} readOnly={!tries} onChange={(event) => setId(event.currentTarget.value)} />
      <Code label={say("rules.text")} text={rule.text} readOnly={!tries} columns={columns.data?.items ?? []} findings={checked.data?.findings ?? []} changed={setText} />
      {tries ? (
        <>
          <Failed error={checked.error} />
          {checked.data && <Checked tried={checked.data} />}
          <Group justify="space-between">
            <Text size="xs" c="dimmed" maw={320}>{say("rules.nowhere")}</Text>
            <Button disabled={wrong ?? true} loading={run ? !run.over : false} onClick={() => void start(text, DECISIONS)}>{say("rules.try", { count: String(DECISIONS) })}</Button>
          </Group>
          {run && <Far run={run} />}
          {run?.error && <Failed error={run.error} />}
          {run?.back && <Effect back={run.back} />}
        </>
      ) : (
        <Text size="sm" c="dimmed">{say("rules.analysts")}</Text>
      )}
    </Stack>
  );
}

/** How far a run is, and how long it takes from here. */
function Far({ run }: { run: Run }) {
  const { say, language } = useWords();
  if (run.over) return null;
  const left = remaining(run, Date.now());
  const done = run.back?.decisions ?? 0;
  const filled = { done: done.toLocaleString(language), of: run.of.toLocaleString(language), seconds: Math.ceil(left ?? 0).toLocaleString(language) };
  return (
    <div>
      <Progress value={(100 * done) / run.of} aria-label={say("rules.far.bar")} animated />
      <Text size="xs" c="dimmed" role="status">{say(left === undefined ? "rules.far.begins" : "rules.far", filled)}</Text>
    </div>
  );
}

function Checked({ tried }: { tried: Schemas["RuleTried"] }) {
  const { say } = useWords();
  const failed = tried.tests.filter((test) => !test.passed);
  const wrong = tried.findings.some((finding) => finding.level === "error");
  if (tried.findings.length === 0 && failed.length === 0) {
    return <Alert color="teal" py="xs">{say("rules.sound", { tests: String(tried.tests.length) })}</Alert>;
  }
  return (
    <Alert color={wrong ? "red" : "orange"} py="xs" title={say(wrong ? "rules.wrong" : "rules.odd")}>
      <List size="sm">
        {tried.findings.map((finding) => (
          <List.Item key={`${finding.line} ${finding.column} ${finding.message}`}>
            {finding.line > 0 && <b>{say("rules.line", { line: String(finding.line), column: String(finding.column) })} </b>}
            {finding.message}
            {finding.help && <Text size="xs" c="dimmed">{finding.help}</Text>}
          </List.Item>
        ))}
        {failed.map((test) => <List.Item key={`test ${test.line}`}>{say("rules.test.failed", { name: test.name, line: String(test.line) })}</List.Item>)}
      </List>
    </Alert>
  );
}
