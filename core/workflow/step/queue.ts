import { queueId } from '../../record/id.ts'
import { noted, queued } from '../progress.ts'
import { checkName, named, verb } from '../verb.ts'

/** From its owner into a queue. */
export const queue = verb({
  name: 'queue',
  written: () => ({
    queue: named('Takes the record from its owner and puts it into a queue that somebody watches.'),
  }),
  check: ({ queue: name }, { company, tell }) => checkName('queue', name, { known: company.queues, tell }),
  gives: ['watchers', 'last resort'],
  compile: ({ queue: name }) => ({ queue: queueId.parse(name) }),
  step: {
    do: 'queue',
    compiled: () => ({ queue: queueId }),
    describe: ({ queue: name }) => `put into ${name}`,
    run(step, progress, situation) {
      const after = queued(progress, step.queue, 'last-level', situation)
      return noted(after, step, 'assign', {
        queue: step.queue,
        because: 'last-level',
        ...(after.previousOwner && { previousOwner: after.previousOwner }),
      })
    },
  },
})
