/** Measures functions in turn, A B A B …, so that a drift of the machine hits both; prints medians and their ratio. */

export interface Contender {
  readonly name: string
  readonly run: () => unknown
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** Runs every contender `runs` times after `warm` uncounted ones, interleaved. The first is the one that others are compared with. */
export async function compare(title: string, contenders: readonly Contender[], runs = 7, warm = 2): Promise<void> {
  const times = contenders.map((): number[] => [])
  for (let i = 0; i < runs + warm; i++) {
    for (const [index, { run }] of contenders.entries()) {
      const start = performance.now()
      await run()
      if (i >= warm) times[index]?.push(performance.now() - start)
    }
  }
  const medians = times.map(median)
  const base = medians[0] ?? NaN
  console.log(`  ${title}`)
  for (const [index, { name }] of contenders.entries()) {
    const value = medians[index] ?? NaN
    const ratio = index === 0 ? '' : `  ×${(value / base).toFixed(2)}`
    console.log(`    ${name.padEnd(52)} ${value.toFixed(1).padStart(9)} ms${ratio}`)
  }
}
