import { defineConfig } from '@playwright/test'
import config from '../../playwright.config.js'

// How fast some things are, on a machine with nothing else to do. No part of the test suite:
// npx playwright test -c test/bench --project=chromium

const browsers = (config.projects ?? []).filter(({ name = '' }) => /chromium|firefox/.test(name))
for (const project of browsers) Object.assign(project, { testDir: import.meta.dirname, grep: /./ })

export default defineConfig({
  ...config,
  testMatch: '**/*.bench.ts',
  outputDir: '../../test-results',
  workers: 1,
  reporter: 'list',
  projects: browsers,
})
