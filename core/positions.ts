/** Front door: a person's own positions by name and shape; apart from what reads them, which is larger than all of the client. */
export { sidecarOf, type KeptSpot, type ShownPositions, type SpotsChange } from './sidecar/sidecar.ts'
