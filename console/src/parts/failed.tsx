/** What is shown where something went wrong: what the server said, and the way to try again. */
import { Alert, Button, Stack, Text } from "@mantine/core";

import { useWords } from "../words";

export function Failed({ error, again }: { error: Error | null; again?: () => void }) {
  const { say } = useWords();
  if (!error) return null;
  return (
    <Alert color="red" title={say("error.title")} role="alert">
      <Stack align="flex-start" gap="sm">
        <Text size="sm">{error.message}</Text>
        {again && <Button size="compact-sm" variant="light" color="red" onClick={again}>{say("error.again")}</Button>}
      </Stack>
    </Alert>
  );
}
