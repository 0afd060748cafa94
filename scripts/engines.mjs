// Finds a browser for each engine: Playwright's own if it is installed, else the system's.
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, firefox, webkit } from '@playwright/test'

/**
 * A browser that Playwright drives: the system's browser at `path`, or Playwright's own without a path. `whole` is the
 * path of the system's Chromium that can load extensions.
 *
 * @typedef {{ path?: string, whole?: string }} Browser
 */

/**
 * The system's WebKit. It speaks WebDriver only, and it opens windows, so it needs a display.
 *
 * @typedef {{ driver: string, browser: string, display: string }} WebKitGTK
 */

/**
 * The engines on this machine. An engine that was not found is left out.
 *
 * @typedef {{ chromium?: Browser, firefox?: Browser, webkit?: { gtk?: WebKitGTK } }} Engines
 */

const WHOLE = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
// The headless shell first: it is the same engine without windows and extensions, and three times as fast.
const CHROMIUM = ['chromium-headless-shell', ...WHOLE]
const FIREFOX = ['firefox-esr', 'firefox']

/** @returns {Engines} */
export function findEngines() {
  return {
    ...(own(chromium) ?? systemChromium()),
    ...(own(firefox) ?? systemFirefox()),
    ...(own(webkit) ?? webkitGTK()),
  }
}

/** @param {import('@playwright/test').BrowserType} type */
function own(type) {
  try {
    return existsSync(type.executablePath()) ? { [type.name()]: {} } : undefined
  } catch {
    return undefined // Playwright has no such browser for this platform
  }
}

function systemChromium() {
  const path = system(CHROMIUM)
  const whole = system(WHOLE)
  return path && { chromium: { path, ...(whole && { whole }) } }
}

function systemFirefox() {
  const path = system(FIREFOX)
  return path && { firefox: { path } }
}

/** @param {string[]} names */
function system(names) {
  return names.map(onPath).find((path) => path && starts(path))
}

function webkitGTK() {
  const driver = onPath('WebKitWebDriver')
  const display = onPath('Xvfb')
  const browser = libraries()
    .map((folder) => join(folder, 'webkit2gtk-4.1', 'MiniBrowser'))
    .find(executable)
  return driver && display && browser && { webkit: { gtk: { driver, browser, display } } }
}

// Debian keeps MiniBrowser in /usr/lib/<architecture>/, Fedora and Arch in /usr/libexec or /usr/lib.
function libraries() {
  const nested = existsSync('/usr/lib')
    ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name))
    : []
  return ['/usr/lib', '/usr/lib64', '/usr/libexec', ...nested]
}

/** @param {string} name */
export function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find(executable)
}

/** @param {string} path */
function executable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

// Ubuntu ships scripts of these names that only say how to install the browser.
/** @param {string} path */
function starts(path) {
  try {
    execFileSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 })
    return true
  } catch {
    return false
  }
}
