/*
 * A disk that can lose its power: preloaded into the process under test (LD_PRELOAD), it writes down everything that the
 * process does to the files of one folder, and when which of it was synced. power-loss.ts makes from that what the disk
 * would hold after a loss of power.
 *
 * Problem: after kill -9 the kernel still writes what was never synced; only a loss of power shows a missing sync.
 * Representation: one record per operation, in the order in which the files change, in a file outside of the folder.
 *   u8 kind, u32 file, u64 offset, u32 length, then that many bytes:
 *   'N' file is known by the path in the bytes from now on (not yet an operation: it was there or is just made)
 *   'C' made: the path in the bytes leads to it         'W' written at offset      'T' cut or grown to offset
 *   'R' renamed: old path, NUL, new path                'U' removed: path          'S' sync of file begins: number in offset
 *   'E' sync ended well: number in offset
 * Invariant: the record of a write is complete before the write is; what was written before an 'S' whose 'E' is there is
 * on disk, and nothing else is promised. A folder is a file too: what it holds is promised by syncing it.
 * Rejected: FUSE (mounting is refused in many containers); copies at each sync, made by the code under test itself
 * (would show when it believes to sync, not what it syncs).
 *
 * Environment: POWER_LOSS_FOLDER, POWER_LOSS_JOURNAL; POWER_LOSS_LIE names an ending of paths whose syncs do nothing,
 * as a broken disk does: for control runs.
 * Not seen: writes through mmap (SQLite maps only its -shm, which recovery makes anew) and io_uring (Node uses none).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 4096

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;
static char folder[PATH_MAX];
static size_t folder_length;
static const char *lie;
static dev_t device;
static uint64_t syncs;

static struct { ino_t inode; int is_gone; int lies; } files[MOST_FILES];
static uint32_t file_count;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_fallocate)(int, off_t, off_t);

__attribute__((constructor)) static void begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite");
  real_writev = dlsym(RTLD_NEXT, "writev");
  real_pwritev = dlsym(RTLD_NEXT, "pwritev");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_openat = dlsym(RTLD_NEXT, "openat");
  real_fallocate = dlsym(RTLD_NEXT, "posix_fallocate");
  const char *given = getenv("POWER_LOSS_FOLDER"), *path = getenv("POWER_LOSS_JOURNAL");
  struct stat known;
  if (!given || !path || !realpath(given, folder) || stat(folder, &known) != 0) return;
  folder_length = strlen(folder);
  device = known.st_dev;
  lie = getenv("POWER_LOSS_LIE");
  /* Children write files of their own; two processes would mix up the numbers of one journal. */
  unsetenv("LD_PRELOAD");
  journal = real_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* Without its journal the disk proves nothing: then nothing may go on. */
static void record(char kind, uint32_t file, uint64_t offset, const void *bytes, uint32_t length) {
  unsigned char head[17];
  head[0] = (unsigned char)kind;
  memcpy(head + 1, &file, 4);
  memcpy(head + 5, &offset, 8);
  memcpy(head + 13, &length, 4);
  struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
  if (real_writev(journal, parts, length ? 2 : 1) != (ssize_t)(sizeof head + length)) abort();
}

static int is_within(const char *path) {
  return strncmp(path, folder, folder_length) == 0 && (path[folder_length] == '/' || path[folder_length] == 0);
}

static int ends_with(const char *path, const char *ending) {
  size_t all = strlen(path), part = strlen(ending);
  return part > 0 && all >= part && strcmp(path + all - part, ending) == 0;
}

/* Number of the file behind a descriptor, or -1 when it is none of the folder's. Under the lock. */
static long file_of(int fd) {
  struct stat known;
  if (journal < 0 || fd == journal || fstat(fd, &known) != 0 || known.st_dev != device) return -1;
  if (!S_ISREG(known.st_mode) && !S_ISDIR(known.st_mode)) return -1;
  for (uint32_t at = 0; at < file_count; at++)
    if (files[at].inode == known.st_ino && !files[at].is_gone) return at;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return -1;
  path[length] = 0;
  if (!is_within(path) || ends_with(path, " (deleted)")) return -1;
  if (file_count == MOST_FILES) abort();
  files[file_count].inode = known.st_ino;
  files[file_count].lies = lie && ends_with(path, lie);
  record('N', file_count, 0, path, (uint32_t)strlen(path));
  return file_count++;
}

/* Where a path leads, with its folder made plain; 0 when that is not in the folder. */
static int resolved(const char *path, char *into) {
  char copy[PATH_MAX], *slash;
  if (journal < 0 || strlen(path) >= sizeof copy) return 0;
  strcpy(copy, path);
  slash = strrchr(copy, '/');
  const char *name = slash ? slash + 1 : copy;
  char parent[PATH_MAX];
  if (slash) *slash = 0;
  if (!realpath(slash ? (slash == copy ? "/" : copy) : ".", parent)) return 0;
  if (strlen(parent) + strlen(name) + 2 > PATH_MAX) return 0;
  sprintf(into, "%s/%s", parent, name);
  return is_within(into);
}

static int opened(int at, const char *path, int flags, mode_t mode) {
  char full[PATH_MAX];
  struct stat known;
  if (at != AT_FDCWD || !(flags & (O_CREAT | O_TRUNC)) || !resolved(path, full)) return real_openat(at, path, flags, mode);
  pthread_mutex_lock(&order);
  int is_new = lstat(full, &known) != 0;
  int fd = real_openat(at, path, flags, mode);
  int error = errno;
  if (fd >= 0) {
    long file = file_of(fd);
    if (file >= 0 && is_new) record('C', (uint32_t)file, 0, full, (uint32_t)strlen(full));
    else if (file >= 0 && (flags & O_TRUNC)) record('T', (uint32_t)file, 0, 0, 0);
  }
  pthread_mutex_unlock(&order);
  errno = error;
  return fd;
}

#define MODE(flags, mode)                                \
  mode_t mode = 0;                                       \
  if ((flags) & (O_CREAT | __O_TMPFILE)) {               \
    va_list rest;                                        \
    va_start(rest, flags);                               \
    mode = va_arg(rest, mode_t);                         \
    va_end(rest);                                        \
  }

int open(const char *path, int flags, ...) { MODE(flags, mode) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, mode) return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags, mode) return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags, mode) return opened(at, path, flags | O_LARGEFILE, mode); }

/* The write is done under the lock, so that the journal has the order of the disk. A short write is written down whole:
 * whoever writes repeats the rest, at its place. */
#define WRITTEN(fd, offset, bytes, length, act)                                            \
  if (journal < 0) return act;                                                             \
  pthread_mutex_lock(&order);                                                              \
  long file = file_of(fd);                                                                 \
  if (file >= 0) record('W', (uint32_t)file, (uint64_t)(offset), bytes, (uint32_t)(length)); \
  ssize_t done = act;                                                                      \
  int error = errno;                                                                       \
  pthread_mutex_unlock(&order);                                                            \
  errno = error;                                                                           \
  return done;

static off_t position(int fd) {
  int flags = fcntl(fd, F_GETFL);
  struct stat known;
  if (flags >= 0 && (flags & O_APPEND) && fstat(fd, &known) == 0) return known.st_size;
  off_t at = lseek(fd, 0, SEEK_CUR);
  return at < 0 ? 0 : at;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  WRITTEN(fd, position(fd), bytes, length, real_write(fd, bytes, length))
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  WRITTEN(fd, offset, bytes, length, real_pwrite(fd, bytes, length, offset))
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return pwrite(fd, bytes, length, offset); }

static void vector(long file, const struct iovec *parts, int count, off_t offset) {
  for (int at = 0; file >= 0 && at < count; at++) {
    record('W', (uint32_t)file, (uint64_t)offset, parts[at].iov_base, (uint32_t)parts[at].iov_len);
    offset += (off_t)parts[at].iov_len;
  }
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (journal < 0) return real_writev(fd, parts, count);
  pthread_mutex_lock(&order);
  vector(file_of(fd), parts, count, position(fd));
  ssize_t done = real_writev(fd, parts, count);
  int error = errno;
  pthread_mutex_unlock(&order);
  errno = error;
  return done;
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  if (journal < 0) return real_pwritev(fd, parts, count, offset);
  pthread_mutex_lock(&order);
  vector(file_of(fd), parts, count, offset);
  ssize_t done = real_pwritev(fd, parts, count, offset);
  int error = errno;
  pthread_mutex_unlock(&order);
  errno = error;
  return done;
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) { return pwritev(fd, parts, count, offset); }

int ftruncate(int fd, off_t size) {
  if (journal < 0) return real_ftruncate(fd, size);
  pthread_mutex_lock(&order);
  long file = file_of(fd);
  if (file >= 0) record('T', (uint32_t)file, (uint64_t)size, 0, 0);
  int result = real_ftruncate(fd, size);
  int error = errno;
  pthread_mutex_unlock(&order);
  errno = error;
  return result;
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

/* Makes the file larger, full of zeros. */
int posix_fallocate(int fd, off_t offset, off_t length) {
  struct stat known;
  if (journal < 0) return real_fallocate(fd, offset, length);
  pthread_mutex_lock(&order);
  long file = file_of(fd);
  if (file >= 0 && fstat(fd, &known) == 0 && known.st_size < offset + length)
    record('T', (uint32_t)file, (uint64_t)(offset + length), 0, 0);
  int result = real_fallocate(fd, offset, length);
  pthread_mutex_unlock(&order);
  return result;
}
int posix_fallocate64(int fd, off64_t offset, off64_t length) { return posix_fallocate(fd, offset, length); }

static int synced(int fd, int (*real)(int)) {
  if (journal < 0) return real(fd);
  pthread_mutex_lock(&order);
  long file = file_of(fd);
  if (file >= 0 && files[file].lies) file = -1;
  uint64_t number = syncs++;
  if (file >= 0) record('S', (uint32_t)file, number, 0, 0);
  pthread_mutex_unlock(&order);
  int result = real(fd);
  int error = errno;
  if (result == 0 && file >= 0) {
    pthread_mutex_lock(&order);
    record('E', (uint32_t)file, number, 0, 0);
    pthread_mutex_unlock(&order);
  }
  errno = error;
  return result;
}
int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

int rename(const char *from, const char *to) {
  char paths[2 * PATH_MAX + 2], second[PATH_MAX];
  if (!resolved(from, paths) || !resolved(to, second)) return real_rename(from, to);
  pthread_mutex_lock(&order);
  int result = real_rename(from, to);
  int error = errno;
  size_t first = strlen(paths) + 1;
  strcpy(paths + first, second);
  if (result == 0) record('R', UINT32_MAX, 0, paths, (uint32_t)(first + strlen(second)));
  pthread_mutex_unlock(&order);
  errno = error;
  return result;
}

int unlink(const char *path) {
  char full[PATH_MAX];
  struct stat known;
  if (!resolved(path, full)) return real_unlink(path);
  pthread_mutex_lock(&order);
  int is_known = lstat(full, &known) == 0;
  int result = real_unlink(path);
  int error = errno;
  if (result == 0) {
    record('U', UINT32_MAX, 0, full, (uint32_t)strlen(full));
    for (uint32_t at = 0; is_known && at < file_count; at++)
      if (files[at].inode == known.st_ino) files[at].is_gone = 1;
  }
  pthread_mutex_unlock(&order);
  errno = error;
  return result;
}
