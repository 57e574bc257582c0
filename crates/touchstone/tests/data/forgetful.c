/* A disk that forgets: loaded before a program (LD_PRELOAD), it copies each file below FORGETFUL_FROM to FORGETFUL_TO
 * whenever the program syncs it, and only then. What stands there when the program is killed is what a machine that lost
 * its power would have kept at worst: everything that was synced, and nothing else. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

/* Where a file's copy is; 0 if it has none. */
static int copy_of(int fd, char *copy) {
    char link[64], path[PATH_MAX];
    const char *from = getenv("FORGETFUL_FROM"), *to = getenv("FORGETFUL_TO");
    struct stat what;
    if (!from || !to || fstat(fd, &what) != 0 || !S_ISREG(what.st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    size_t below = strlen(from);
    if (strncmp(path, from, below) != 0 || path[below] != '/') return 0;
    return snprintf(copy, PATH_MAX, "%s%s", to, path + below) < PATH_MAX;
}

static void keep(int fd) {
    char copy[PATH_MAX];
    static char part[1 << 16];
    if (!copy_of(fd, copy)) return;
    pthread_mutex_lock(&one_at_a_time);
    /* The descriptor may be for writing only. */
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int in = open(link, O_RDONLY), out = open(copy, O_WRONLY | O_CREAT, 0600);
    off_t at = 0;
    for (ssize_t length; in >= 0 && out >= 0 && (length = pread(in, part, sizeof part, at)) > 0; at += length)
        if (pwrite(out, part, length, at) != length) abort();
    if (out >= 0 && ftruncate(out, at) != 0) abort();
    close(in);
    close(out);
    pthread_mutex_unlock(&one_at_a_time);
}

int fsync(int fd) {
    int done = ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
    if (done == 0) keep(fd);
    return done;
}

int fdatasync(int fd) {
    int done = ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
    if (done == 0) keep(fd);
    return done;
}
