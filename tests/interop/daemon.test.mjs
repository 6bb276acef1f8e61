// A session of wasphered and an unmodified Baileys write to each other over the sandbox.
import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { BaileysClient } from './lib/baileys_client.mjs'
import { startSandbox } from './lib/control.mjs'
import { Daemon } from './lib/daemon.mjs'

let sandbox
let baileys
let daemon
let ours // the phone of the daemon's session
let theirs // the phone of Baileys

const call = (method, params) => sandbox.call(method, params)
const jidOf = phone => `${phone.slice(1)}@s.whatsapp.net`
const send = (to, text) => daemon.call('message.send', { sessionId: 'shop', to, text })

before(async () => {
  sandbox = await startSandbox()
  ours = (await call('phone.create', { phoneNumber: '+447700930001', name: 'Shop' })).phoneNumber
  theirs = (await call('phone.create', { phoneNumber: '+447700930002', name: 'Anna' })).phoneNumber
  await call('sandbox.contact.create', { name: 'Ben', devices: 2 })
  baileys = new BaileysClient(sandbox, 'daemon')
  await baileys.link(theirs)
  daemon = await new Daemon(sandbox).start()
  await daemon.link('shop', ours)
})
after(async () => {
  baileys.end()
  await daemon.end('SIGTERM')
  assert.equal(await sandbox.stop(), 0)
})

async function exchange(mark, times = 1) {
  for (let i = 0; i < times; ++i) {
    await send(theirs, `${mark} out ${i}`)
    assert.equal((await baileys.got(`${mark} out ${i}`)).length, 1)
    await baileys.send(jidOf(ours), `${mark} in ${i}`)
    assert.equal((await daemon.got(`${mark} in ${i}`)).length, 1)
  }
}

test('the first texts each way, and the hundredth', async () => exchange('turn', 100))

test('receipts move our message on', async () => {
  const read = daemon.next('message.read')
  const { messageId } = await send(theirs, 'please read')
  const [{ chat, id }] = await baileys.got('please read')
  assert.equal(id, messageId)
  await baileys.socket.readMessages([{ remoteJid: chat, id, fromMe: false }])
  assert.equal((await read).data.messageId, messageId)
})

test('after Baileys came back, and what waited meanwhile', async () => {
  await baileys.restart(() => send(theirs, 'while Baileys was away'))
  await baileys.got('while Baileys was away')
  await exchange('baileys restarted')
})

test('after wasphered was killed, and what waited meanwhile', async () => {
  await daemon.end('SIGKILL')
  await baileys.send(jidOf(ours), 'while the daemon was away')
  await daemon.start()
  const [message] = await daemon.got('while the daemon was away')
  assert.equal(message.offline, true)
  await exchange('daemon restarted')
})

test('a group of three', async () => {
  const group = await call('sandbox.group.create', { who: 'Ben', subject: 'Walk', members: [ours, theirs] })
  for (let i = 0; i < 3; ++i) {
    await send(group.jid, `group out ${i}`)
    assert.equal((await baileys.got(`group out ${i}`))[0].chat, group.jid)
    await call('sandbox.contact.inbox', { who: 'Ben', text: `group out ${i}`, waitCount: 1 })
    await baileys.send(group.jid, `group in ${i}`)
    assert.equal((await daemon.got(`group in ${i}`))[0].from, group.jid)
  }
})

test('after Baileys lost its sessions: it asks again and is answered', async () => {
  await baileys.restart(() => {
    for (const file of readdirSync(baileys.directory))
      if (file.startsWith('session-')) rmSync(`${baileys.directory}/${file}`)
  })
  await send(theirs, 'to somebody forgetful')
  await baileys.got('to somebody forgetful')
  await exchange('healed')
})

// Not from Baileys: its answers to a single device have the shape of a fan-out as well, which the server refuses.
test('what was spoilt on the way to us is asked for again and comes once', async () => {
  const write = text => call('sandbox.contact.send', { who: 'Ben', to: ours, text })
  await write('before it')
  await daemon.got('before it')
  await call('fault.message', { kind: 'corrupt', jid: jidOf(ours) })
  await write('spoilt on the way')
  assert.equal((await daemon.got('spoilt on the way')).length, 1)
})
