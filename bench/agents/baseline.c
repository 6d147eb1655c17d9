/* What the same monitors cost in plain C: posix_spawn, one pipe each, eight in flight, no containment.
 * usage: baseline PROGRAM COUNT IN-FLIGHT (the agent's environment is the caller's) */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double milliseconds(const struct rusage *used)
{
    return (used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1e3
        + (used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1e3;
}

static void start(char *program)
{
    char *argv[] = { program, "monitor", NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int pipe_ends[2];
    pid_t pid;
    if (pipe2(pipe_ends, O_CLOEXEC))
        exit(1);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 2);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    if (posix_spawn(&pid, program, &actions, &attributes, argv, environ))
        exit(1);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

int main(int argc, char **argv)
{
    int count = argc > 3 ? atoi(argv[2]) : 0, in_flight = argc > 3 ? atoi(argv[3]) : 0, started = 0, ended = 0;
    double began = now();
    struct rusage own, children;
    while (ended < count) {
        while (started < count && started - ended < in_flight) {
            start(argv[1]);
            started++;
        }
        if (wait(NULL) > 0)
            ended++;
    }
    began = now() - began;
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    printf("%-20s %7.0f monitors/s; CPU each: %5.2f ms own, %5.2f ms agents\n", "plain C", count / began,
        milliseconds(&own) / count, milliseconds(&children) / count);
    return 0;
}
