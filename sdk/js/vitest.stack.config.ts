import { defineConfig } from "vitest/config";

// against a running stack; system-tests' BrowserIT starts one and looks into the topic afterwards
export default defineConfig({
  test: { include: ["test/stack/*.test.ts"], testTimeout: 150_000, hookTimeout: 60_000, sequence: { concurrent: true } },
});
