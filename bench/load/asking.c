/* asking --port PORT --watch PID,PID [--connections 64] [--seconds 5] PATH: GET on kept-alive connections.
 *
 * Each connection asks again as soon as it was answered. Answers need a Content-Length.
 */
#define _GNU_SOURCE
#include "load.h"
#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_CONNECTIONS 1024
#define LARGEST_ANSWER (1 << 18)
#define WARM_UP_SECONDS 1

struct connection {
    int fd;
    size_t got, wanted;
    uint64_t asked_at;
    unsigned char *answer;
};

static struct connection connections[MOST_CONNECTIONS];
static int count = 64, port, epoll;
static char request[1024];
static size_t request_length;
static uint64_t answered, refused;
static struct spread delays;

static void ask(struct connection *connection) {
    connection->got = connection->wanted = 0;
    connection->asked_at = now();
    send_all(connection->fd, request, request_length);
}

static void dial_server(struct connection *connection) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1;
    connection->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connection->fd < 0 || connect(connection->fd, (void *)&address, sizeof address)) {
        perror("cannot dial");
        exit(2);
    }
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    epoll_ctl(epoll, EPOLL_CTL_ADD, connection->fd, &event);
    connection->answer = malloc(LARGEST_ANSWER + 1);
}

/* How long the whole answer is; 0 while its head is not whole yet. */
static size_t length_of(struct connection *connection) {
    connection->answer[connection->got] = 0;
    char *end = strstr((char *)connection->answer, "\r\n\r\n");
    char *said = end ? strcasestr((char *)connection->answer, "\r\nContent-Length:") : NULL;
    if (!end) return 0;
    if (!said || said > end) {
        fprintf(stderr, "an answer without Content-Length\n");
        exit(2);
    }
    return (size_t)(end + 4 - (char *)connection->answer) + strtoul(said + 17, NULL, 10);
}

static void was_answered(struct connection *connection) {
    answered++;
    if (memcmp(connection->answer + 9, "200", 3)) refused++;
    spread_add(&delays, now() - connection->asked_at);
    ask(connection);
}

static void read_answer(struct connection *connection) {
    ssize_t got = recv(connection->fd, connection->answer + connection->got, LARGEST_ANSWER - connection->got, 0);
    if (got <= 0) {
        fprintf(stderr, "the server hung up\n");
        exit(1);
    }
    connection->got += got;
    if (!connection->wanted) connection->wanted = length_of(connection);
    if (connection->wanted && connection->got >= connection->wanted) was_answered(connection);
}

static void ask_for(double seconds) {
    struct epoll_event events[MOST_CONNECTIONS];
    uint64_t end = now() + (uint64_t)(seconds * SECOND);
    while (now() < end) {
        int ready = epoll_wait(epoll, events, MOST_CONNECTIONS, 10);
        for (int i = 0; i < ready; i++) read_answer(events[i].data.ptr);
    }
}

static void report(const struct cost *before, const struct cost *after) {
    double us = after->server_us - before->server_us, seconds = (after->at - before->at) / 1e9;
    printf("{\"phase\":\"asking\",\"answered\":%llu,\"refused\":%llu,\"request_us\":%.3f,\"requests_s\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
           "\"server_busy\":%.3f,\"generator_busy\":%.3f,\"others_busy\":%.3f}\n",
        (unsigned long long)answered, (unsigned long long)refused, answered ? us / answered : 0, answered / seconds,
        spread_ms(&delays, .5), spread_ms(&delays, .99), busy_share(before, after, us),
        busy_share(before, after, after->own_us - before->own_us), others_share(before, after));
}

int main(int words, char **word) {
    static const struct option OPTIONS[] = {{"port", required_argument, NULL, 'p'}, {"watch", required_argument, NULL, 'w'},
        {"connections", required_argument, NULL, 'c'}, {"seconds", required_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
    double seconds = 5;
    for (int option; (option = getopt_long(words, word, "", OPTIONS, NULL)) != -1;) {
        if (option == 'p') port = atoi(optarg);
        else if (option == 'w') watch(optarg);
        else if (option == 'c') count = atoi(optarg);
        else if (option == 's') seconds = atof(optarg);
        else return 2;
    }
    if (optind >= words || count < 1 || count > MOST_CONNECTIONS) return 2;
    request_length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", word[optind], port);
    epoll = epoll_create1(0);
    for (int i = 0; i < count; i++) dial_server(&connections[i]);
    for (int i = 0; i < count; i++) ask(&connections[i]);
    ask_for(WARM_UP_SECONDS);
    answered = refused = 0;
    spread_clear(&delays);
    struct cost before = cost_now();
    ask_for(seconds);
    struct cost after = cost_now();
    report(&before, &after);
    return 0;
}
