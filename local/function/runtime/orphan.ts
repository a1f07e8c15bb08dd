/* Ends a host's process with its parent. */
import { Worker } from 'node:worker_threads'

/**
 * Of another thread, because the one of the functions hears of nothing while a function never comes back, and the parent,
 * which would have ended it at its timeout, is gone. On Windows nobody tells of a new parent; there this does nothing.
 */
const watch = `const { workerData: parent } = require('node:worker_threads')
setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL') }, 500)`

export function endWithParent(): void {
  const watcher = new Worker(watch, {
    eval: true,
    name: 'orphan',
    workerData: process.ppid,
    env: {},
    execArgv: [],
  })
  watcher.unref()
}
