/*
 * truce-gate: the first process of every operation that Truce's executor runs.
 *
 *     truce-gate CGROUP LEAVE PROGRAM [ARGUMENT...]
 *
 * It waits until the executor has recorded it (one byte on descriptor 3; end of file means that the executor
 * died first, and nothing is run), then starts PROGRAM as a child, born inside the cgroup whose directory is
 * descriptor 5 (CGROUP is 1, else 0): moving a process later costs ten milliseconds, and leaves a moment in
 * which it may have escaped. It ends as PROGRAM ends, with the same code or signal.
 *
 * It is the subreaper of everything that PROGRAM starts, so whatever loses its parent becomes its child. On
 * SIGTERM, and when PROGRAM ends with a code that isn't in LEAVE (as in "0,8"), it kills all of them; only
 * otherwise may daemons live on. Without this a daemon that has changed its session, its group and its
 * environment couldn't be found where cgroups can't be used.
 *
 * Descriptor 4 takes two ints if PROGRAM can't be started: the stage (1 cgroup, 2 exec, 3 fork) and errno.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"

enum { GATE = 3, STATUS = 4, CGROUP = 5 };
enum { STAGE_CGROUP = 1, STAGE_EXEC = 2, STAGE_FORK = 3, NOT_RUN = 125 };

static void report(int stage, int error)
{
    int message[2] = { stage, error };
    ssize_t ignored = write(STATUS, message, sizeof message);
    (void)ignored;
}

static int opened(void)
{
    char go;
    ssize_t n;
    do
        n = read(GATE, &go, 1);
    while (n < 0 && errno == EINTR);
    close(GATE);
    return n == 1;
}

static int join_cgroup(void)
{
    int file = openat(CGROUP, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    int done = file >= 0 && write(file, "0", 1) == 1;
    if (file >= 0)
        close(file);
    return done;
}

/* The executor may protect itself from the kernel's memory killer, and go before others; its agents have no claim to
 * either. */
static void drop_protection(void)
{
    if (getpriority(PRIO_PROCESS, 0) < 0)
        setpriority(PRIO_PROCESS, 0, 0);
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        ssize_t ignored = write(file, "0", 1);
        (void)ignored;
        close(file);
    }
}

static void become(char **program, int cgroup, int placed)
{
    sigset_t none;
    if (cgroup && !placed && !join_cgroup()) {
        report(STAGE_CGROUP, errno);
        _exit(NOT_RUN);
    }
    setpgid(0, 0); /* an agent's "kill 0" must not reach the gate */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    drop_protection();
    fcntl(STATUS, F_SETFD, FD_CLOEXEC);
    if (cgroup)
        close(CGROUP);
    execvp(program[0], program);
    report(STAGE_EXEC, errno);
    _exit(NOT_RUN);
}

static pid_t start(char **program, int cgroup)
{
    pid_t child = -1;
    int placed = 0;
    if (cgroup) {
        struct clone_args args;
        memset(&args, 0, sizeof args);
        args.flags = CLONE_INTO_CGROUP;
        args.exit_signal = SIGCHLD;
        args.cgroup = CGROUP;
        child = (pid_t)syscall(SYS_clone3, &args, sizeof args);
        placed = child >= 0;
    }
    if (child < 0)
        child = fork();
    if (child == 0)
        become(program, cgroup, placed);
    return child;
}

static int leaves(const char *list, int status)
{
    if (!WIFEXITED(status))
        return 0;
    while (*list) {
        char *end;
        long code = strtol(list, &end, 10);
        if (end == list)
            return 0;
        if (code == WEXITSTATUS(status))
            return 1;
        list = *end ? end + 1 : end;
    }
    return 0;
}

static void end_as(int status)
{
    if (WIFSIGNALED(status)) {
        struct rlimit none = { 0, 0 };
        sigset_t all;
        setrlimit(RLIMIT_CORE, &none);
        signal(WTERMSIG(status), SIG_DFL);
        sigfillset(&all);
        sigprocmask(SIG_UNBLOCK, &all, NULL);
        raise(WTERMSIG(status));
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : NOT_RUN);
}

static void keep(pid_t program, const char *leave, const sigset_t *awaited)
{
    const struct timespec again = { 0, 20 * 1000 * 1000 };
    int killing = 0, status = SIGKILL; /* as if killed, should it never be reaped */
    for (;;) {
        int one, signal_number;
        pid_t pid;
        signal_number = killing ? sigtimedwait(awaited, NULL, &again) : sigwaitinfo(awaited, NULL);
        if (signal_number == SIGTERM)
            killing = 1;
        while ((pid = waitpid(-1, &one, WNOHANG)) > 0) {
            if (pid != program)
                continue;
            status = one;
            if (!killing && leaves(leave, status))
                end_as(status);
            killing = 1;
        }
        if (killing && pid < 0)
            end_as(status);
        if (killing)
            kill_children();
    }
}

int main(int argc, char **argv)
{
    sigset_t awaited;
    pid_t program;
    int cgroup;
    if (argc < 4) {
        fprintf(stderr, "usage: truce-gate CGROUP LEAVE PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    cgroup = argv[1][0] == '1';
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGTERM);
    sigaddset(&awaited, SIGCHLD);
    sigprocmask(SIG_BLOCK, &awaited, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    syscall(SYS_close_range, cgroup ? CGROUP + 1 : CGROUP, ~0U, 0);
    if (!opened())
        return NOT_RUN;
    program = start(argv + 3, cgroup);
    if (program < 0) {
        report(STAGE_FORK, errno);
        return NOT_RUN;
    }
    close(STATUS);
    if (cgroup)
        close(CGROUP);
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    keep(program, argv[2], &awaited);
}
