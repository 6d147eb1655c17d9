/*
 * truce-keep: runs a command only as long as a session of Group Services lasts.
 *
 *     truce-keep DEADLINE PARENT PROGRAM [ARGUMENT...]
 *
 * DEADLINE is a file of two 64-bit numbers, milliseconds of CLOCK_BOOTTIME, which truce writes whenever its lease is
 * renewed: when PROGRAM is told to end (SIGTERM), and when everything that it has started is killed. Both are looked
 * at here, in a process of its own that never waits for anything else: truce itself may be stopped, killed or slow
 * while a lease ends, and what it guards must not go on. PARENT is truce's process: when it ends, everything is killed
 * at once, since its socket has closed and others may take over.
 *
 * SIGTERM from truce is passed on to PROGRAM. It is the subreaper of all that PROGRAM starts, so that nothing escapes
 * by changing its session; and should this process itself be killed, PROGRAM is killed with it.
 *
 * It ends as PROGRAM ends, with the same code or, after a signal, with 128 and its number; 126 and 127 as a shell,
 * 125 if it couldn't begin.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "children.h"

enum { LOOK_MS = 50, AGAIN_MS = 20, NOT_BEGUN = 125, NOT_ALLOWED = 126, NOT_FOUND = 127, SIGNAL_BASE = 128 };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int fail(const char *what)
{
    fprintf(stderr, "truce-keep: %s: %s\n", what, strerror(errno));
    return NOT_BEGUN;
}

static pid_t start(char **program, const sigset_t *before)
{
    pid_t self = getpid(), child = fork();
    if (child != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != self)
        _exit(NOT_BEGUN);
    sigprocmask(SIG_SETMASK, before, NULL);
    execvp(program[0], program);
    fprintf(stderr, "truce: %s: %s\n", program[0], strerror(errno));
    _exit(errno == ENOENT ? NOT_FOUND : NOT_ALLOWED);
}

static int code_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNAL_BASE + WTERMSIG(status);
}

static int keep(pid_t program, int deadline, struct pollfd *files)
{
    int killing = 0, told = 0, one, status = SIGKILL; /* as if killed, should it never be reaped */
    for (;;) {
        struct signalfd_siginfo signalled;
        int64_t at[2] = { 0, 0 };
        pid_t pid;
        poll(files, 2, killing ? AGAIN_MS : LOOK_MS);
        killing = killing || files[0].revents;
        while (read(files[1].fd, &signalled, sizeof signalled) == sizeof signalled)
            if (signalled.ssi_signo == SIGTERM && !killing)
                kill(program, SIGTERM);
        while ((pid = waitpid(-1, &one, WNOHANG)) > 0)
            if (pid == program) {
                status = one;
                killing = 1; /* what it has left behind ends with it */
            }
        if (killing && pid < 0)
            return code_of(status);
        if (pread(deadline, at, sizeof at, 0) != sizeof at || now_ms() >= at[1])
            killing = 1;
        else if (!told && !killing && now_ms() >= at[0]) {
            kill(program, SIGTERM);
            told = 1;
        }
        if (killing)
            kill_children();
    }
}

int main(int argc, char **argv)
{
    sigset_t awaited, before;
    struct pollfd files[2] = { { .events = POLLIN }, { .events = POLLIN } };
    pid_t parent, program;
    int deadline;
    if (argc < 4) {
        fprintf(stderr, "usage: truce-keep DEADLINE PARENT PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    deadline = open(argv[1], O_RDONLY | O_CLOEXEC);
    if (deadline < 0)
        return fail(argv[1]);
    parent = (pid_t)atoi(argv[2]);
    files[0].fd = (int)syscall(SYS_pidfd_open, parent, 0);
    if (files[0].fd < 0)
        return fail("pidfd_open");
    if (getppid() != parent)
        return NOT_BEGUN;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGTERM);
    sigaddset(&awaited, SIGCHLD);
    /* A terminal's signals go to the command too, and truce decides what they mean. */
    sigaddset(&awaited, SIGINT);
    sigaddset(&awaited, SIGQUIT);
    sigaddset(&awaited, SIGHUP);
    sigprocmask(SIG_BLOCK, &awaited, &before);
    files[1].fd = signalfd(-1, &awaited, SFD_NONBLOCK | SFD_CLOEXEC);
    if (files[1].fd < 0)
        return fail("signalfd");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    program = start(argv + 3, &before);
    if (program < 0)
        return fail("fork");
    return keep(program, deadline, files);
}
