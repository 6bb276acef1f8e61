// The sandbox as a child process, and its control socket.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import readline from 'node:readline'

const bin = path.resolve(process.env.WASPHERE_BIN ?? '../../build/release/bin')

// One JSON object a line, answers matched by id; `notified` gets what comes without having been asked for.
class Control {
  constructor(socketPath, notified = () => {}) {
    this.socket = net.createConnection(socketPath)
    this.waiting = new Map()
    this.lastId = 0
    readline.createInterface({ input: this.socket }).on('line', line => {
      const answer = JSON.parse(line)
      if (answer.method) return notified(answer.method, answer.params)
      const { resolve, reject } = this.waiting.get(answer.id)
      this.waiting.delete(answer.id)
      if (answer.error) reject(Object.assign(new Error(answer.error.message), { data: answer.error.data }))
      else resolve(answer.result)
    })
  }

  call(method, params = {}) {
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.socket.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }) + '\n')
    })
  }
}

export const connectControl = (socketPath, notified) => new Control(socketPath, notified)

export async function startSandbox() {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'ws.'))
  const child = spawn(
    path.join(bin, 'wasphere-sandbox'),
    ['--listen', '127.0.0.1:0', '--control', path.join(dir, 'sandbox.sock'), '--state-dir', path.join(dir, 'state')],
    { stdio: ['ignore', 'pipe', 'inherit'] }
  )
  const ready = await new Promise((resolve, reject) => {
    readline.createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', code => reject(new Error(`the sandbox ended with status ${code}`)))
  })
  const info = JSON.parse(ready)
  const control = new Control(info.control)
  // The clients' last writes may still be under way when a test ends.
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  const stop = async () => {
    control.socket.destroy()
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGTERM')
    const status = await ended
    return status
  }
  return { ...info, dir, stop, call: (method, params) => control.call(method, params) }
}
