import { defineConfig } from "vitest/config";

/** Logic runs by itself; days by hand need the program, and are run by `scripts/console.sh`. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: "logic", include: ["src/**/*.test.{ts,tsx}"] } },
      { test: { name: "hands", include: ["e2e/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 180_000, fileParallelism: false } },
    ],
  },
});
