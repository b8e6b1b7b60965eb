import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { API_PREFIX, type Area } from '@borgo/api'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Borgo API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/page.js"></script></body>
</html>
`
const SCRIPT = `SwaggerUIBundle({ url: '${API_PREFIX}/openapi.json', dom_id: '#docs', deepLinking: true })\n`

/** The OpenAPI document and a page to read and try it, without anything from elsewhere. */
export async function addDocs(app: FastifyInstance, areas: readonly Area[], version: string): Promise<void> {
  app.get(`${API_PREFIX}/openapi.json`, async () => {
    const { openapi } = await import('./openapi.ts')
    return openapi(areas, version)
  })
  app.get('/docs', (_request, reply) => reply.type('text/html').send(PAGE))
  app.get('/docs/page.js', (_request, reply) => reply.type('text/javascript').send(SCRIPT))
  const assets = dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json'))
  await app.register(async scoped => {
    await scoped.register(fastifyStatic, {
      root: join(assets, 'static'),
      prefix: '/docs/',
      decorateReply: false,
      wildcard: false,
      globIgnore: ['**/*.html', '**/oauth2*', '**/csp.json'],
      index: false
    })
  })
}
