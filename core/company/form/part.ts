/** What a field of a form may say of a lead. Here, so that what reads forms brings no schema along. */
export const parts = [
  'name',
  'email',
  'phone',
  'company',
  'message',
  'country',
  'product',
  'employees',
  'budget',
] as const
