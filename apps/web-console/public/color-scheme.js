// Runs before the first paint, so that a dark console never flashes white. Same key and values as Mantine's manager.
;(() => {
  const chosen = localStorage.getItem('borgo-color-scheme')
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
