// Holds N Baileys sessions in one process. Commands come as lines on stdin, one JSON answer each on stdout:
// {"link":["+44…"]} links phones, {"up":N} connects the first N stored sessions.
import readline from 'node:readline'
import { once } from 'node:events'
import { BaileysClient } from '../interop/lib/baileys_client.mjs'

const [url, noiseRoot, dir, control] = process.argv.slice(2)
const { connectControl } = await import('../interop/lib/control.mjs')
const sandbox = { url, noiseRoot, dir, call: (method, params) => link.call(method, params) }
const link = connectControl(control)
const clients = []

async function linkAll(numbers) {
  for (const [index, number] of numbers.entries()) {
    const client = new BaileysClient(sandbox, `bench-${index}`)
    await client.link(number)
    client.end()
  }
}

async function up(count) {
  const started = performance.now()
  const opened = []
  for (let index = 0; index < count; index++) {
    const client = new BaileysClient(sandbox, `bench-${index}`)
    clients.push(client)
    opened.push(once(client, 'open'))
    // A connection that times out on a busy machine is tried again, as gateways do.
    client.on('closed', () => client.connect())
    await client.connect()
  }
  await Promise.all(opened)
  return { ms: performance.now() - started }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  const answer = command.link ? await linkAll(command.link) : await up(command.up)
  console.log(JSON.stringify(answer ?? {}))
}
process.exit(0)
