import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv } from 'vite'
import { wireOnly } from './wire-only.ts'

export default defineConfig(({ mode }) => {
  // The node that `npm run dev` talks to; it must see its own origin, or it refuses.
  const { BORGO_URL: node = 'http://127.0.0.1:4680' } = loadEnv(mode, '.', 'BORGO_')
  return {
    plugins: [react(), wireOnly()],
    build: {
      target: 'es2023',
      // The content policy allows scripts from the node only, so nothing is inlined.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 800
    },
    server: {
      proxy: { '/api': { target: node, changeOrigin: true, ws: true, headers: { origin: node } } }
    }
  }
})
