/** One crisp line icon per kind, as SVG path data on a 16-unit grid: for the canvas and for paper. */
import type { BoxKind } from './diagram.ts'

export const iconPaths: Readonly<Record<BoxKind, string>> = {
  site: 'M2.5 14V6l5.5-4 5.5 4v8M6 14v-4h4v4',
  rack: 'M3 1.5h10v13H3zM5 4.5h6M5 8h6M5 11.500h6',
  server: 'M1.500 3h13v4h-13zM1.500 9h13v4h-13zM4 5h.01M4 11h.01M7 5h5M7 11h5',
  vm: 'M1.500 2.500h13v8.500h-13zM5.500 14h5M8 11v3',
  container: 'M8 1.500l6 3v7l-6 3-6-3v-7zM2 4.500l6 3 6-3M8 7.500v7',
  switch: 'M1.500 4.500h13v7h-13zM4 7l-1 1 1 1M12 7l1 1-1 1M3 8h10',
  router: 'M8 1.500a6.500 6.500 0 1 1 0 13a6.500 6.500 0 1 1 0-13M8 7V3.500M6.800 4.700L8 3.500l1.200 1.200M8 9v3.500M6.800 11.300L8 12.500l1.200-1.200M3.500 8H7M12.500 8H9',
  external: 'M4.500 12.500a3 3 0 0 1-.3-6 4 4 0 0 1 7.600-.6 3.300 3.300 0 0 1 .2 6.600z',
  bridge: 'M1.500 11.500V9M14.500 11.500V9M1.500 10c2-5 11-5 13 0M5 10.500V7.200M8 10.500V6.500M11 10.500V7.200M1 11.500h14',
  device: 'M2.500 4.500h11v7h-11zM5 11.500v2M8 11.500v2M11 11.500v2',
  network: 'M8 5.500V8M3.500 10.500V8h9v2.500M6 2h4v3.500H6zM1.500 10.500h4V14h-4zM10.500 10.500h4V14h-4z',
  tenant: 'M8 2a2.800 2.800 0 1 1 0 5.600A2.800 2.800 0 1 1 8 2M2.500 14c.5-3.500 2.500-4.800 5.500-4.800s5 1.300 5.500 4.800',
  storage: 'M2.500 4c0-2.700 11-2.700 11 0v8c0 2.700-11 2.700-11 0zM2.500 4c0 2.700 11 2.700 11 0M2.500 8c0 2.700 11 2.700 11 0',
}
