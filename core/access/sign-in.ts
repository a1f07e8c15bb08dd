/**
 * What a program needs to know to let a person sign in by the authorization code flow with PKCE (RFC 7636, RFC 8252):
 * the answer of `GET /.well-known/holdfast`. Everything else is in the issuer's own OpenID discovery document.
 */
export interface SignIn {
  /** the OpenID Connect issuer */
  issuer: string
  /** a public client: it has no secret */
  clientId: string
  /**
   * To be asked for. `openid` alone: Cognito then puts every attribute that the client may read into the ID token;
   * with other scopes beside it, only what those name.
   */
  scope: string
}

/**
 * Where the command line waits for the browser. Fixed, because Cognito compares addresses exactly; three, because
 * another program may listen on one. Below 32768, where systems begin to hand out ports for outgoing connections.
 */
export const callbackAddresses = [17923, 17924, 17925].map((port) => `http://localhost:${port}/signed-in`)
