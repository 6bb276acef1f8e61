// wasphered as a child process on a sandbox, and its socket.
import { spawn } from 'node:child_process'
import path from 'node:path'
import readline from 'node:readline'
import { EventEmitter, once } from 'node:events'
import { connectControl } from './control.mjs'

const bin = path.resolve(process.env.WASPHERE_BIN ?? '../../build/release/bin')

export class Daemon extends EventEmitter {
  constructor(sandbox) {
    super()
    this.sandbox = sandbox
    this.socketPath = path.join(sandbox.dir, 'wasphered.sock')
    this.received = []
    this.lastSeq = 0
  }

  async start() {
    const { url, noiseRoot, dir } = this.sandbox
    this.child = spawn(path.join(bin, 'wasphered'), [
      '--state-dir', path.join(dir, 'daemon'), '--socket', this.socketPath,
      '--set', `network.url=${url}`, '--set', `network.noise_root=${noiseRoot}`
    ], { stdio: ['ignore', 'ignore', 'pipe'] })
    const lines = readline.createInterface({ input: this.child.stderr })
    await new Promise((resolve, reject) => {
      lines.on('line', line => line.includes('ready') && resolve())
      this.child.once('exit', code => reject(new Error(`wasphered ended with status ${code}`)))
    })
    this.rpc = connectControl(this.socketPath, (method, params) => method === 'event' && this.take(params))
    await this.call('event.subscribe', { after: this.lastSeq })
    return this
  }

  take(event) {
    this.lastSeq = event.seq
    if (event.event === 'message.received') this.received.push(event.data)
    this.emit('event', event)
  }

  call(method, params) {
    return this.rpc.call(method, params)
  }

  // The messages with this text; waits until there is one.
  async got(text) {
    const found = () => this.received.filter(each => each.content?.text === text)
    while (found().length === 0) await once(this, 'event')
    return found()
  }

  // Listens all the time: several events may come in one piece.
  next(type) {
    return new Promise(resolve => {
      const look = event => {
        if (event.event !== type) return
        this.off('event', look)
        resolve(event)
      }
      this.on('event', look)
    })
  }

  async link(name, phone) {
    const { qrString } = await this.call('session.create', {
      name, typingSimulation: false, msgDelayMinMs: 0, msgDelayMaxMs: 0, rateLimitPerMin: 0
    })
    const connected = this.next('session.connected')
    await this.sandbox.call('phone.scan', { phone, qr: qrString })
    await connected
  }

  async end(signal) {
    this.rpc.socket.destroy()
    const ended = once(this.child, 'exit')
    this.child.kill(signal)
    return (await ended)[0]
  }
}
