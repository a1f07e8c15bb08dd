import type { Door } from '#core/api/door.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson } from '#functions/adapter/http/http.ts'
import type { Environment } from '#functions/adapter/surroundings.ts'
import type { SignIn } from '#core/access/sign-in.ts'

export const door = {
  description: 'Says how to sign in',
  uses: { accounts: 'sign-in' },
  routes: [
    {
      routes: ['GET /.well-known/holdfast'],
      isOpen: true,
      words: {
        en: 'How to sign in here',
        uk: 'Як тут увійти',
        ru: 'Как здесь войти',
      },
      calls: {
        'GET /.well-known/holdfast': { id: 'howToSignIn', status: 200, answers: 'SignIn' },
      },
    },
  ],
} satisfies Door

const openSignIn = (env: Environment): SignIn => ({
  issuer: env('ISSUER'),
  clientId: env('CLIENT_ID'),
  scope: 'openid',
})

/** GET /.well-known/holdfast: how a program lets a person sign in here. Public: it is where one signs in with. */
export const handler = onHttp({ signIn: openSignIn }, (_request, { signIn }) =>
  Promise.resolve(
    answerJson(200, signIn, { 'access-control-allow-origin': '*', 'cache-control': 'max-age=300' }),
  ),
)
