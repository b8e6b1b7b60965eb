import { useFormat } from '../i18n/format.ts'

/** "1.5 MB", or "1.5 MB/s" with `perSecond`; the exact count on hover. */
export function ByteSize({ bytes, perSecond = false }: { bytes: number; perSecond?: boolean }) {
  const format = useFormat()
  return (
    <span className="tabular" title={format.number(bytes)}>
      {perSecond ? format.rate(bytes) : format.bytes(bytes)}
    </span>
  )
}
