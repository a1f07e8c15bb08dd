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
import { keyPartition } from '#core/access/program-key.ts'
import { indexNames } from '#core/record/key.ts'
import type { Usable, Use } from './function.ts'

const reading = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem']
/** A transaction needs the permissions of its parts; there is none for the transaction itself. */
const writing = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem']

export interface LedgerTableProps {
  tenant: string
  /** whether DynamoDB itself refuses to delete it: not before it has been created, or a rollback gets stuck */
  isProtected: boolean
}

/** Lines and journal are put by key; derived fields rest on what is read, and are put on condition. */
const projecting = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'BatchWriteItem'].map(
  (action) => `dynamodb:${action}`,
)

/**
 * The single table: the ledger, and the only truth. Neither a deleted stack nor a renamed construct deletes it; only
 * a failed first creation takes it away again, empty as it is, so that the next try finds nothing in its way.
 */
export class LedgerTable extends Construct implements Usable<'read' | 'read-write' | 'keys' | 'project'> {
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

  using(access: 'read' | 'read-write' | 'keys' | 'project'): Use {
    const arn = this.table.tableArn
    const environment = { TABLE_NAME: this.table.tableName, TENANT: this.tenant }
    if (access === 'keys') return { environment, statements: [this.keyStatement()] }
    if (access === 'project')
      return {
        environment,
        statements: [new PolicyStatement({ actions: projecting, resources: [arn] })],
      }
    return {
      environment,
      statements: [
        new PolicyStatement({
          actions: access === 'read' ? reading : [...reading, ...writing],
          resources: [arn],
        }),
        new PolicyStatement({
          actions: ['dynamodb:Query'],
          resources: indexNames.map((index) => `${arn}/index/${index}`),
        }),
      ],
    }
  }
  /** For the authorizer, to which the whole world speaks before anybody knows who it is: no customer's data. */
  private keyStatement(): PolicyStatement {
    return new PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem'],
      resources: [this.table.tableArn],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [keyPartition(this.tenant)] } },
    })
  }
}
