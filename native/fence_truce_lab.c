/* fence_truce_lab: asks the lab's power switch about a lab node, or to cut or give its power.
 *
 * A fence agent as the field knows them: key=value lines on standard input (or --key=value and the usual short
 * options), metadata, exit code 0 done, 1 failed; status: 0 on, 2 off. C, because the fencing time that it adds
 * is an outage. The protocol of the switch is in docs/reference/lab.md. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { REPLY_MAX = 8192, VALUE_MAX = 256, DONE = 0, FAILED = 1, IS_OFF = 2 };

static char action[VALUE_MAX] = "reboot", plug[VALUE_MAX], node[VALUE_MAX], socket_path[VALUE_MAX];
static int reply_seconds = 60;

static const char metadata[] =
    "<?xml version=\"1.0\" ?>\n"
    "<resource-agent name=\"fence_truce_lab\" shortdesc=\"Power switch of a Truce lab\">\n"
    "<longdesc>Cuts and gives the power of a node of a lab (truce lab up) and tells whether it is on. off and\n"
    "reboot return when the node is certainly off: no process of it is left, no write of it is on its way.</longdesc>\n"
    "<vendor-url></vendor-url>\n"
    "<parameters>\n"
    "<parameter name=\"action\" unique=\"0\" required=\"1\"><getopt mixed=\"-o, --action=[action]\"/>"
    "<content type=\"string\" default=\"reboot\"/><shortdesc lang=\"en\">What to do</shortdesc></parameter>\n"
    "<parameter name=\"port\" unique=\"0\" required=\"1\" deprecated=\"1\"><getopt mixed=\"-n, --plug=[node]\"/>"
    "<content type=\"string\"/><shortdesc lang=\"en\">Node to act on</shortdesc></parameter>\n"
    "<parameter name=\"plug\" unique=\"0\" required=\"1\" obsoletes=\"port\"><getopt mixed=\"-n, --plug=[node]\"/>"
    "<content type=\"string\"/><shortdesc lang=\"en\">Node to act on</shortdesc></parameter>\n"
    "<parameter name=\"socket\" unique=\"0\" required=\"0\"><getopt mixed=\"--socket=[path]\"/>"
    "<content type=\"string\" default=\"/run/lab/power.sock\"/>"
    "<shortdesc lang=\"en\">Socket of the power switch</shortdesc></parameter>\n"
    "<parameter name=\"power_timeout\" unique=\"0\" required=\"0\"><getopt mixed=\"--power-timeout=[seconds]\"/>"
    "<content type=\"second\" default=\"60\"/>"
    "<shortdesc lang=\"en\">Seconds to wait for the switch's answer</shortdesc></parameter>\n"
    "</parameters>\n"
    "<actions>\n"
    "<action name=\"on\" automatic=\"0\"/>\n<action name=\"off\"/>\n<action name=\"reboot\"/>\n"
    "<action name=\"status\"/>\n<action name=\"list\"/>\n<action name=\"list-status\"/>\n<action name=\"monitor\"/>\n"
    "<action name=\"metadata\"/>\n<action name=\"validate-all\"/>\n"
    "</actions>\n"
    "</resource-agent>\n";

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "fence_truce_lab: %s: %s\n", what, why);
    return FAILED;
}

static void set(const char *key, const char *value)
{
    if (!strcmp(key, "action") || !strcmp(key, "option"))
        snprintf(action, sizeof action, "%s", value);
    else if (!strcmp(key, "port") || !strcmp(key, "plug"))
        snprintf(plug, sizeof plug, "%s", value);
    else if (!strcmp(key, "nodename"))
        snprintf(node, sizeof node, "%s", value);
    else if (!strcmp(key, "socket"))
        snprintf(socket_path, sizeof socket_path, "%s", value);
    else if (!strcmp(key, "power_timeout") || !strcmp(key, "power-timeout"))
        reply_seconds = atoi(value) > 0 ? atoi(value) : reply_seconds;
}

/* One key=value; names that are not ours are for other agents and are passed over, as the field does. */
static void set_pair(char *line)
{
    char *equals = strchr(line, '=');
    line[strcspn(line, "\r\n")] = 0;
    if (!equals || line[0] == '#')
        return;
    *equals = 0;
    set(line, equals + 1);
}

static void read_standard_input(void)
{
    char line[1024];
    while (fgets(line, sizeof line, stdin))
        set_pair(line);
}

static void read_arguments(int count, char **words)
{
    for (int i = 1; i < count; i++)
    {
        if (!strncmp(words[i], "--", 2))
            set_pair(words[i] + 2);
        else if (!strcmp(words[i], "-o") && i + 1 < count)
            set("action", words[++i]);
        else if (!strcmp(words[i], "-n") && i + 1 < count)
            set("plug", words[++i]);
    }
}

/* Where hosts are mere process groups, each has its socket beside its own copy of this program's name. */
static void find_socket(const char *self)
{
    const char *slash = strrchr(self, '/');
    if (socket_path[0])
        return;
    if (getenv("TRUCE_LAB_POWER"))
        snprintf(socket_path, sizeof socket_path, "%s", getenv("TRUCE_LAB_POWER"));
    else if (slash)
        snprintf(socket_path, sizeof socket_path, "%.*s/../power.sock", (int)(slash - self), self);
    if (!socket_path[0] || access(socket_path, F_OK))
        snprintf(socket_path, sizeof socket_path, "/run/lab/power.sock");
}

static int ask(const char *request, char *reply)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval patience = {.tv_sec = reply_seconds};
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t have = 0;

    if (strlen(socket_path) >= sizeof address.sun_path)
        return fail(socket_path, "too long for a socket");
    strcpy(address.sun_path, socket_path);
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address))
        return fail(socket_path, strerror(errno));
    if (send(connection, request, strlen(request), MSG_NOSIGNAL) < 0)
        return fail(socket_path, strerror(errno));
    while (have < REPLY_MAX - 1)
    {
        ssize_t got = recv(connection, reply + have, REPLY_MAX - 1 - have, 0);
        if (got <= 0)
            return fail("the switch did not answer", got ? strerror(errno) : "it closed the connection");
        have += (size_t)got;
        reply[have] = 0;
        if (strchr(reply, '\n'))
            break;
    }
    close(connection);
    reply[strcspn(reply, "\n")] = 0;
    return strncmp(reply, "ok", 2) ? fail("the switch refuses", reply) : DONE;
}

static int print_list(const char *reply, int with_state)
{
    char words[REPLY_MAX], *rest = NULL;
    snprintf(words, sizeof words, "%s", reply);
    for (char *word = strtok_r(words + 2, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
    {
        char *state = strchr(word, '=');
        if (state)
            *state++ = 0;
        printf(with_state ? "%s,%s,%s\n" : "%s,\n", word, word, state ? state : "unknown");
    }
    return DONE;
}

static int is_node_action(void)
{
    return !strcmp(action, "on") || !strcmp(action, "off") || !strcmp(action, "reboot") || !strcmp(action, "status");
}

static int act(void)
{
    char request[2 * VALUE_MAX + 8], reply[REPLY_MAX] = "";
    int list = !strcmp(action, "list"), list_status = !strcmp(action, "list-status");
    const char *target = plug[0] ? plug : node;

    if (!is_node_action() && !list && !list_status && strcmp(action, "monitor"))
        return fail(action, "unknown action");
    if (is_node_action() && !target[0])
        return fail(action, "which node? give port=NODE");
    for (const char *c = target; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
            return fail(target, "not the name of a node");
    snprintf(request, sizeof request, "%s%s%s\n", list || list_status ? "list" : action, is_node_action() ? " " : "",
             is_node_action() ? target : "");
    if (ask(request, reply))
        return FAILED;
    if (list || list_status)
        return print_list(reply, list_status);
    return !strcmp(action, "status") && strcmp(reply, "ok on") ? IS_OFF : DONE;
}

int main(int count, char **words)
{
    if (count > 1)
        read_arguments(count, words);
    else
        read_standard_input();
    if (!strcmp(action, "metadata") || !strcmp(action, "meta-data"))
        return fputs(metadata, stdout) < 0;
    find_socket(words[0]);
    return strcmp(action, "validate-all") ? act() : DONE;
}
