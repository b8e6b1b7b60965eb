/** Flips, inserts, removes, copies and cuts bytes. */
export function mutate(bytes: Uint8Array, next: (below: number) => number): Uint8Array {
  let changed = [...bytes]
  for (let count = 1 + next(3); count > 0; count--) {
    const at = next(changed.length + 1)
    const kind = next(6)
    if (kind === 0) changed[at] = next(256)
    else if (kind === 1) changed[at] = (changed[at] ?? 0) ^ (1 << next(8))
    else if (kind === 2) changed.splice(at, 0, next(256))
    else if (kind === 3) changed.splice(at, 1 + next(4))
    else if (kind === 4) changed.splice(at, 0, ...changed.slice(next(changed.length + 1), at))
    else changed = changed.slice(0, at)
  }
  return Uint8Array.from(changed, byte => byte ?? 0)
}
