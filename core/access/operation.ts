/** What somebody may do that is done with no record of a kind: `may` of a role in company/access.yaml. */
export const operations = {
  'post-leads': 'post leads',
  'manage-keys': 'make, list and revoke the keys of programs',
  'review-quarantine': 'look at suspicious submissions and restore them',
  'plan-absences': 'enter and remove the absences of everybody',
  'read-denials': 'read who was refused what',
  'rebuild-find': 'build the index of the search anew',
} as const

export type OperationName = keyof typeof operations
export const operationNames = Object.keys(operations) as [OperationName, ...OperationName[]]
