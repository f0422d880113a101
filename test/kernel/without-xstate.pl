# Starts a program whose ptrace calls for NT_X86_XSTATE fail: user-mode Linux 6.1 gives them a buffer too small for processors
# with AMX, and then falls back on the older floating point calls.
use strict; use warnings;
my ($LD, $JEQ, $RET) = (0x20, 0x15, 0x06);
my ($ALLOW, $FAIL) = (0x7fff0000, 0x00050000 | 5);
# struct seccomp_data: nr at 0, arch at 4, arguments from 16, 8 bytes each. ptrace is 101, PTRACE_GETREGSET 0x4204, PTRACE_SETREGSET 0x4205.
my $filter = join '', map { pack('SCCL', @$_) } (
  [$LD, 0, 0, 4], [$JEQ, 0, 7, 0xc000003e],
  [$LD, 0, 0, 0], [$JEQ, 0, 5, 101],
  [$LD, 0, 0, 16], [$JEQ, 1, 0, 0x4204], [$JEQ, 0, 2, 0x4205],
  [$LD, 0, 0, 32], [$JEQ, 1, 0, 0x202],
  [$RET, 0, 0, $ALLOW],
  [$RET, 0, 0, $FAIL],
);
my $program = pack('S x6 P', length($filter) / 8, $filter);
syscall(157, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!";
syscall(157, 22, 2, $program) == 0 or die "seccomp: $!";
exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!";
