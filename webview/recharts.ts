/** What is used of the plotting library, bundled into a file of its own: it is read when the first plot is shown. */
export { Bar, BarChart, CartesianGrid, Line, LineChart, ReferenceDot, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts'
