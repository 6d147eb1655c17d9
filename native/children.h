/*
 * What this process has started and what has become its child since: a subreaper gets whatever loses its parent.
 * Kernels without CONFIG_PROC_CHILDREN exist, so all of /proc is read.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_child(const char *pid, pid_t self)
{
    char path[64], text[512], *after;
    int file, parent;
    ssize_t n;
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    n = read(file, text, sizeof text - 1);
    close(file);
    text[n > 0 ? n : 0] = 0;
    after = strrchr(text, ')'); /* the name in brackets may hold anything */
    return after && sscanf(after, ") %*c %d", &parent) == 1 && parent == self;
}

/* Kills them once; called again until none is left. Without /proc it kills nothing: the caller has another way. */
static void kill_children(void)
{
    pid_t self = getpid();
    struct dirent *entry;
    DIR *proc = opendir("/proc");
    if (!proc)
        return;
    while ((entry = readdir(proc)))
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && is_child(entry->d_name, self))
            kill((pid_t)atoi(entry->d_name), SIGKILL);
    closedir(proc);
}
