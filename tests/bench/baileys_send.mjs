// One Baileys account that sends. Commands come as lines on stdin, one JSON answer each on stdout:
// {"link":true}, {"sequential":N} each text awaiting its acknowledgement, {"pipelined":N} all at once.
import readline from 'node:readline'
import { BaileysClient } from '../interop/lib/baileys_client.mjs'

const [url, noiseRoot, dir, control, number, chat] = process.argv.slice(2)
const { connectControl } = await import('../interop/lib/control.mjs')
const link = connectControl(control)
const client = new BaileysClient({ url, noiseRoot, dir, call: (method, params) => link.call(method, params) }, 'send')

// Baileys resolves a send before the server has acknowledged it; the acknowledgement comes as a stanza.
const waiting = new Map()
function watchAcks() {
  client.socket.ws.on('CB:ack,class:message', node => {
    waiting.get(node.attrs.id)?.()
    waiting.delete(node.attrs.id)
  })
}

async function send(text) {
  const id = `3EB0${[...crypto.getRandomValues(new Uint8Array(9))].map(each => each.toString(16).padStart(2, '0')).join('').toUpperCase()}`
  const acknowledged = new Promise(resolve => waiting.set(id, resolve))
  await client.socket.sendMessage(chat, { text }, { messageId: id })
  await acknowledged
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  if (command.link) {
    await client.link(number)
    watchAcks()
    await send('first')
  }
  for (let n = 0; n < (command.sequential ?? 0); ++n) await send(`text ${n}`)
  if (command.pipelined) await Promise.all(Array.from({ length: command.pipelined }, (_, n) => send(`text ${n}`)))
  process.stdout.write('{}\n')
}
process.exit(0)
