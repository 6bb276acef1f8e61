// Texts through Baileys clients in one process. Commands come as lines on stdin, one JSON answer each on stdout:
// {"link":["+44…"]}, {"sequential":N,"to":JID}, {"pipelined":N,"sessions":M,"to":JID}, {"down":true}, {"up":N}.
import readline from 'node:readline'
import { BaileysClient } from '../interop/lib/baileys_client.mjs'
import { connectControl } from '../interop/lib/control.mjs'

const [url, noiseRoot, dir, control] = process.argv.slice(2)
const link = connectControl(control)
const sandbox = { url, noiseRoot, dir, call: (method, params) => link.call(method, params) }
const clients = []

async function linkAll(numbers) {
  for (const [index, number] of numbers.entries()) {
    const client = new BaileysClient(sandbox, `traffic-${index}`)
    await client.link(number)
    clients.push(client)
  }
}

// Sends and resolves when the server has acknowledged: sendMessage() itself does not wait for that.
function acknowledged(client, to, text) {
  return new Promise((resolve, reject) => {
    const { socket } = client
    const early = new Set()
    let id
    const onAck = node => {
      early.add(node.attrs.id)
      if (node.attrs.id !== id) return
      socket.ws.off('CB:ack,class:message', onAck)
      resolve()
    }
    socket.ws.on('CB:ack,class:message', onAck)
    socket.sendMessage(to, { text }).then(sent => {
      id = sent.key.id
      if (early.has(id)) onAck({ attrs: { id } })
    }, reject)
  })
}

async function sequential(count, to) {
  for (let n = 0; n < count; n++) await acknowledged(clients[0], to, `sequential ${n}`)
}

async function pipelined(each, sessions, to) {
  const acks = clients.slice(0, sessions).map(client => {
    let left = each
    return new Promise(resolve => client.socket.ws.on('CB:ack,class:message', () => { if (--left === 0) resolve() }))
  })
  const sends = []
  for (let n = 0; n < each; n++)
    for (const client of clients.slice(0, sessions)) sends.push(client.socket.sendMessage(to, { text: `pipelined ${n}` }))
  await Promise.all(sends)
  await Promise.all(acks)
  for (const client of clients) client.socket.ws.removeAllListeners('CB:ack,class:message')
}

async function up(count) {
  const client = new BaileysClient(sandbox, 'traffic-0')
  clients[0] = client
  const all = new Promise(resolve => client.on('text', () => { if (client.texts.length === count) resolve() }))
  await client.connect()
  await all
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  const to = command.to
  if (command.link) await linkAll(command.link)
  if (command.sequential) await sequential(command.sequential, to)
  if (command.pipelined) await pipelined(command.pipelined, command.sessions, to)
  if (command.down) clients[0].end()
  if (command.up) await up(command.up)
  process.stdout.write('{}\n')
}
process.exit(0)
