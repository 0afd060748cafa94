import { fileURLToPath } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  stop(
    `The demo needs Node 20.19 or newer. This is Node ${process.versions.node}. Get it from nodejs.org.`,
  )
}

const port = wantedPort()
const { installed } = await import('../scripts/install.mjs')
await installed()
const { built } = await import('../scripts/built.mjs')

try {
  await built()
  const demo = await start()
  say(demo)
  process.once('SIGINT', () => end(demo))
  process.once('SIGTERM', () => end(demo))
} catch (error) {
  stop(explain(error))
}

/** Node 20 does not run TypeScript, so Vite loads the servers. The demo needs Vite anyway, to build the apps. */
async function start() {
  process.env.NODE_ENV ??= 'production'
  const { runnerImport } = await import('vite')
  const servers = fileURLToPath(new URL('./servers.ts', import.meta.url))
  const { module } = await runnerImport(servers, { configFile: false, logLevel: 'error' })
  return module.startDemo({ port })
}

function wantedPort() {
  const { PORT } = process.env
  if (!PORT) return 0
  const port = Number(PORT)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  return stop(
    `PORT is "${PORT}", which is no port. Use a number from 1024 to 65535, or leave it out.`,
  )
}

function say({ app, issuer, api }) {
  console.log(`
  pixy-auth, live

  → Open       ${app}

    Sign-in    ${issuer}   (authorization server: any name signs in, no password)
    API        ${api}   (GET /api/me, POST /api/transfer)

  Use the app on the left, and watch on the right what happens. Access tokens live for a minute.
  Stop with Ctrl-C.
`)
}

async function end(demo) {
  setTimeout(() => process.exit(0), 2000).unref()
  await demo.close()
  process.exit(0)
}

function explain(error) {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} is in use. Leave PORT out to get a free one, or name another: PORT=${port + 1} npm start`
  }
  if (error.code === 'EACCES') {
    return `Port ${port} needs special rights. Leave PORT out to get a free one, or name one above 1023.`
  }
  return `The demo did not start: ${error.message}`
}

function stop(line) {
  console.error(`\n  ${line}\n`)
  process.exit(1)
}
