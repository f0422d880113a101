/** Chance in the tests is the same in every run; UNDERLAY_SEED tries another. What a property says of itself wins. */
import fc from 'fast-check'

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['UNDERLAY_SEED'] ?? 20261121) })
