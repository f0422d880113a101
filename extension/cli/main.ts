/** The `underlay` command. */
import { readFileSync, writeFileSync, writeSync } from 'node:fs'
import { run } from './run.ts'

/** Writes all of it, however slowly the reader of a pipe takes it. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8')
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(descriptor, bytes, done)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      // The reader has gone (`| head`): so may we.
      if (code === 'EPIPE') process.exit(0)
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

run(process.argv.slice(2), {
  out: (text) => writeAll(1, text),
  note: (text) => writeAll(2, text),
  cwd: process.cwd(),
  colours: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
  watched: process.stderr.isTTY === true,
  input: () => readFileSync(0, 'utf8'),
  write: (path, text) => writeFileSync(path, text),
}).then((code) => {
  // Set, not called: output that is still on its way is not cut off.
  process.exitCode = code
}, () => {
  process.exitCode = 2
})
