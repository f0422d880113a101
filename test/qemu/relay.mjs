/** A TCP relay that carries so many bytes a second: the narrow link of a measured migration. */
import { connect, createServer } from 'node:net'

/**
 * Listens on a free port, sends on to `target`, both ways. Bytes per second one way. A timer that comes later than `burstSeconds`, as on
 * a machine that has other work, costs the link what it would have carried meanwhile.
 */
export function startRelay(target, bytesPerSecond, burstSeconds = 0.005) {
  const server = createServer((from) => {
    const to = connect(target, '127.0.0.1')
    let credit = 0
    let last = process.hrtime.bigint()
    const refill = () => {
      const now = process.hrtime.bigint()
      credit = Math.min(bytesPerSecond * burstSeconds, credit + Number(now - last) / 1e9 * bytesPerSecond)
      last = now
    }
    from.on('data', (bytes) => {
      refill()
      credit -= bytes.length
      if (!to.write(bytes) || credit < 0) {
        from.pause()
        const again = () => {
          refill()
          if (credit < 0 || to.writableLength > 256 * 1024) setTimeout(again, Math.max(1, -credit / bytesPerSecond * 1000))
          else from.resume()
        }
        setTimeout(again, Math.max(1, -credit / bytesPerSecond * 1000))
      }
    })
    to.on('data', (bytes) => from.write(bytes))
    for (const [one, other] of [[from, to], [to, from]]) {
      one.on('error', () => other.destroy())
      one.on('end', () => other.end())
    }
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({ port: server.address().port, close: () => server.close() })))
}
