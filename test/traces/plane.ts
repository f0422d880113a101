/** A plane from the text of an infra file, for tests of forwarding. */
import { compile, type Plane } from '../../core/forwarding/index.ts'
import { infraFormat } from '../../core/formats/infra/index.ts'
import type { Infra } from '../../core/infra/infra.ts'
import type { Progress } from '../../core/reach/pair.ts'
import { realize } from '../../core/realize/index.ts'

/** What the text says with every default filled in; throws where the text has an error, since fixtures should not. */
export function realisedOf(text: string): Infra {
  const reading = infraFormat.read({ uri: 'file:///fixture.infra.yaml', text, version: 1 })
  const errors = reading.problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
  return realize(reading.infra).infra
}

export const planeOf = (text: string): Plane => compile(realisedOf(text))

/** Runs a generator to its end. */
export function finished<T>(work: Generator<Progress, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
