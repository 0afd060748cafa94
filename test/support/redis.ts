import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRedis, MISSING } from '../../scripts/redis.mjs'
import { freePort } from './free-port.js'

/** Start a process, and wait until it has printed this. */
export async function started(
  command: string,
  args: readonly string[],
  ready: RegExp,
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<{ said: RegExpExecArray; stop: () => Promise<void> } | undefined> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  let text = ''
  const said = await new Promise<RegExpExecArray | undefined>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = ready.exec(text)
      if (found) resolve(found)
    })
    void gone.then(() => resolve(undefined))
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  return said && { said, stop }
}

/** A Redis on a free port of this machine, that writes nothing to the disk. */
export async function startRedis(): Promise<{ url: string; stop: () => Promise<void> }> {
  const path = findRedis()
  if (!path) throw new Error(MISSING)
  const folder = await mkdtemp(join(tmpdir(), 'pixy-redis-'))
  for (;;) {
    const port = String(await freePort())
    const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const running = await started(path, args, /Ready to accept connections|bind: Address/, {
      cwd: folder,
    })
    if (!running) throw new Error(`${path} ended at once.`)
    // Another program has taken the port first.
    if (running.said[0].startsWith('bind')) {
      await running.stop()
      continue
    }
    const stop = async (): Promise<void> => {
      await running.stop()
      await rm(folder, { recursive: true, force: true })
    }
    return { url: `redis://127.0.0.1:${port}`, stop }
  }
}
