/** ELK's bundle takes over a worker that has no `document`, message handler and all; with one it behaves as a library. */
const scope = globalThis as { document?: object }
scope.document ??= {}

export {}
