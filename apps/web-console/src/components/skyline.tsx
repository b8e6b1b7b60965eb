/** x, width, height and kind of roof of each house, in the order in which they light up. */
const HOUSES = [
  [96, 26, 34, 'tower'],
  [64, 30, 20, 'gable'],
  [126, 34, 22, 'gable'],
  [34, 28, 15, 'shed'],
  [164, 26, 17, 'shed'],
  [6, 26, 19, 'gable'],
  [192, 24, 24, 'gable']
] as const

const GROUND = 62

function outline(x: number, width: number, height: number, roof: 'tower' | 'gable' | 'shed'): string {
  const top = GROUND - height
  const eaves = `M${x} ${GROUND}V${top}`
  if (roof === 'tower') return `${eaves}h-3L${x + width / 2} ${top - 18}L${x + width + 3} ${top}h-3V${GROUND}z`
  if (roof === 'gable') return `${eaves}h-2L${x + width / 2} ${top - 11}L${x + width + 2} ${top}h-2V${GROUND}z`
  return `${eaves}L${x + width} ${top - 7}V${GROUND}z`
}

/** The village in one tone on its hill; as many houses are lit as somebody is at home in. Decorative. */
export function Skyline({ houses, width = '100%' }: { houses: number; width?: number | string }) {
  return (
    <svg viewBox="0 0 222 74" style={{ width, display: 'block' }} aria-hidden="true">
      <path fill="var(--borgo-hill)" d="M0 74V64c40-7 74-9 111-9s74 3 111 10v9z" />
      {HOUSES.map(([x, houseWidth, height, roof], index) => (
        <g key={x}>
          <path fill="var(--borgo-hill)" d={outline(x, houseWidth, height, roof)} />
          <rect
            x={x + houseWidth / 2 - 3}
            y={GROUND - height + 5}
            width="6"
            height="7"
            rx={roof === 'tower' ? 3 : 0.5}
            fill={index < houses ? 'var(--mantine-color-lamp-4)' : 'var(--borgo-side)'}
            opacity={index < houses ? 1 : 0.7}
          />
        </g>
      ))}
    </svg>
  )
}
