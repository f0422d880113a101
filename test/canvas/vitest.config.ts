/** The built designer in Chromium, with a fake VS Code around it. */
import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['test/canvas/**/*.canvas.ts'], testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false } })
