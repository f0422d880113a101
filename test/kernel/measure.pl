# Sends echoes of many sizes into a tunnel and says how long the packets are that leave it on the underlay.
# Input, a line each:  measure ID SENDER RECEIVER DEVICE FAMILY ADDRESS SIZE,SIZE,…   (DEVICE: the receiver's, on the underlay)
# Output, a line each: ID SIZE:LENGTH,…   (0 where nothing came)
use strict; use warnings;
use Socket qw(:all);
use Time::HiRes qw(time);

my ($SYS_setns, $CLONE_NEWNET) = (308, 0x40000000);
sub inside { my ($name) = @_; open(my $ns, '<', "/run/netns/$name") or die "$name: $!"; syscall($SYS_setns, fileno($ns), $CLONE_NEWNET) == 0 or die "setns $name: $!" }
sub checksum { my $sum = unpack('%32n*', $_[0] . (length($_[0]) % 2 ? "\0" : '')); $sum = ($sum >> 16) + ($sum & 0xffff) while $sum >> 16; return ~$sum & 0xffff }

while (my $line = <STDIN>) {
  my (undef, $id, $sender, $receiver, $device, $family, $address, $sizes) = split ' ', $line;
  inside($receiver);
  # All protocols, without link headers.
  socket(my $ear, 17, SOCK_DGRAM, unpack('S', pack('n', 3))) or die "packet socket: $!";
  open(my $f, '<', "/proc/self/net/dev_mcast") or die; my $index = 0;
  while (<$f>) { my @w = split ' '; $index = $w[0] if $w[1] eq $device }
  bind($ear, pack('S n i S C C a8', 17, 3, $index, 0, 0, 0, '')) or die "bind $device ($index): $!";
  setsockopt($ear, SOL_SOCKET, SO_RCVBUF, 1048576);
  inside($sender);
  socket(my $s, $family == 4 ? AF_INET : AF_INET6, SOCK_RAW, $family == 4 ? 1 : 58) or die "raw: $!";
  my $to = $family == 4 ? pack_sockaddr_in(0, inet_aton($address)) : pack_sockaddr_in6(0, inet_pton(AF_INET6, $address));
  setsockopt($s, 0, 10, pack('i', 0)) if $family == 4;
  my $send = sub {
    my ($size) = @_;
    my $echo = pack('CCnnn', $family == 4 ? 8 : 128, 0, 0, 1, 1) . ("\0" x ($size - ($family == 4 ? 28 : 48)));
    substr($echo, 2, 2) = pack('n', checksum($echo)) if $family == 4;
    send($s, $echo, 0, $to);
  };
  # What comes in on the device and is a tunnel's: no neighbour discovery, no listeners' reports.
  my $hear = sub {
    my ($enough, $seconds) = @_; my (%count, $all);
    my $end = time + $seconds;
    while ((my $left = $end - time) > 0) {
      my $ready = ''; vec($ready, fileno($ear), 1) = 1;
      select($ready, undef, undef, $left) > 0 or last;
      defined(my $from = recv($ear, my $data, 70000, MSG_DONTWAIT)) or next;
      my (undef, $protocol, undef, undef, $kind) = unpack('S n i S C', $from);
      next if $kind != 0;
      next unless ($protocol == 0x0800 and ord(substr($data, 9, 1)) != 1) or ($protocol == 0x86dd and ord(substr($data, 6, 1)) != 58 and ord(substr($data, 6, 1)) != 0);
      $count{length $data}++;
      last if ++$all >= $enough;
    }
    my ($most) = sort { $count{$b} <=> $count{$a} } keys %count;
    return $most // 0;
  };
  # Neighbours are asked first: until something comes, and no longer.
  for (1 .. 10) { $send->(100); last if $hear->(1, 1) }
  $hear->(1000, 0.1);
  my @said;
  for my $size (split ',', $sizes) {
    $hear->(1000, 0.001);
    $send->($size) for 1 .. 3;
    push @said, "$size:" . $hear->(3, 3);
  }
  print "$id ", join(',', @said), "\n";
}
