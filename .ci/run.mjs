// One command, run quietly: what it printed is kept for whoever has to explain a failure.
import { spawn } from 'node:child_process'

const windows = process.platform === 'win32'

/**
 * @typedef {object} Outcome
 * @property {number} code the exit code; 1 when the command was ended or could not start
 * @property {string} output what it printed, both streams
 *
 * @typedef {object} Options
 * @property {number} [limit] seconds; then the command and its children are ended
 * @property {URL} [cwd] where it runs
 * @property {Record<string, string>} [env] added to this process's own
 * @property {(text: string) => void} [onText] told everything on stdout as it comes
 */

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { limit, cwd, env, onText } = {}) {
  return new Promise((resolve) => {
    // A group of its own only where a limit may end it with its children: else Ctrl-C reaches it.
    const detached = limit !== undefined && !windows
    const child = spawn(command, args, {
      detached,
      shell: windows,
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const timer = limit && setTimeout(() => end(child, detached), limit * 1000)
    let output = ''
    child.stdout.setEncoding('utf8')
    child.stderr.setEncoding('utf8')
    /** @param {string} text */
    const keep = (text) => (output += text)
    child.stdout.on('data', onText ?? keep)
    child.stderr.on('data', keep)
    child.on('error', ({ message }) => keep(message))
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? 1, output })
    })
  })
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {boolean} group
 */
function end(child, group) {
  if (group && child.pid) process.kill(-child.pid, 'SIGKILL')
  else child.kill('SIGKILL')
}
