/** Tests that need nothing but Node; the real editor and the kernel have runners of their own. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/editor/**', 'test/canvas/**', '**/node_modules/**'],
    testTimeout: 60_000,
    // Of tests that say so: the kernel's boots, which wait more than they work.
    maxConcurrency: 4,
    setupFiles: ['test/seed.ts'],
  },
})
