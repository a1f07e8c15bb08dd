import type { Form, Part } from './form.ts'

/*
 * What form services send, as far as it follows from the service alone. A form names one by `preset:`; what the form says
 * itself comes first. Answers are recognised by their questions (recognise.ts), so a preset names only what that cannot
 * know. To add a service is to add an entry here.
 */

export type Proof = NonNullable<Form['proof']>

export interface Preset {
  /** as the service calls itself */
  service: string
  /** parts of a lead that the service names the same way in every form */
  map?: Partial<Record<Part, readonly string[]>>
  /** paths of what the service calls one event, the first that is there counts */
  key?: readonly string[]
  /** how the service shows that it was it */
  proof?: Proof
  /** paths of what only machines need: kept in the submission, not shown to the owner */
  plumbing?: readonly string[]
  /** answers the question that the service asks before it sends anything */
  handshake?: 'hub.challenge'
  /** where this path is there, the customer's words are not: the owner is told so */
  withoutWords?: { path: string; en: string; uk: string; ru: string }
}

export const presets: Readonly<Record<string, Preset>> = {
  // https://www.typeform.com/developers/webhooks/
  typeform: {
    service: 'Typeform',
    key: ['event_id', 'form_response.token'],
    proof: { header: 'Typeform-Signature', hmac: 'sha256', encoding: 'base64', prefix: 'sha256=' },
    plumbing: [
      'event_id',
      'event_type',
      'form_response.form_id',
      'form_response.token',
      'form_response.landed_at',
      'form_response.submitted_at',
      'form_response.definition',
      'form_response.ending',
      'form_response.thankyou_screen_ref',
    ],
  },
  // https://tally.so/help/webhooks
  tally: {
    service: 'Tally',
    key: ['eventId', 'data.responseId'],
    proof: { header: 'Tally-Signature', hmac: 'sha256', encoding: 'base64' },
    plumbing: [
      'eventId',
      'eventType',
      'createdAt',
      'data.responseId',
      'data.submissionId',
      'data.respondentId',
      'data.formId',
      'data.formName',
      'data.createdAt',
    ],
  },
  // https://developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving
  meta: {
    service: 'Meta',
    key: ['entry[*].changes[*].value.leadgen_id', 'id'],
    proof: { header: 'X-Hub-Signature-256', hmac: 'sha256', encoding: 'hex', prefix: 'sha256=' },
    map: {
      name: ['field_data[name=full_name].values'],
      email: ['field_data[name=email].values', 'field_data[name=work_email].values'],
      phone: ['field_data[name=phone_number].values', 'field_data[name=work_phone_number].values'],
      company: ['field_data[name=company_name].values'],
      country: ['field_data[name=country].values'],
    },
    plumbing: [
      'id',
      'created_time',
      'ad_id',
      'adset_id',
      'campaign_id',
      'form_id',
      'is_organic',
      'platform',
      'object',
      'entry[*].id',
      'entry[*].time',
      'entry[*].changes[*].value.page_id',
      'entry[*].changes[*].value.created_time',
      'entry[*].changes[*].value.adgroup_id',
      'entry[*].changes[*].value.ad_id',
    ],
    handshake: 'hub.challenge',
    withoutWords: {
      path: 'entry[*].changes[*].value.leadgen_id',
      en: 'Meta has sent only the number of this lead (leadgen_id), none of the words. A second request to Meta would fetch them, and Holdfast does not make it: look the lead up in Meta’s Leads Centre.',
      uk: 'Meta надіслала лише номер цього ліда (leadgen_id), без жодного слова клієнта. Їх дав би другий запит до Meta, якого Holdfast не робить: знайдіть ліда в Meta Leads Centre.',
      ru: 'Meta прислала только номер этого лида (leadgen_id), без единого слова клиента. Их дал бы второй запрос к Meta, которого Holdfast не делает: найдите лида в Meta Leads Centre.',
    },
  },
  // https://developers.google.com/google-ads/webhook/docs/implementation
  'google-ads': {
    service: 'Google Ads',
    key: ['lead_id'],
    proof: { field: 'google_key' },
    map: {
      name: [
        'user_column_data[column_id=FULL_NAME].string_value',
        'user_column_data[column_id=FIRST_NAME].string_value',
        'user_column_data[column_id=LAST_NAME].string_value',
      ],
      email: [
        'user_column_data[column_id=EMAIL].string_value',
        'user_column_data[column_id=WORK_EMAIL].string_value',
      ],
      phone: [
        'user_column_data[column_id=PHONE_NUMBER].string_value',
        'user_column_data[column_id=WORK_PHONE].string_value',
      ],
      company: ['user_column_data[column_id=COMPANY_NAME].string_value'],
      country: ['user_column_data[column_id=COUNTRY].string_value'],
    },
    plumbing: [
      'lead_id',
      'api_version',
      'form_id',
      'campaign_id',
      'adgroup_id',
      'creative_id',
      'asset_group_id',
      'gcl_id',
      'lead_submit_time',
    ],
  },
  // https://developers.webflow.com/data/reference/webhooks/events/form-submission
  webflow: {
    service: 'Webflow',
    key: ['payload.id'],
    proof: {
      header: 'X-Webflow-Signature',
      hmac: 'sha256',
      encoding: 'hex',
      over: '{header:x-webflow-timestamp}:{body}',
      timestamp: 'X-Webflow-Timestamp',
    },
    plumbing: [
      'triggerType',
      'payload.name',
      'payload.siteId',
      'payload.id',
      'payload.formId',
      'payload.formElementId',
      'payload.pageId',
      'payload.submittedAt',
      'payload.schema',
    ],
  },
  // https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
  hubspot: {
    service: 'HubSpot',
    key: ['eventId', 'submissionId', 'conversionId'],
    proof: {
      header: 'X-HubSpot-Signature-v3',
      hmac: 'sha256',
      encoding: 'base64',
      over: '{method}{url}{body}{header:x-hubspot-request-timestamp}',
      timestamp: 'X-HubSpot-Request-Timestamp',
    },
    plumbing: [
      'vid',
      'canonical-vid',
      'portal-id',
      'is-contact',
      'profile-url',
      'properties.hs_object_id',
      'properties.createdate',
      'properties.lastmodifieddate',
      'associated-company',
      'identity-profiles',
      'merge-audits',
      'merged-vids',
      'form-submissions',
      'list-memberships',
    ],
  },
  // The key is made by Unbounce for each submission: https://documentation.unbounce.com/hc/en-us/articles/203510044
  unbounce: {
    service: 'Unbounce',
    key: ['submission_id', 'data.json.submission_id'],
    proof: { query: 'token' },
    plumbing: [
      'page_id',
      'page_uuid',
      'page_name',
      'page_url',
      'variant',
      'ip_address',
      'date_submitted',
      'time_submitted',
      'submission_id',
    ],
  },
  // https://elementor.com/help/form-actions-webhook/ ; both settings of “Advanced Data”
  elementor: {
    service: 'Elementor',
    proof: { query: 'token' },
    plumbing: [
      'form',
      'form_id',
      'form_name',
      'meta',
      'Date',
      'Time',
      'User Agent',
      'Remote IP',
      'Powered by',
    ],
  },
  // The body is what the plug-in's field names are, each beside _wpcf7… of its own.
  'contact-form-7': {
    service: 'Contact Form 7',
    proof: { query: 'token' },
    plumbing: [
      '_wpcf7',
      '_wpcf7_version',
      '_wpcf7_locale',
      '_wpcf7_unit_tag',
      '_wpcf7_container_post',
      '_wpcf7_posted_data_hash',
      'form_id',
      'form_title',
      'hidden-field',
    ],
  },
  // https://docs.gravityforms.com/entry-object/ : the entry, its answers under the numbers of the fields
  'gravity-forms': {
    service: 'Gravity Forms',
    key: ['id', 'entry_id'],
    proof: { header: 'X-Holdfast-Token' },
    plumbing: [
      'id',
      'entry_id',
      'form_id',
      'post_id',
      'date_created',
      'date_updated',
      'is_starred',
      'is_read',
      'is_approved',
      'ip',
      'user_agent',
      'currency',
      'payment_status',
      'payment_date',
      'payment_amount',
      'payment_method',
      'transaction_id',
      'transaction_type',
      'is_fulfilled',
      'created_by',
      'status',
      'source_id',
    ],
  },
}

/** The preset of a form, if it names one. */
export const presetOf = (form: Form | undefined): Preset | undefined =>
  form?.preset !== undefined && Object.hasOwn(presets, form.preset) ? presets[form.preset] : undefined
