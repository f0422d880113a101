/** Numbers as a person reads them: the same in the panels and on paper. */
export { bytes, flowsOf, percent, rateOf, roomsOf, seconds } from '../../core/marks/figures.ts'
