# Sends echo requests from network namespaces, and watches every namespace for them and their answers.
# Input, a line each:  space NAME  |  probe ID NAME FAMILY ADDRESS SIZE DF (2: without it, and once)  |  walk ID NAME FAMILY ADDRESS
#                      listen NAME PORT  |  connect ID NAME FAMILY ADDRESS PORT  |  balance NAME FAMILY ADDRESS PORT BACKEND/PORT… (in turns)
# Output, a line each: ID ARRIVED-AT ANSWERED ERRORS  (names joined by commas or "-", 0 or 1, ICMP errors as ADDRESS/TYPE.CODE.MTU, redirects with the way in the MTU's place, joined by commas or "-")
#                      ID ACCEPTED-AT CONNECTED  (of a connect; a balancer hands on what it accepts)
#                      walk ID NAME:DEVICE,…  (devices that counted each of many packets of that walk)
use strict; use warnings;
use Socket qw(:all);
use Time::HiRes qw(time sleep);
use Errno;

# Every error is wanted: nobody counts them here.
sub set { my ($key, $value) = @_; open(my $f, '>', "/proc/sys/net/$key") or return; print {$f} $value }
set('ipv4/icmp_msgs_per_sec', 1000000); set('ipv4/icmp_msgs_burst', 1000000);
set('ipv4/route/error_cost', 0); set('ipv4/route/redirect_load', 0); set('ipv4/route/redirect_number', 1000000);
my (%sockets, %name_of, @probes, @walks, %spaces, @connects, %listeners, %balancers);
my ($SYS_setns, $CLONE_NEWNET) = (308, 0x40000000);
while (my $line = <STDIN>) {
  my @w = split ' ', $line;
  if ($w[0] eq 'space') {
    open(my $ns, '<', "/run/netns/$w[1]") or do { print STDERR "no namespace $w[1]\n"; next };
    syscall($SYS_setns, fileno($ns), $CLONE_NEWNET) == 0 or die "setns $w[1]: $!";
    # Who listens in a namespace listens in all its vrfs.
    set('ipv4/tcp_l3mdev_accept', 1); set('ipv4/icmp_ratelimit', 0); set('ipv6/icmp/ratelimit', 0);
    for my $family (4, 6) {
      my $s;
      socket($s, $family == 4 ? AF_INET : AF_INET6, SOCK_RAW, $family == 4 ? 1 : 58) or next;
      setsockopt($s, SOL_SOCKET, SO_RCVBUF, 1048576);
      $sockets{"$w[1] $family"} = $s;
      $name_of{fileno($s)} = [$w[1], $family];
    }
    $spaces{$w[1]} = $ns;
  } elsif ($w[0] eq 'listen') {
    syscall($SYS_setns, fileno($spaces{$w[1]}), $CLONE_NEWNET) == 0 or next;
    for my $family (4, 6) {
      socket(my $s, $family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0) or next;
      setsockopt($s, 41, 26, pack('i', 1)) if $family == 6;
      setsockopt($s, SOL_SOCKET, SO_REUSEPORT, 1);
      bind($s, $family == 4 ? pack_sockaddr_in($w[2], INADDR_ANY) : pack_sockaddr_in6($w[2], IN6ADDR_ANY)) && listen($s, 128) or print STDERR "listen @w: $!\n";
      $listeners{fileno($s)} = [$s, $w[1]];
    }
  } elsif ($w[0] eq 'balance') {
    my (undef, $name, $family, $address, $port, @backends) = @w;
    syscall($SYS_setns, fileno($spaces{$name}), $CLONE_NEWNET) == 0 or next;
    socket(my $s, $family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0) or next;
    # Beside whoever listens on that port at all addresses, and with more right to its own.
    setsockopt($s, SOL_SOCKET, SO_REUSEPORT, 1);
    bind($s, place($family, $address, $port)) && listen($s, 128) or print STDERR "balance @w: $!\n";
    $listeners{fileno($s)} = [$s, $name];
    $balancers{fileno($s)} = { space => $name, family => $family, backends => [map { [split '/'] } @backends] };
  } elsif ($w[0] eq 'connect') {
    push @connects, { id => $w[1], space => $w[2], family => $w[3], address => $w[4], port => $w[5], at => {}, done => 0 };
  } elsif ($w[0] eq 'walk') {
    push @walks, { id => $w[1], space => $w[2], family => $w[3], address => $w[4], size => 84, df => 0, at => {}, answered => 0, errors => {} };
  } elsif ($w[0] eq 'probe') {
    push @probes, { id => $w[1], space => $w[2], family => $w[3], address => $w[4], size => $w[5], df => $w[6], at => {}, answered => 0, errors => {} };
  }
}
sub place { my ($family, $address, $port) = @_; return $family == 4 ? pack_sockaddr_in($port, inet_aton($address)) : pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)) }
# A translation may change the identifier, so what is inside tells the probes apart.
my $mark = 0x756e6472;
sub checksum { my $sum = unpack('%32n*', $_[0] . (length($_[0]) % 2 ? "\0" : '')); $sum = ($sum >> 16) + ($sum & 0xffff) while $sum >> 16; return ~$sum & 0xffff }
# Of many packets each is a connection of its own, or else a filter would know the later ones.
sub send_one {
  my ($n, $more) = @_; my $p = $probes[$n]; my $id = ($n + 997 * ($more // 0)) & 0xffff;
  my $s = $sockets{"$p->{space} $p->{family}"} or return;
  if ($p->{family} == 4) {
    setsockopt($s, 0, 10, pack('i', $p->{df} == 1 ? 3 : 0));
    my $body = pack('NN', $mark, $n) . ("\0" x ($p->{size} - 36));
    my $echo = pack('CCnnn', 8, 0, 0, $id, 1) . $body;
    substr($echo, 2, 2) = pack('n', checksum($echo));
    send($s, $echo, 0, pack_sockaddr_in(0, inet_aton($p->{address})));
  } else {
    setsockopt($s, 41, 23, pack('i', $p->{df} == 1 ? 3 : 0));
    setsockopt($s, 41, 62, pack('i', $p->{df} == 1 ? 1 : 0));
    send($s, pack('CCnnn', 128, 0, 0, $id, 1) . pack('NN', $mark, $n) . ("\0" x ($p->{size} - 56)), 0, pack_sockaddr_in6(0, inet_pton(AF_INET6, $p->{address})));
  }
}
my $round = 0;
# An ICMP error quotes the packet that it is about; what matters is what its own sender hears.
sub error_in {
  my ($space, $family, $from, $data) = @_;
  my ($type, $code, undef, undef, $mtu) = unpack($family == 4 ? 'CCnnn' : 'CCnNn', $data);
  my $better = $family == 4 && $type == 5 ? inet_ntoa(substr($data, 4, 4)) : '';
  $mtu = $family == 4 ? ($type == 3 && $code == 4 ? $mtu : 0) : ($type == 2 ? unpack('N', substr($data, 4, 4)) : 0);
  # Of a nearer way only what the first packet is told: where anything is translated, that is nothing until the flow's own translation is done.
  return if $better and $round > 1;
  my $quoted = substr($data, 8);
  my $skip = $family == 4 ? (ord($quoted) & 15) * 4 : 40 + (ord(substr($quoted, 6, 1)) == 44 ? 8 : 0);
  return if length($quoted) < $skip + 16;
  my ($asked, undef, undef, undef, undef, $found, $n) = unpack('CCnnnNN', substr($quoted, $skip));
  return unless $asked == ($family == 4 ? 8 : 128) and $found == $mark and defined $probes[$n] and $probes[$n]{space} eq $space;
  my $peer = inet_ntop($family == 4 ? AF_INET : AF_INET6, $family == 4 ? (unpack_sockaddr_in($from))[1] : (unpack_sockaddr_in6($from))[1]);
  $probes[$n]{errors}{"$peer/$type.$code." . ($better || $mtu)} = 1;
}
my $all = ''; vec($all, $_, 1) = 1 for keys %name_of;
my %by_fd = map { fileno($_) => $_ } values %sockets;
# Until then, and as long as somebody still speaks: whoever shares the processor with others is slow, not mute.
sub listen_until {
  my ($end, $quiet, $last) = @_;
  while ((my $left = $end - time) > 0) {
    my $ready = $all;
    select($ready, undef, undef, $left) > 0 or next;
    if ($quiet and time + $quiet > $end and time < $last) { $end = time + $quiet }
    for my $fd (keys %name_of) {
      next unless vec($ready, $fd, 1);
      while (my $from = recv($by_fd{$fd}, my $data, 70000, MSG_DONTWAIT)) {
        my ($space, $family) = @{ $name_of{$fd} };
        $data = substr($data, (ord($data) & 15) * 4) if $family == 4;
        next if length($data) < 16;
        my ($type, undef, undef, undef, undef, $found, $n) = unpack('CCnnnNN', $data);
        if ($family == 4 ? $type == 3 || $type == 5 || $type == 11 : $type >= 1 && $type <= 3) { error_in($space, $family, $from, $data); next }
        next unless $found == $mark and defined $probes[$n];
        my $p = $probes[$n];
        if ($type == ($family == 4 ? 8 : 128)) { $p->{at}{$space} = 1 }
        elsif ($type == ($family == 4 ? 0 : 129) and $space eq $p->{space}) {
          my $peer = $family == 4 ? (unpack_sockaddr_in($from))[1] : (unpack_sockaddr_in6($from))[1];
          my $want = inet_pton($family == 4 ? AF_INET : AF_INET6, $p->{address});
          $p->{answered} = 1 if $peer eq $want;
        }
      }
    }
  }
}
# Networks take turns, so that each of them has few packets under way.
sub in_turns {
  my %of; push @{ $of{(split '-', $_[$_]{id})[0]} }, $_ for 0 .. $#_;
  my @turns;
  while (%of) { for (sort keys %of) { push @turns, shift @{ $of{$_} }; delete $of{$_} unless @{ $of{$_} } } }
  return @turns;
}
my @turns = in_turns(@probes);
my %networks = map { ((split '-', $_->{id})[0] => 1) } @probes;
my $several = keys(%networks) > 4 ? keys(%networks) : 4;
my $began = time;
for (1 .. 3) {
  $round = $_;
  my $sent = 0;
  for my $n (@turns) {
    next if $probes[$n]{answered} or ($round > 1 and $probes[$n]{df} == 2);
    send_one($n);
    listen_until(time + 0.002) if ++$sent % $several == 0;
  }
  listen_until(time + 1.3, 1.3, time + 20) if $sent;
}
# A neighbour is asked three times, a second apart, before somebody says that he is silent.
listen_until($began + 6, 1.3, $began + 26) if grep { not $_->{answered} } @probes;
print join(' ', $_->{id}, join(',', sort keys %{ $_->{at} }) || '-', $_->{answered}, join(',', sort keys %{ $_->{errors} }) || '-'), "\n" for @probes;

# Connections, many at a time: whoever accepts one reads in it which it is.
sub connect_some {
  my (@some) = @_; my (%open, %taken, %onward);
  for my $n (@some) {
    my $c = $connects[$n];
    syscall($SYS_setns, fileno($spaces{$c->{space}}), $CLONE_NEWNET) == 0 or next;
    socket(my $s, $c->{family} == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0) or next;
    connect($s, place($c->{family}, $c->{address}, $c->{port})) or $!{EINPROGRESS} or next;
    $open{fileno($s)} = [$s, $n];
  }
  my $end = time + 3.2;
  # Nobody is waited for who has connected and been read.
  while ((%open or keys %taken or grep { $connects[$_]{done} and not %{ $connects[$_]{at} } } @some) and (my $left = $end - time) > 0) {
    my ($read, $write) = ('', '');
    vec($read, $_, 1) = 1 for keys %listeners, keys %taken;
    vec($write, $_, 1) = 1 for keys %open, keys %onward;
    select($read, $write, undef, $left) > 0 or next;
    for my $fd (keys %open) {
      next unless vec($write, $fd, 1);
      my ($s, $n) = @{ delete $open{$fd} };
      if (unpack('i', getsockopt($s, SOL_SOCKET, SO_ERROR)) == 0) { $connects[$n]{done} = 1; syswrite($s, pack('N', $n)); $connects[$n]{socket} = $s }
    }
    for my $fd (keys %taken) {
      next unless vec($read, $fd, 1);
      my ($s, $space, $balancer) = @{ delete $taken{$fd} };
      (sysread($s, my $data, 4) // 0) == 4 or next;
      if (!$balancer) { $connects[unpack('N', $data)]{at}{$space} = 1; next }
      # A connection of its own to the next backend, in which it says what it was told.
      my ($to, $port) = @{ $balancer->{backends}[$balancer->{turn}++ % @{ $balancer->{backends} }] };
      syscall($SYS_setns, fileno($spaces{$space}), $CLONE_NEWNET) == 0 or next;
      socket(my $b, $balancer->{family} == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0) or next;
      connect($b, place($balancer->{family}, $to, $port)) or $!{EINPROGRESS} or next;
      $onward{fileno($b)} = [$b, $data, $s];
    }
    for my $fd (keys %onward) {
      next unless vec($write, $fd, 1);
      my ($b, $data, $s) = @{ delete $onward{$fd} };
      if (unpack('i', getsockopt($b, SOL_SOCKET, SO_ERROR)) == 0) { syswrite($b, $data); $connects[unpack('N', $data)]{backend} = [$b, $s] }
    }
    for my $fd (keys %listeners) {
      next unless vec($read, $fd, 1);
      while (accept(my $s, $listeners{$fd}[0])) { $taken{fileno($s)} = [$s, $listeners{$fd}[1], $balancers{$fd}] }
    }
  }
  delete @{ $connects[$_] }{'socket', 'backend'} for @some;
}
for (my $n = 0; $n < @connects; $n += 1500) { my $last = $n + 1499 < $#connects ? $n + 1499 : $#connects; connect_some($n .. $last) }
print join(' ', $_->{id}, join(',', sort keys %{ $_->{at} }) || '-', $_->{done}), "\n" for @connects;

# Which way they take: the devices of the same network that count as many packets as were sent.
my $many = 40;
sub counters {
  my ($network) = @_; my %count;
  for my $name (grep { index($_, $network) == 0 } keys %spaces) {
    syscall($SYS_setns, fileno($spaces{$name}), $CLONE_NEWNET) == 0 or next;
    open(my $dev, '<', '/proc/self/net/dev') or next;
    while (my $line = <$dev>) { $count{"$name:$1"} = $2 + $3 if $line =~ /^\s*([^:]+):\s*\d+\s+(\d+)(?:\s+\d+){7}\s+(\d+)/ }
  }
  return \%count;
}
# One of each network at a time.
my %left; push @{ $left{($_->{id} =~ /^([^-]+-)/)[0]} }, $_ for @walks;
while (%left) {
  my @some = map { { network => $_, walk => shift @{ $left{$_} } } } sort keys %left;
  for my $one (@some) { push @probes, $one->{walk}; $one->{probe} = $#probes; delete $left{$one->{network}} unless @{ $left{$one->{network}} } }
  send_one($_->{probe}) for @some;
  listen_until(time + 0.2, 0.2, time + 5);
  for my $one (@some) { $one->{before} = counters($one->{network}) }
  for my $k (1 .. $many) { send_one($_->{probe}, $k) for @some; listen_until(time + 0.004) }
  listen_until(time + 0.2, 0.2, time + 5);
  for my $one (@some) {
    my ($before, $after) = ($one->{before}, counters($one->{network}));
    print 'walk ', $one->{walk}{id}, ' ', join(',', sort grep { $after->{$_} - ($before->{$_} // 0) >= $many * 0.8 } keys %$after) || '-', "\n";
  }
}
