/** uid of `nobody` on Debian and most others. */
const NOBODY = 65_534

/** Runs `work` as somebody who may not do everything: root passes every check of permissions. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const { geteuid, seteuid } = process
  if (!geteuid || !seteuid || geteuid() !== 0) return await work()
  seteuid(NOBODY)
  try {
    return await work()
  } finally {
    seteuid(0)
  }
}
