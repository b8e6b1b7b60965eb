import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useEffectEvent, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useFormat } from '../../i18n/format.ts'
import type { TrafficSample } from '../../shell/traffic.ts'

/** At least this much on the vertical axis: the noise of an idle node is not to look like a storm. */
const LEAST_SCALE_BYTES = 2000
const AXIS_WIDTH_PX = 72
/** At least this much on the horizontal axis, so that the first figures do not fill it, s. */
const LEAST_SPAN_SECONDS = 60

interface TrafficChartProps {
  samples: TrafficSample[]
  height: number
}

/** Two lines over time. A canvas: whoever shows it names it and offers the same as a table. */
export function TrafficChart({ samples, height }: TrafficChartProps) {
  const { ref: frame, width } = useElementSize<HTMLDivElement>()
  const canvas = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(null)
  const scheme = useComputedColorScheme()
  const format = useFormat()
  const { language } = format

  const build = useEffectEvent((host: HTMLDivElement): uPlot => {
    // A canvas cannot read the style sheet, so the colours are looked up once per scheme.
    const style = getComputedStyle(host)
    const color = (name: string): string => style.getPropertyValue(name)
    const axis = {
      stroke: color('--mantine-color-dimmed'),
      grid: { stroke: color('--borgo-line'), width: 1 },
      ticks: { show: false },
      font: `12px ${style.fontFamily}`
    }
    return new uPlot(
      {
        width,
        height,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          // Of a single figure uPlot would make a day.
          x: { range: plot => span(plot.data[0][0], plot.data[0].at(-1)) },
          y: { range: (_plot, _low, high) => [0, Math.max(LEAST_SCALE_BYTES, high * 1.1)] }
        },
        axes: [
          { ...axis, space: 80, values: (_plot, times) => times.map(time => format.clock(time * 1000)) },
          { ...axis, size: AXIS_WIDTH_PX, values: (_plot, rates) => rates.map(rate => format.rate(rate)) }
        ],
        series: [
          {},
          { stroke: color('--borgo-in'), width: 2, points: { show: false } },
          { stroke: color('--borgo-out'), width: 2, dash: [6, 4], points: { show: false } }
        ]
      },
      columns(samples),
      host
    )
  })

  useEffect(() => {
    const host = canvas.current
    if (!host || width === 0) return
    const plot = build(host)
    chart.current = plot
    return () => {
      plot.destroy()
      chart.current = null
    }
  }, [width, height, scheme, language])

  useEffect(() => chart.current?.setData(columns(samples)), [samples])

  return (
    <div ref={frame} style={{ height, overflow: 'hidden' }}>
      <div ref={canvas} />
    </div>
  )
}

/** What the horizontal axis shows, s: up to now while there is no figure yet. */
function span(first: number | undefined, last: number | undefined): [number, number] {
  const end = last ?? Date.now() / 1000
  return [Math.min(first ?? end, end - LEAST_SPAN_SECONDS), end]
}

function columns(samples: TrafficSample[]): uPlot.AlignedData {
  return [
    samples.map(sample => sample.at / 1000),
    samples.map(sample => sample.inPerSecond),
    samples.map(sample => sample.outPerSecond)
  ]
}
