import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { RemovalPolicy } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { TableAccess } from '#core/api/door.ts'
import { denialPrefix } from '#core/access/denial.ts'
import { keyPartition } from '#core/access/program-key.ts'
import { indexNames, keyOf } from '#core/record/key.ts'
import type { Usable, Use } from './function.ts'

/** A transaction needs the permissions of its parts; there is none for the transaction itself. */
const actions = {
  read: ['GetItem', 'BatchGetItem', 'Query'],
  'read-write': ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
  update: ['UpdateItem'],
  remove: ['DeleteItem'],
  check: ['ConditionCheckItem'],
  /** of what only reads: who was refused what is kept all the same */
  denials: ['PutItem'],
  /** of the authorizer, to which the whole world speaks before anybody knows who it is */
  keys: ['GetItem', 'BatchGetItem', 'PutItem'],
  /** lines and journal are put by key; derived fields rest on what is read, and are put on condition */
  project: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'BatchWriteItem'],
} satisfies Record<TableAccess | 'keys' | 'project', readonly string[]>

type Access = keyof typeof actions

/** Beside the tenant of a deployment, in every policy: who tries a release out before customers see it. */
export const canary = 'canary'

export interface LedgerTableProps {
  tenant: string
  /** whether DynamoDB itself refuses to delete it: not before it has been created, or a rollback gets stuck */
  isProtected: boolean
}

/**
 * The single table: the ledger, and the only truth. Neither a deleted stack nor a renamed construct deletes it; only
 * a failed first creation takes it away again, empty as it is, so that the next try finds nothing in its way.
 */
export class LedgerTable extends Construct implements Usable<Access> {
  readonly streamArn: string
  /** whose records it keeps: all keys begin with it */
  readonly tenant: string
  private readonly table: TableV2

  constructor(scope: Construct, { tenant, isProtected }: LedgerTableProps) {
    super(scope, 'Table')
    this.tenant = tenant
    const text = (name: string) => ({ name, type: AttributeType.STRING })
    this.table = new TableV2(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      timeToLiveAttribute: 'expiresAt',
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isProtected,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      // The line of a record, so that a page of a list costs no read of each. An index projects at most twenty attributes:
      // the line is one. An entry is written again when its key or its line changes.
      globalSecondaryIndexes: indexNames.map((index) => ({
        indexName: index,
        partitionKey: text(`${index}Pk`),
        sortKey: text(`${index}Sk`),
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: ['kind', 'line'],
      })),
    })
    if (!this.table.tableStreamArn) throw new Error('the table has no stream')
    this.streamArn = this.table.tableStreamArn
  }

  using(access: Access): Use {
    const arn = this.table.tableArn
    return {
      environment: { TABLE_NAME: this.table.tableName, TENANT: this.tenant },
      statements: [
        this.allow(access, actions[access], [arn]),
        ...(access === 'read' || access === 'read-write'
          ? [
              this.allow(
                access,
                ['Query'],
                indexNames.map((index) => `${arn}/index/${index}`),
              ),
            ]
          : []),
      ],
    }
  }

  /**
   * What the code checks IAM checks too: no statement reaches the keys of anybody else. A call without keys would pass
   * the condition, so none may be allowed: neither Scan nor PartiQL.
   */
  private allow(access: Access, names: readonly string[], resources: string[]): PolicyStatement {
    return new PolicyStatement({
      actions: names.map((name) => `dynamodb:${name}`),
      resources,
      conditions: ofTenants(this.tenant, (tenant) => keysOf(access, tenant)),
    })
  }
}

/** The condition that an item is of the tenant of a deployment, or of canary. */
export const ofTenants = (tenant: string, pattern: (tenant: string) => string = allOf): Conditions => ({
  'ForAllValues:StringLike': {
    'dynamodb:LeadingKeys': [...new Set([tenant, canary])].map(pattern),
  },
})

type Conditions = Record<string, Record<string, string[]>>

const allOf = (tenant: string): string => `${literally(keyOf(tenant, ''))}*`

/** The partitions of a tenant that an access reaches, as a pattern of IAM. */
function keysOf(access: Access, tenant: string): string {
  if (access === 'keys') return literally(keyPartition(tenant))
  return access === 'denials' ? `${literally(denialPrefix(tenant))}*` : allOf(tenant)
}

/** A text within a pattern of IAM, where some characters mean others. */
const literally = (text: string): string => text.replace(/[*?$]/g, '${$&}')
