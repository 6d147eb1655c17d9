/* The first process of a lab host, and of the lab itself.
 *
 *   truce-lab-init [options] -- PROGRAM [ARGUMENT...]
 *     --hostname NAME       set the host name (of the UTS namespace it runs in)
 *     --drop-capabilities   give up, for good, what could reach the machine below the lab: its clock,
 *                           kernel modules, raw I/O, kexec and reboot, its log
 *     --subreaper           adopt orphans below it (where there is no PID namespace)
 *     --exit-with-child     end when PROGRAM ends; else stay: a host outlives its cluster software
 *     --respawn             start PROGRAM again 200 ms after it failed, at most 5 times a minute, as its unit has it
 *     --output FILE         append PROGRAM's standard output and error to FILE
 *     --cgroup FILE         first move into the cgroup whose cgroup.procs this is
 *     --exec                become PROGRAM instead of minding it
 *
 * A host must reap what its daemons orphan, or zombies pile up; it must start within a millisecond, since a
 * failed boot would otherwise be counted as the cluster's. Hence C. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RESPAWNS_A_MINUTE = 5 };

/* linux/capability.h: SYS_MODULE, SYS_RAWIO, SYS_BOOT, SYS_TIME, SYSLOG, WAKE_ALARM, MAC_OVERRIDE, MAC_ADMIN */
static const int dropped[] = {16, 17, 22, 25, 34, 35, 32, 33};

static void die(const char *what)
{
    fprintf(stderr, "truce-lab-init: %s: %s\n", what, strerror(errno));
    exit(70);
}

static void drop_capabilities(void)
{
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        if (prctl(PR_CAPBSET_DROP, dropped[i]) && errno != EINVAL) /* EINVAL: the kernel does not know it */
            die("drop capabilities");
}

static void join_cgroup(const char *procs)
{
    int file = open(procs, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, "0", 1) != 1)
        die(procs);
    close(file);
}

static void redirect_output(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (file < 0 || dup2(file, 1) < 0 || dup2(file, 2) < 0)
        die(path);
}

/* .NET leaves SIGPIPE ignored in what it starts; daemons expect the defaults. */
static void reset_signals(void)
{
    sigset_t none;
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static pid_t start(char **program)
{
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child > 0)
        return child;
    setsid();
    reset_signals(); /* one that is started again inherits SIGCHLD blocked, and would miss its own children's end */
    execvp(program[0], program);
    die(program[0]);
    return -1;
}

/* SIGCHLD stays blocked in this process, so that one that came before the wait isn't missed. */
static void block_child_signal(void)
{
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_ended, NULL);
}

static void wait_for_signal(void)
{
    int received;
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigwait(&child_ended, &received);
}

/* Whether one more start within a minute is allowed. */
static int may_respawn(void)
{
    static time_t starts[RESPAWNS_A_MINUTE];
    static unsigned next;
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    time_t *oldest = &starts[next % RESPAWNS_A_MINUTE];
    if (*oldest && now.tv_sec - *oldest < 60)
        return 0;
    *oldest = now.tv_sec ? now.tv_sec : 1;
    next++;
    return 1;
}

static int mind(pid_t child, int exit_with_child, char **respawn)
{
    static const struct timespec pause = {0, 200 * 1000 * 1000};
    for (;;)
    {
        int status;
        pid_t ended = wait(&status);
        if (ended == child && respawn && status != 0 && may_respawn())
        {
            nanosleep(&pause, NULL);
            child = start(respawn);
            continue;
        }
        if (ended == child && exit_with_child)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (ended < 0 && errno == ECHILD) /* nobody left; orphans may still be adopted, and end */
            wait_for_signal();
    }
}

int main(int count, char **words)
{
    static const struct option known[] = {
        {"hostname", required_argument, NULL, 'h'}, {"drop-capabilities", no_argument, NULL, 'd'},
        {"subreaper", no_argument, NULL, 's'},      {"exit-with-child", no_argument, NULL, 'x'},
        {"output", required_argument, NULL, 'o'},   {"cgroup", required_argument, NULL, 'c'},
        {"exec", no_argument, NULL, 'e'},           {"respawn", no_argument, NULL, 'r'},
        {NULL, 0, NULL, 0}};
    int exit_with_child = 0, respawn = 0, become = 0, option;

    reset_signals();
    while ((option = getopt_long(count, words, "+", known, NULL)) != -1)
    {
        if (option == 'h' && sethostname(optarg, strlen(optarg)))
            die("set the host name");
        else if (option == 'd')
            drop_capabilities();
        else if (option == 's' && prctl(PR_SET_CHILD_SUBREAPER, 1))
            die("adopt orphans");
        else if (option == 'x')
            exit_with_child = 1;
        else if (option == 'o')
            redirect_output(optarg);
        else if (option == 'c')
            join_cgroup(optarg);
        else if (option == 'e')
            become = 1;
        else if (option == 'r')
            respawn = 1;
        else if (option == '?')
            return 2;
    }
    if (optind == count)
        return fputs("truce-lab-init: what shall I run? see the head of its source\n", stderr), 2;
    if (become)
    {
        execvp(words[optind], words + optind);
        die(words[optind]);
    }
    pid_t child = start(words + optind);
    block_child_signal();
    return mind(child, exit_with_child, respawn ? words + optind : NULL);
}
