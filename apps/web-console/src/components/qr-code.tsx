import { encode } from 'uqr'

const QUIET_MODULES = 3
/** What the largest code holds; https://www.qrcode.com/en/about/version.html. */
const MOST_BYTES = 2_953

/**
 * A QR code as one SVG path, always dark on light: many phones cannot read it inverted. `label` says what it opens. Of a
 * text that no code can hold, nothing.
 */
export function QrCode({ text, label, size = 240 }: { text: string; label: string; size?: number }) {
  if (new TextEncoder().encode(text).length > MOST_BYTES) return null
  const { data, size: modules } = encode(text, { ecc: 'L', border: QUIET_MODULES })
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg
      viewBox={`0 0 ${modules} ${modules}`}
      style={{ width: '100%', maxWidth: size, borderRadius: 'var(--mantine-radius-md)', display: 'block' }}
      shapeRendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <rect width={modules} height={modules} fill="#fffdf9" />
      <path d={path} fill="#2c2520" />
    </svg>
  )
}
