/** Starts executions as fast as it can and reports each acknowledged one, until it is killed. */
import { appendFileSync } from 'node:fs'
import { activityMonitor } from '../activity.ts'
import { realClock } from '../clock.ts'
import { openStateMachines } from './service.ts'

const [file = '', log = '', round = ''] = process.argv.slice(2)
const arn = 'arn:aws:states:eu-central-1:000000000000:stateMachine:Follow'

const machines = openStateMachines({
  file,
  clock: realClock(),
  activity: activityMonitor(),
  task: async (_resource, args) => appendFileSync(log, `${JSON.stringify(args)}\n`),
  emit: () => {},
})

const call = (step: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { step, name: '{% $states.context.Execution.Name %}' },
})

machines.define({
  arn,
  name: 'Follow',
  definition: {
    QueryLanguage: 'JSONata',
    StartAt: 'First',
    States: {
      First: { ...call('first'), Next: 'Hold' },
      Hold: { Type: 'Wait', Seconds: 1, Next: 'Second' },
      Second: { ...call('second'), End: true },
    },
  },
})
machines.resume()

for (let i = 0; ; i++) {
  const name = `${round}-${i}`
  await machines.start({ stateMachineArn: arn, name })
  process.send?.(name)
  await new Promise((resolve) => setImmediate(resolve))
}
