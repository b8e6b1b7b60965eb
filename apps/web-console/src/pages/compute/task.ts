import type { JobTask } from '@borgo/api'

/** Places of the Mandelbrot set worth a look: centre, and what the picture's width covers. */
export const VIEWS = {
  whole: { x: -0.6, y: 0, span: 3.2 },
  seahorses: { x: -0.7453, y: 0.1127, span: 0.0065 },
  spiral: { x: -0.761574, y: -0.0847596, span: 0.0008 }
} as const
export type View = keyof typeof VIEWS
export const SIZES = ['640x480', '1280x960', '1920x1440'] as const
export type Size = (typeof SIZES)[number]

export interface PictureChoice {
  view: View
  size: Size
  iterations: number
}

export function mandelbrotTask({ view, size, iterations }: PictureChoice): JobTask {
  const [width = 1, height = 1] = size.split('x').map(Number)
  return { type: 'mandelbrot', width, height, iterations, ...VIEWS[view] }
}

/** What others see of the job; the same in every language. */
export function titleOf(task: JobTask, fileName: string): string {
  switch (task.type) {
    case 'primes':
      return `π(${task.hi})`
    case 'mandelbrot':
      return `Mandelbrot ${task.width} × ${task.height}`
    case 'module':
      return [...fileName].slice(0, 64).join('').trim() || 'module'
  }
}
