import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig, type PlaywrightTestConfig, type Project } from '@playwright/test'
import { findEngines, type Browser, type Engines } from './scripts/engines.mjs'
import type { WebKitOptions } from './test/engines/webkit.js'

// `npm test` has found (or installed) the browsers; `npx playwright test` takes what is there.
process.env.PIXY_ENGINES ??= JSON.stringify(findEngines())
const { chromium, firefox, webkit } = JSON.parse(process.env.PIXY_ENGINES) as Engines

const root = import.meta.dirname
const setup = `${root}/test/support/global-setup.ts`

type Projects = NonNullable<PlaywrightTestConfig<object, WebKitOptions>['projects']>

/** A project that runs the whole suite in a browser. */
const everything = {
  testDir: 'test',
  testIgnore: [`${root}/test/unit/**`, `${root}/test/engines/**`],
  // Pages take their time where other programs have the processor.
  timeout: 240_000,
  expect: { timeout: 60_000 },
}

// Without third-party cookies; for that switch to work, the storage of third parties has to be apart,
// which Playwright turns off: of what it turns off (the last such list counts) this is the rest.
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--test-third-party-cookie-phaseout',
  `--disable-features=${[
    'AvoidCorsURLLoaderRestartOnRedirect',
    'AvoidUnnecessaryBeforeUnloadCheckSync',
    'BlockOriginHeaderModificationOnRedirect',
    'HttpsUpgrades',
    'OptimizationHints',
    'PaintHolding',
    'Translate',
  ].join()}`,
]

function chromiumProject({ path }: Browser = {}): Project {
  const launchOptions = { args: quiet, ...(path && { executablePath: path }) }
  return { name: 'chromium', ...everything, use: { browserName: 'chromium', launchOptions } }
}

// A page costs Firefox five times as much time as Chromium. It runs what differs by engine, and each
// row of docs/faults.md; all the rest if the whole is asked for.
const engine =
  /\bF\d+[:,]|\/(aborted-bodies|backend|busy-page|canaries|curity|door|failed-chunks|fetch|fetch-abort|fetch-libraries|foreign-realms|framed-popup|front-channel|fuzz-redirects|idle|iframe|last-calls|link|missing-apis|native|never-matching|odd-statuses|other-backends|popup|resources|return-home|router-first|router-recipes|session-end|sign-in|sign-in-link|sign-out-leaving|step-up|step-up-popup|step-up-tabs|tabs|three-modes|trace|vue-hydration|with-backend|with-backend-calls|with-backend-canaries|with-backend-late|with-backend-pages|with-backend-popup|with-backend-trace)\.spec\.ts/

// Over BiDi Playwright does not see the body of a request, which this recipe forwards.
const bodies = /browser.testing\.spec\.ts$/

function firefoxProject({ path }: Browser = {}): Project {
  const use = path ? systemFirefox(path) : {}
  return {
    name: 'firefox',
    ...everything,
    ...(path && { testIgnore: [...everything.testIgnore, bodies] }),
    ...(!process.env.PIXY_WHOLE && { grep: engine }),
    use: { browserName: 'firefox', ...use },
  }
}

// The distribution's Firefox speaks WebDriver BiDi. Over it Playwright waits for ever for a page
// that comes out of the back/forward cache; the other two browsers run without that cache anyway.
// The rest spares it work for what nobody sees: a sixth of the time.
function systemFirefox(path: string): Project['use'] {
  const firefoxUserPrefs = {
    'browser.sessionhistory.max_total_viewers': 0,
    'browser.cache.disk.enable': false,
    'fission.autostart': false,
    'layout.frame_rate': 15,
    'network.cookie.cookieBehavior': 1, // none of third parties
    'places.history.enabled': false,
    'toolkit.cosmeticAnimations.enabled': false,
  }
  return { channel: 'moz-firefox', launchOptions: { executablePath: path, firefoxUserPrefs } }
}

function webkitProjects(): Projects {
  if (!webkit) return []
  const { gtk } = webkit
  return gtk
    ? [{ name: 'webkitgtk', testDir: 'test/engines', use: { gtk } }]
    : [{ name: 'webkit', ...everything, use: { browserName: 'webkit' } }]
}

export default defineConfig<object, WebKitOptions>({
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: Math.min(4, availableParallelism()),
  // Long enough for a machine that is busy with other things: a test that passes waits for neither.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: './scripts/reporter.ts',
  ...(existsSync(setup) && { globalSetup: setup }),
  projects: [
    { name: 'unit', testDir: 'test/unit' },
    chromiumProject(chromium),
    firefoxProject(firefox),
    ...webkitProjects(),
  ],
})
