/** Boots a real kernel as an ordinary process and runs a script in it. Debian's user-mode-linux, no root file system of its own. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// By the folder it is run from, as a benchmark is one bundle that stands elsewhere.
const here = join(process.cwd(), 'test', 'kernel')

const kernel = '/usr/bin/linux.uml'
const modules = '/usr/lib/uml/modules'

const needed = [kernel, modules, '/usr/bin/perl', '/usr/sbin/iptables-legacy']
/** What is missing for kernel tests here; empty where they can run. */
export const missing: readonly string[] = process.getuid?.() === 0
  ? needed.filter((file) => !existsSync(file)) : ['root']

// Kernel 6.1 saves 2696 bytes of a process's extended registers, and ptrace refuses that on processors with AMX. There it is
// started so that it saves the older registers only, and the programs in it keep to those.
const hasLargeState = existsSync('/proc/cpuinfo') && readFileSync('/proc/cpuinfo', 'utf8').includes('amx_tile')
const plainRegisters = 'GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX512DQ,-AVX2,-AVX,-AVX_Fast_Unaligned_Load,-XSAVE,-XSAVEC'

const wanted = [
  'ipv6', 'veth', 'bridge', '8021q', 'vxlan', 'ip_gre', 'ip6_gre', 'ipip', 'ip6_tunnel', 'sit', 'geneve', 'macvlan', 'ipvlan', 'vrf', 'bonding', 'dummy',
  'iptable_filter', 'iptable_nat', 'iptable_mangle', 'ip6table_filter', 'ip6table_nat', 'ip6table_mangle', 'nf_conntrack', 'xt_conntrack', 'xt_MASQUERADE', 'xt_nat', 'xt_addrtype', 'xt_tcpudp',
  'br_netfilter', 'ip_vti', 'ip6_vti', 'esp4', 'esp6', 'xfrm_user', 'jitterentropy_rng', 'drbg', 'sha512_generic', 'gcm', 'ghash-generic', 'seqiv', 'ctr', 'cbc', 'authenc', 'echainiv', 'hmac',
  'ccm', 'chacha20poly1305', 'chacha_generic', 'poly1305_generic', 'des_generic', 'xcbc', 'cmac',
]

export interface Booted {
  readonly code: number | null
  readonly console: string
}

let boots = 0

/** Runs a bash script as the first process of a kernel of its own; it sees the machine's files. `folder` is the script's. */
export async function boot(script: string, folder: string, seconds: number, extraModules: readonly string[] = []): Promise<Booted> {
  const init = join(folder, 'init.sh')
  writeFileSync(init, [
    '#!/bin/bash',
    'export PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    'mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t tmpfs tmpfs /run',
    // A /tmp of its own, unless the project itself stands there and would be hidden by it.
    folder.startsWith('/tmp/') ? ':' : 'mount -t tmpfs tmpfs /tmp 2>/dev/null',
    `perl ${join(here, 'load-modules.pl')} ${modules}/$(uname -r) ${[...wanted, ...extraModules].join(' ')} 2>> ${folder}/modules.log`,
    'ip link set lo up',
    `cd ${folder}`,
    script,
    'sync; poweroff -f',
    '',
  ].join('\n'), { mode: 0o755 })
  const name = `underlay${process.pid}n${boots++}`
  const [command = kernel, ...before] = hasLargeState ? ['/usr/bin/perl', join(here, 'without-xstate.pl'), kernel] : [kernel]
  const child = spawn(command, [
    ...before, 'mem=512M', 'rootfstype=hostfs', 'rootflags=/', 'rw', `init=${init}`, 'con=null', 'con0=null,fd:1', 'quiet', `umid=${name}`, ...(hasLargeState ? [plainRegisters] : []),
  ], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, HOME: folder, TMPDIR: tmpdir() } })
  let said = ''
  child.stdout.on('data', (data: Buffer) => (said += data.toString()))
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  const { pid } = child
  const stop = (): void => {
    // The kernel's processes are a group of their own, which this run started.
    if (pid !== undefined) try { process.kill(-pid, 'SIGKILL') } catch { /* it is gone */ }
  }
  const timer = setTimeout(stop, seconds * 1000)
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  clearTimeout(timer)
  return { code, console: said }
}

/** A folder of our own that the kernel under test sees, too. */
export function workFolder(): { readonly path: string; remove(): void } {
  const base = join(process.cwd(), 'test', 'artifacts')
  mkdirSync(base, { recursive: true })
  const path = mkdtempSync(join(base, 'kernel-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
