import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import {
  AccountRecovery,
  CfnUserPoolGroup,
  ClientAttributes,
  Mfa,
  StringAttribute,
  UserPool,
  type CfnUserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito'
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { Company } from '#core/model/company.ts'
import { acknowledge } from './acknowledge.ts'

const groups = {
  sales: 'Answers leads',
  manager: 'Leads a team: sees and moves its leads',
  operations: 'Changes rules and workflows, restores what was quarantined, acknowledges alerts',
}

/** Who may sign in. Accounts are made by operations, never by signing up. */
export class Accounts extends Construct {
  readonly pool: UserPool
  readonly client: UserPoolClient
  readonly signedIn: IHttpRouteAuthorizer

  /** @param isProtected whether Cognito itself refuses to delete the pool: not before it has been created, or a rollback gets stuck */
  constructor(scope: Construct, company: Company, isProtected: boolean) {
    super(scope, 'Accounts')
    this.pool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      signInAliases: { username: true, email: true },
      autoVerify: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
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
    for (const [groupName, description] of Object.entries(groups))
      new CfnUserPoolGroup(this, `Group${groupName}`, {
        userPoolId: this.pool.userPoolId,
        groupName,
        description,
      })

    this.client = this.pool.addClient('Client', {
      authFlows: { userSrp: true },
      generateSecret: false,
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.days(7),
      enableTokenRevocation: true,
      disableOAuth: true,
      // Without this list a client may write every attribute: people could make themselves somebody else.
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
      readAttributes: new ClientAttributes()
        .withStandardAttributes({ email: true, emailVerified: true, locale: true })
        .withCustomAttributes('person'),
    })
    // Expects the ID token: the access token has neither the e-mail address nor the person.
    this.signedIn = new HttpUserPoolAuthorizer('SignedIn', this.pool, { userPoolClients: [this.client] })

    // The embedded cloud gives each of them an account; in AWS this is only a note.
    const template = this.pool.node.defaultChild as CfnUserPool
    template.addMetadata(
      'HoldfastDemoUsers',
      Object.entries(company.people).map(([username, person]) => ({
        username,
        name: person.name,
        email: person.email,
        groups: person.groups,
      })),
    )
  }
}
