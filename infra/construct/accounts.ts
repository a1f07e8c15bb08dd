import {
  AccountRecovery,
  ClientAttributes,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  StringAttribute,
  UserPool,
  type CfnUserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito'
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { callbackAddresses } from '#core/access/sign-in.ts'
import type { Company } from '#core/company/company.ts'
import { acknowledge } from './acknowledge.ts'
import type { Usable, Use } from './function.ts'

export interface AccountsProps {
  company: Company
  /** whether Cognito itself refuses to delete the pool: not before it has been created, or a rollback gets stuck */
  isProtected: boolean
  /** the part before `.auth.<region>.amazoncognito.com`; default: `holdfast-` and the number of the account */
  signInDomain?: string
}

/**
 * Who may sign in. Accounts are made by operations, never by signing up. The pool has no groups: what somebody may do
 * is said by company/people.yaml alone.
 */
export class Accounts extends Construct implements Usable<'sign-in' | 'verify'> {
  readonly pool: UserPool
  /** where people type their name, and programs get tokens; without a slash at the end */
  readonly signInUrl: string
  private admitted: UserPoolClient | undefined

  constructor(scope: Construct, { company, isProtected, signInDomain }: AccountsProps) {
    super(scope, 'Accounts')
    this.pool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      signInAliases: { username: true, email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      // Not required, though every account has one: Cognito refuses a client that may not write a required attribute,
      // and who may write his address could take a colleague's, which is a name to sign in with.
      standardAttributes: { email: { required: false, mutable: true } },
      // For a client that may write it one day: the old address stays until the new one is confirmed.
      keepOriginal: { email: true },
      // the person of company/ that an account belongs to
      customAttributes: { person: new StringAttribute({ mutable: true, maxLen: 64 }) },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: isProtected,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    acknowledge(this.pool, {
      'AwsSolutions-COG2': 'Offered to everybody, but a company of three may start without it.',
      'AwsSolutions-COG8': 'Threat protection costs $0.02 per person and month: for the owner to decide.',
    })
    // The first version of the pages: the second shows an error until a branding resource gives it a look.
    const domain = this.pool.addDomain('SignIn', {
      cognitoDomain: { domainPrefix: signInDomain ?? `holdfast-${Aws.ACCOUNT_ID}` },
      managedLoginVersion: ManagedLoginVersion.CLASSIC_HOSTED_UI,
    })
    this.signInUrl = domain.baseUrl()

    // The embedded cloud gives each of them an account; in AWS this is only a note.
    const template = this.pool.node.defaultChild as CfnUserPool
    template.addMetadata(
      'HoldfastDemoUsers',
      Object.entries(company.people).map(([username, person]) => ({
        username,
        name: person.name,
        email: person.email,
        groups: person.roles,
      })),
    )
  }

  /**
   * The one client, of the command line and of the console. Made after the pool: pages have an address only once something serves
   * them, which is told of the pool.
   * @param pages of the console, to which people come back when they have signed in or out
   */
  admit(pages: readonly string[]): UserPoolClient {
    this.admitted = this.pool.addClient('Client', {
      authFlows: { userSrp: true },
      generateSecret: false,
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.days(7),
      // A stolen refresh token shows, because the second one to use it is refused; 60 s for an answer that was lost.
      refreshTokenRotationGracePeriod: Duration.seconds(60),
      enableTokenRevocation: true,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [...callbackAddresses, ...pages],
        logoutUrls: [...pages],
      },
      // Without this list a client may write every attribute: people could make themselves somebody else.
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
      readAttributes: new ClientAttributes()
        .withStandardAttributes({ email: true, emailVerified: true, locale: true })
        .withCustomAttributes('person'),
    })
    return this.admitted
  }

  get client(): UserPoolClient {
    if (!this.admitted) throw new Error('nobody has been admitted to the accounts yet: call admit first')
    return this.admitted
  }

  get issuer(): string {
    return this.pool.userPoolProviderUrl
  }

  /** Addresses only: whatever the issuer tells is public. */
  using(access: 'sign-in' | 'verify'): Use {
    const { issuer } = this
    return {
      environment: {
        ISSUER: issuer,
        CLIENT_ID: this.client.userPoolClientId,
        ...(access === 'verify' && { SIGNING_KEYS_URL: `${issuer}/.well-known/jwks.json` }),
      },
      statements: [],
    }
  }
}
