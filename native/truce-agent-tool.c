/* truce-agent-tool: crm_attribute, crm_node and the other tools that resource agents call (the name it is called by
 * says which). It hands the call to truced's API on this node and prints what comes back; what the tools mean is
 * decided there (docs/reference/agent-tools.md). C, because agents call them several times in each operation. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
    BODY_MAX = 256 * 1024,
    REPLY_MAX = 64 * 1024 * 1024,
    CONNECT_MS = 5000,   /* a role that died is back within that */
    PAUSE_MS = 50,
    ANSWER_SECONDS = 65, /* longer than any change waits to be committed */
    NOT_CONNECTED = 102,
    TIMED_OUT = 124,
};

static const char *tool = "truce-agent-tool";

static int fail(int code, const char *what)
{
    fprintf(stderr, "%s: %s: %s (not connected to the cluster)\n", tool, what, strerror(errno));
    return code;
}

static int try_connect(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct timeval limit = { .tv_sec = ANSWER_SECONDS };
    int fd;

    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

/* admin.sock is root's alone; an agent that has given up root asks where everybody may. */
static int try_both(const char *path)
{
    static const char own[] = "/admin.sock";
    char other[sizeof(((struct sockaddr_un *)0)->sun_path)];
    size_t length = strlen(path);
    int fd = try_connect(path);
    if (fd >= 0 || errno != EACCES || length < sizeof own || length >= sizeof other
        || strcmp(path + length - (sizeof own - 1), own) != 0)
        return fd;
    snprintf(other, sizeof other, "%.*s/api.sock", (int)(length - (sizeof own - 1)), path);
    return try_connect(other);
}

static int connect_for_a_while(const char *path)
{
    struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
    for (int waited = 0;; waited += PAUSE_MS) {
        int fd = try_both(path);
        if (fd >= 0 || waited >= CONNECT_MS || errno == ENAMETOOLONG || errno == EACCES)
            return fd;
        nanosleep(&pause, NULL);
    }
}

static int write_all(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = send(fd, data, length, MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        data += written;
        length -= (size_t)written;
    }
    return 0;
}

static char *read_all(int fd, size_t *length)
{
    size_t size = 64 * 1024, used = 0;
    char *data = malloc(size);
    while (data != NULL) {
        ssize_t count = recv(fd, data + used, size - used - 1, 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            free(data);
            return NULL;
        }
        if (count == 0)
            break;
        used += (size_t)count;
        if (size - used < 2) {
            char *larger = size < REPLY_MAX ? realloc(data, size * 2) : NULL;
            if (larger == NULL) {
                free(data);
                errno = EMSGSIZE;
                return NULL;
            }
            data = larger;
            size *= 2;
        }
    }
    if (data != NULL)
        data[used] = 0;
    *length = used;
    return data;
}

/* The name without its folder; as itself, the first argument is the tool. */
static void find_tool(int *argc, char ***argv)
{
    const char *slash = strrchr((*argv)[0], '/');
    tool = slash != NULL ? slash + 1 : (*argv)[0];
    if (strcmp(tool, "truce-agent-tool") == 0 && *argc > 1) {
        tool = (*argv)[1];
        (*argc)--;
        (*argv)++;
    }
}

static size_t add(char *body, size_t at, const char *word)
{
    size_t length = strlen(word) + 1;
    if (at > BODY_MAX || length > BODY_MAX - at)
        return BODY_MAX + 1;
    memcpy(body + at, word, length);
    return at + length;
}

static int print(char *reply, size_t length)
{
    char *body = strstr(reply, "\r\n\r\n"), *text;
    size_t left;
    int status = 0, code = 0;
    unsigned long output = 0;

    if (body == NULL || sscanf(reply, "HTTP/1.1 %d", &status) != 1) {
        errno = EPROTO;
        return fail(NOT_CONNECTED, "reply");
    }
    body += 4;
    left = length - (size_t)(body - reply);
    text = memchr(body, '\n', left);
    if (status != 200 || text == NULL || sscanf(body, "%d %lu", &code, &output) != 2
        || output > left - (size_t)(++text - body)) {
        fprintf(stderr, "%s: %.*s\n", tool, (int)(left < 2000 ? left : 2000), body);
        return status == 403 ? 4 : NOT_CONNECTED;
    }
    fwrite(text, 1, output, stdout);
    fwrite(text + output, 1, left - (size_t)(text - body) - output, stderr);
    return fflush(stdout) == 0 ? code : 1;
}

int main(int argc, char **argv)
{
    static char body[BODY_MAX + 1];
    const char *resource = getenv("OCF_RESOURCE_INSTANCE"), *path = getenv("TRUCE_SOCKET");
    char head[256], *reply;
    size_t length;
    int fd;

    find_tool(&argc, &argv);
    length = add(body, add(body, 0, tool), resource != NULL ? resource : "");
    for (int i = 1; i < argc && length <= BODY_MAX; i++)
        length = add(body, length, argv[i]);
    if (length > BODY_MAX) {
        errno = E2BIG;
        return fail(64, "arguments");
    }
    fd = connect_for_a_while(path != NULL && *path != 0 ? path : "/run/truce/admin.sock");
    if (fd < 0)
        return fail(NOT_CONNECTED, "connect");
    snprintf(head, sizeof head,
             "POST /v1/agent-tool HTTP/1.1\r\nHost: truce\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n", length);
    if (write_all(fd, head, strlen(head)) != 0 || write_all(fd, body, length) != 0)
        return fail(NOT_CONNECTED, "send");
    reply = read_all(fd, &length);
    if (reply == NULL)
        return fail(errno == EAGAIN ? TIMED_OUT : NOT_CONNECTED, "receive");
    return print(reply, length);
}
