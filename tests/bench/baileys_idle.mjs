// Holds N Baileys sessions in one process. Commands come as lines on stdin, one JSON answer each on stdout:
// {"link":[[0,"+44…"]]} links phones as the sessions of these numbers, {"up":N} connects the first N stored sessions.
import readline from 'node:readline'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { BaileysClient } from '../interop/lib/baileys_client.mjs'

const [url, noiseRoot, dir, control] = process.argv.slice(2)
const { connectControl } = await import('../interop/lib/control.mjs')
const sandbox = { url, noiseRoot, dir, call: (method, params) => link.call(method, params) }
const link = connectControl(control)
const clients = []

async function linkAll(numbers) {
  for (const [index, number] of numbers) {
    const client = new BaileysClient(sandbox, `bench-${index}`)
    await client.link(number)
    await client.end()
  }
}

// Connects the first `count` sessions. One that never reports "open" must not hold up the rest for ever: it is
// counted out after a minute, and the time is that of the last one that did.
async function up(count) {
  const started = performance.now()
  let ms = 0
  let opened = 0
  const waits = []
  for (let index = 0; index < count; index++) {
    const client = new BaileysClient(sandbox, `bench-${index}`)
    clients.push(client)
    const open = once(client, 'open').then(() => {
      opened++
      ms = performance.now() - started
    })
    waits.push(Promise.race([open, setTimeout(60_000)]))
    await client.connect()
  }
  await Promise.all(waits)
  return { ms, opened }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  const answer = command.link ? await linkAll(command.link) : await up(command.up)
  process.stdout.write(JSON.stringify(answer ?? {}) + '\n')
}
process.exit(0)
