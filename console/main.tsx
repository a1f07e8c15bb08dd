import 'holdfast:tokens.css'
import './css/base.css'
import './css/ui.css'
import './css/shell.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { openApi, Refused } from './api/client.ts'
import { makeRouter, screens } from './router.tsx'
import { isKept, openSignIn, type Config } from './sign-in.ts'
import { SessionProvider } from './shell/session-provider.tsx'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What is refused is refused again; what was not reached may be the next time.
      retry: (count, error) => !(error instanceof Refused && error.status < 500) && count < 2,
      networkMode: 'always',
      staleTime: 1_000,
    },
  },
})

async function start(): Promise<void> {
  const router = makeRouter(isKept)
  // What is shown first comes beside what it needs to know.
  void router.load()
  const config = (await (await fetch('/app/config.json')).json()) as Config
  const signIn = openSignIn(config)
  signIn.onLost(() => {
    if (router.state.location.pathname !== '/sign-in')
      void router.navigate({ to: '/sign-in', search: { to: router.state.location.href } } as never)
  })
  // Whoever loses the network can still go everywhere.
  setTimeout(() => screens.forEach((screen) => void screen.load().catch(() => undefined)), 3_000)
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={queries}>
          <SessionProvider config={config} signIn={signIn} api={openApi(signIn)}>
            <RouterProvider router={router} />
          </SessionProvider>
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  )
}

/** A chunk of a version that is gone: the page is loaded once more, which brings the new one. */
addEventListener('vite:preloadError', () => {
  // Without a network there is no new one, and the page would be gone.
  if (!navigator.onLine) return
  const place = 'holdfast.reloaded'
  if (sessionStorage.getItem(place) === location.href) return
  sessionStorage.setItem(place, location.href)
  location.reload()
})

void start()
