// The guest of a measured migration, as its only process: fills memory with noise, then writes one word a page at a set rate: round and
// round over its working set, or anywhere in it (random=1); and round and round over the first part of it (hot=, hotrate=) besides. bound=1 counts
// only seconds in which its processor ran: what takes its processor away takes as much of its writing, and a fast machine gives no more. It
// then tells so often (every=, ms) how long it has been there, how long it ran, and how many pages it has written.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

static const size_t page = 4096, mib = 1 << 20;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double setting(const char *line, const char *key) {
  const char *at = strstr(line, key);
  return at ? atof(at + strlen(key)) : 0;
}

// Pages that are all zero are sent as nine bytes, and a huge page is dirtied whole: neither is wanted.
static uint64_t *noise(size_t bytes) {
  if (bytes == 0) return NULL;
  uint64_t *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) { printf("no memory\n"); sleep(3600); }
  madvise(at, bytes, MADV_NOHUGEPAGE);
  uint64_t x = 88172645463325252ull;
  for (size_t i = 0; i < bytes / 8; i += 64) { x ^= x << 13; x ^= x >> 7; x ^= x << 17; at[i] = x; }
  return at;
}

// Where the working set lies: physical addresses by stretches of pages in the order in which they are written.
static void place(const uint64_t *at, size_t bytes) {
  FILE *map = fopen("/proc/self/pagemap", "r");
  if (!map || bytes == 0) return;
  uint64_t first = 0, count = 0, entry = 0;
  for (size_t i = 0; i <= bytes / page; i++) {
    entry = 0;
    if (i < bytes / page && (fseek(map, (long)(((size_t)at / page + i) * 8), SEEK_SET) || fread(&entry, 8, 1, map) != 1)) break;
    const uint64_t frame = entry & ((1ull << 55) - 1);
    if (count > 0 && frame == first + count) { count++; continue; }
    if (count > 0) printf("set %llu %llu\n", (unsigned long long)first, (unsigned long long)count);
    first = frame;
    count = 1;
  }
  fclose(map);
}

// Ticks of the processor's own counter in a second: reading it needs no device and so waits for nothing.
static double ticksPerSecond(void) {
  const double begun = now();
  const uint64_t first = __rdtsc();
  while (now() - begun < 0.5) {}
  return (double)(__rdtsc() - first) / (now() - begun);
}

// Time in which the processor ran: of two looks at its counter that are further apart than a millisecond, it stood still between them.
static void bound(uint64_t *working, size_t set, size_t hot, double rate, double hotRate, int anywhere, double every) {
  const double ticks = ticksPerSecond(), gap = ticks / 1000;
  const double perTick = rate / (double)page / ticks, hotPerTick = hotRate / (double)page / ticks;
  const uint64_t start = __rdtsc();
  uint64_t last = start, said = start, chance = 88172645463325252ull;
  double ran = 0, written = 0, hotWritten = 0;
  for (size_t at = hot, hotAt = 0;;) {
    const uint64_t time = __rdtsc();
    if ((double)(time - last) < gap) ran += (double)(time - last);
    last = time;
    if (set > hot && written < ran * perTick) {
      if (anywhere) {
        chance ^= chance << 13; chance ^= chance >> 7; chance ^= chance << 17;
        at = hot + (chance >> 11) % ((set - hot) / page) * page;
      }
      working[at / 8] += 1;
      at += page;
      if (at >= set) at = hot;
      written += 1;
    }
    if (hot > 0 && hotWritten < ran * hotPerTick) {
      working[hotAt / 8] += 1;
      hotAt = (hotAt + page) % hot;
      hotWritten += 1;
    }
    if ((double)(time - said) >= every / 1000 * ticks) {
      said = time;
      printf("wrote %.0f %.0f %.0f\n", (double)(time - start) / ticks * 1000, ran / ticks * 1000, written + hotWritten);
    }
  }
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  mount("proc", "/proc", "proc", 0, NULL);
  char line[4096] = {0};
  FILE *file = fopen("/proc/cmdline", "r");
  if (file) { if (!fgets(line, sizeof line, file)) line[0] = 0; fclose(file); }
  const size_t set = (size_t)setting(line, "wss=") * mib;
  const double rate = setting(line, "rate=") * (double)mib;
  noise((size_t)setting(line, "fill=") * mib);
  uint64_t *working = noise(set);
  if (strstr(line, "tell=1")) place(working, set);
  printf("ready\n");
  const int anywhere = strstr(line, "random=1") != NULL;
  const size_t hot = (size_t)setting(line, "hot=") * mib;
  const double hotRate = setting(line, "hotrate=") * (double)mib;
  const double every = setting(line, "every=");
  if (strstr(line, "bound=1")) bound(working, set, hot, rate, hotRate, anywhere, every > 0 ? every : 1000);
  const double start = now();
  double said = start, written = 0, hotWritten = 0, saidWritten = 0;
  uint64_t chance = 88172645463325252ull;
  for (size_t at = hot, hotAt = 0;;) {
    const double time = now();
    // Behind schedule by more than a quarter of a second, as after a stop: it is not caught up with.
    if ((time - start) * rate - written > rate / 4) written = (time - start) * rate;
    if ((time - start) * hotRate - hotWritten > hotRate / 4) hotWritten = (time - start) * hotRate;
    const double due = (time - start) * rate, hotDue = (time - start) * hotRate;
    while (set > hot && written < due) {
      if (anywhere) {
        chance ^= chance << 13; chance ^= chance >> 7; chance ^= chance << 17;
        at = hot + (chance >> 11) % ((set - hot) / page) * page;
      }
      working[at / 8] += 1;
      at += page;
      if (at >= set) at = hot;
      written += (double)page;
      saidWritten += (double)page;
    }
    while (hot > 0 && hotWritten < hotDue) {
      working[hotAt / 8] += 1;
      hotAt = (hotAt + page) % hot;
      hotWritten += (double)page;
      saidWritten += (double)page;
    }
    if (time - said >= 1) {
      printf("rate %.2f\n", saidWritten / (time - said) / (double)mib);
      said = time;
      saidWritten = 0;
    }
    usleep(2000);
  }
}
