import { defineConfig } from "vitest/config";

// once more, since a busy machine can starve a browser of the milliseconds that these tests wait for
export default defineConfig({ test: { include: ["test/browser/*.test.ts"], testTimeout: 30_000, hookTimeout: 60_000, retry: 1 } });
