import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebKitGTK } from '../../scripts/engines.mjs'
import { freePort } from '../support/free-port.js'

export interface Driver extends AsyncDisposable {
  url: string
}

/** A display and a WebKitWebDriver on it, both ended with everything that they started. */
export async function startDriver({ driver, display }: WebKitGTK): Promise<Driver> {
  const home = await mkdtemp(join(tmpdir(), 'webkit-'))
  const groups: ChildProcess[] = []
  const start = (command: string, args: string[], env?: NodeJS.ProcessEnv): ChildProcess => {
    // Its own process group, so that the browsers it starts end with it.
    const child = spawn(command, args, { detached: true, env, stdio: ['ignore', 'pipe', 'ignore'] })
    groups.push(child)
    return child
  }
  const dispose = async (): Promise<void> => {
    await Promise.all(groups.splice(0).map(endGroup))
    await rm(home, { recursive: true, force: true })
  }
  process.once('exit', () => groups.forEach((child) => killGroup(child)))
  try {
    // Xvfb picks the number: `xvfb-run -a` of two workers at once may pick the same one.
    const screen = start(display, ['-displayfd', '1', '-screen', '0', '1280x800x24'])
    const port = await freePort()
    const env = environment(home, await firstLine(screen))
    const running = start(driver, [`--port=${port}`], env)
    running.stdout?.resume()
    const url = `http://127.0.0.1:${port}`
    await ready(url, running)
    return { url, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

function environment(home: string, display: string): NodeJS.ProcessEnv {
  const { WAYLAND_DISPLAY: _, ...env } = process.env
  const folders = { XDG_CACHE_HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home }
  return { ...env, ...folders, DISPLAY: `:${display}`, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1' }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const failed = once(child, 'exit').then(() => {
    throw new Error(`${child.spawnfile} ended at once`)
  })
  const line = once(child.stdout!, 'data').then(([text]) => String(text).trim())
  return Promise.race([line, failed])
}

async function ready(url: string, driver: ChildProcess): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/status`).catch(() => undefined)
    if (answer?.ok) return
    if (driver.exitCode !== null || driver.signalCode !== null)
      throw new Error(`${driver.spawnfile} ended at once`)
    await sleep(50)
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return killGroup(child)
  const ended = once(child, 'exit')
  killGroup(child, 'SIGTERM')
  await Promise.race([ended, sleep(2_000, undefined, { ref: false })])
  killGroup(child)
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    if (child.pid) process.kill(-child.pid, signal)
  } catch {
    // the group is gone
  }
}
