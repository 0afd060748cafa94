// The app around the recipes for Angular, whose templates are compiled in the page.
import '@angular/compiler'
import { APP_BASE_HREF } from '@angular/common'
import { Component, inject, provideZonelessChangeDetection } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import { provideRouter, Router, RouterOutlet } from '@angular/router'
import { inside } from 'docs/angular.md/Angular.ts'
import { signedIn } from 'docs/angular.md/Guard.ts'
import { auth } from '../app/auth.js'

class Place {
  readonly router = inject(Router)
}
Component({ template: '<p data-testid="place">{{ router.url }}</p>' })(Place)

class App {
  readonly state = inside()
  readonly signIn = auth.signIn
}
Component({
  selector: '#root',
  imports: [RouterOutlet],
  template: `
    @switch (state().status) {
      @case ('signed-in') {
        <p>Hello {{ state().user.name }}</p>
      }
      @case ('signed-out') {
        <button (click)="signIn()">Sign in</button>
      }
    }
    <router-outlet />
  `,
})(App)

const routes = [
  { path: 'inside', component: Place, canActivate: [signedIn] },
  { path: '**', component: Place },
]
await bootstrapApplication(App, {
  providers: [
    provideZonelessChangeDetection(),
    provideRouter(routes),
    { provide: APP_BASE_HREF, useValue: '/' },
  ],
})
