/** End to end: the built extension in a real VS Code, driven through Chromium. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['test/editor/**/*.e2e.ts'], testTimeout: 120_000, hookTimeout: 300_000, fileParallelism: false, retry: 1 },
})
