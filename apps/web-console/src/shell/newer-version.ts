/** The script that this page began with; its name changes with the console. */
const entry = new URL(document.querySelector<HTMLScriptElement>('script[type="module"]')?.src ?? '', location.href)

/** Whether the node has another console than this page; false when the node is silent. */
async function isOutdated(): Promise<boolean> {
  try {
    const response = await fetch('/', { cache: 'no-store' })
    return response.ok && !(await response.text()).includes(entry.pathname)
  } catch {
    return false
  }
}

/**
 * A console that was built again has other files than this page was made of. When one is missing for that reason, the
 * page that `wanted` names (a path) is opened anew; nothing happens when the same console is still there.
 */
export function followNewerVersions(wanted: () => string): void {
  addEventListener('vite:preloadError', () => {
    const path = wanted()
    void isOutdated().then(outdated => {
      if (outdated) location.assign(path)
    })
  })
}
