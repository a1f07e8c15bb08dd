import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { RemovalPolicy } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import type { Usable, Use } from './function.ts'
import { ofTenants } from './table.ts'

/** A beginning is asked for by a query. */
const reading = ['Query']
/** Postings are put and removed by key; words are added to sets that were read. */
const indexing = ['BatchGetItem', 'BatchWriteItem', 'UpdateItem']
const actions = { read: reading, index: indexing, rebuild: indexing } as const

/**
 * By what records are found: no truth but an index of the ledger, which `npx holdfast find --rebuild` writes anew. So it has no
 * stream and no backups, and goes with its stack: personal data that nobody looks for any more.
 */
export class FindTable extends Construct implements Usable<keyof typeof actions> {
  private readonly tenant: string
  private readonly table: TableV2

  /** @param tenant whose records are found */
  constructor(scope: Construct, tenant: string) {
    super(scope, 'Find')
    this.tenant = tenant
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      removalPolicy: RemovalPolicy.DESTROY,
    })
    acknowledge(this.table, {
      'AwsSolutions-DDB3':
        'An index of the ledger: whoever loses it writes it anew, and backups would keep old names.',
    })
  }

  using(access: keyof typeof actions): Use {
    return {
      environment: { FIND_TABLE_NAME: this.table.tableName },
      statements: [
        new PolicyStatement({
          actions: actions[access].map((action) => `dynamodb:${action}`),
          resources: [this.table.tableArn],
          conditions: ofTenants(this.tenant),
        }),
        // Whoever writes all of it anew also looks for what should not be there, of whom nobody knows the keys. Of the two
        // tenants of a deployment the function passes over the other one.
        ...(access === 'rebuild'
          ? [new PolicyStatement({ actions: ['dynamodb:Scan'], resources: [this.table.tableArn] })]
          : []),
      ],
    }
  }
}
