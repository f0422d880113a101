/** A real Open vSwitch with a datapath of its own invention (--enable-dummy): what it does to a packet, by ofproto/trace. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const has = (command: string): boolean => spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${command}`], { stdio: 'ignore' }).status === 0
const schema = '/usr/share/openvswitch/vswitch.ovsschema'

export const missing: readonly string[] = ['ovs-vswitchd', 'ovsdb-server', 'ovsdb-tool', 'ovs-ofctl', 'ovs-appctl'].filter((command) => !has(command))

export interface Switch {
  /** Replaces all flows. */
  setFlows(flows: readonly string[]): void
  /** Settings of a port in the words of ovs-vsctl, instead of those that it had. */
  setPort(port: string, settings: readonly string[]): void
  /** "Datapath actions" of a packet in OpenFlow's words. */
  trace(flow: string): string
  stop(): void
}

/** A bridge `br0` with ports p1 to p3, numbered so; the bridge's own device is port 100 of the datapath. */
export function startSwitch(): Switch {
  const folder = mkdtempSync(join(tmpdir(), 'underlay-ovs-'))
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin`, OVS_RUNDIR: folder, OVS_LOGDIR: folder, OVS_DBDIR: folder }
  const run = (command: string, ...args: string[]): string => execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const at = (name: string): string => join(folder, name)
  run('ovsdb-tool', 'create', at('conf.db'), schema)
  run('ovsdb-server', at('conf.db'), `--remote=punix:${at('db.sock')}`, `--pidfile=${at('db.pid')}`, `--unixctl=${at('db.ctl')}`, '--detach', '--no-chdir', `--log-file=${at('db.log')}`)
  const vsctl = (...args: string[]): string => run('ovs-vsctl', `--db=unix:${at('db.sock')}`, ...args)
  vsctl('--no-wait', 'init')
  run('ovs-vswitchd', `unix:${at('db.sock')}`, '--enable-dummy=override', '--disable-system', `--pidfile=${at('vs.pid')}`, `--unixctl=${at('vs.ctl')}`, '--detach', '--no-chdir', `--log-file=${at('vs.log')}`)
  const port = (n: number): string[] => ['--', 'add-port', 'br0', `p${n}`, '--', 'set', 'interface', `p${n}`, 'type=dummy', `ofport_request=${n}`]
  vsctl('add-br', 'br0', '--', 'set', 'bridge', 'br0', 'datapath_type=dummy', ...port(1), ...port(2), ...port(3))
  return {
    setFlows(flows) {
      writeFileSync(at('flows'), flows.join('\n') + '\n')
      run('ovs-ofctl', 'del-flows', `unix:${at('br0.mgmt')}`)
      run('ovs-ofctl', 'add-flows', `unix:${at('br0.mgmt')}`, at('flows'))
    },
    setPort(port, settings) {
      vsctl('clear', 'port', port, 'tag', '--', 'clear', 'port', port, 'trunks', '--', 'clear', 'port', port, 'vlan_mode', ...(settings.length > 0 ? ['--', 'set', 'port', port, ...settings] : []))
    },
    trace: (flow) => /Datapath actions: (.*)/.exec(run('ovs-appctl', `--target=${at('vs.ctl')}`, 'ofproto/trace', 'br0', flow))?.[1] ?? '',
    stop() {
      for (const name of ['vs.pid', 'db.pid']) process.kill(Number(readFileSync(at(name), 'utf8')))
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}
