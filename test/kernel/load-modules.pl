# Loads kernel modules and what they need, as modprobe would where there is one: FOLDER NAME...
use strict; use warnings;
my ($folder, @wanted) = @ARGV;
my (%needs, %loaded);
open(my $dep, '<', "$folder/modules.dep") or die "$folder/modules.dep: $!";
while (<$dep>) { chomp; my ($file, $needs) = split /:\s*/, $_, 2; my ($name) = $file =~ m{([^/]+)\.ko$} or next; $name =~ tr/-/_/; $needs{$name} = [$file, split ' ', $needs // ''] }
sub load {
  my ($file) = @_;
  return if $loaded{$file}++;
  my ($name) = $file =~ m{([^/]+)\.ko$}; $name =~ tr/-/_/;
  load($_) for reverse @{ $needs{$name} }[1 .. $#{ $needs{$name} }];
  open(my $module, '<', "$folder/$file") or return print STDERR "$file: $!\n";
  my $empty = '';
  # finit_module of x86-64; 17 is EEXIST: it is part of the kernel or there already.
  syscall(313, fileno($module), $empty, 0) == 0 or $! == 17 or print STDERR "$name: $!\n";
}
for my $name (@wanted) { (my $key = $name) =~ tr/-/_/; if ($needs{$key}) { load($needs{$key}[0]) } else { print STDERR "$name is no module\n" } }
