/** Three roofs and a tower with a lit door. Decorative: the name stands beside it. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="3 4 26 24" aria-hidden="true">
      <path fill="#7d3419" d="M3 18.5 8.5 13l5.5 5.5V20H3z" />
      <path fill="#b4502b" d="M10.5 12 16 5l5.5 7v2h-11z" />
      <path fill="#d0744c" d="M18 20.5 23.5 15l5.5 5.5V22H18z" />
      <path fill="var(--borgo-beam)" d="M4.5 20H13v7H4.5zM19.5 22h8v5h-8zM12 14h8v13h-8z" />
      <path fill="#f6c26b" d="M14.5 27v-4a1.5 1.5 0 0 1 3 0v4zM15 16.5h2V19h-2zM7.5 22h2v2.2h-2zM22.5 23.5h2v1.8h-2z" />
    </svg>
  )
}
