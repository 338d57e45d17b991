/* The clients: each dials, upgrades, joins a namespace with its token, answers pings, and counts what it hears. */
#define _GNU_SOURCE
#include "load.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define TEXT 1
#define BINARY 2
#define CLOSE 8
#define PING 9
#define PONG 10
#define COMPRESSED_PING_BYTES 8
#define EVENTS_A_TURN 512

struct crowd crowd = {.size = 500, .in_flight = 64, .payload_size = 200, .namespace_ = "", .said = "pub", .heard_name = "msg"};
static int epoll;
static unsigned char inbox[1 << 20];

void crowd_begin(void) {
    crowd.clients = calloc(crowd.size, sizeof *crowd.clients);
    epoll = epoll_create1(0);
}

static const char *token_of(const struct client *client) {
    return crowd.token_count ? crowd.tokens[(client - crowd.clients) % crowd.token_count] : "abc";
}

/* A namespace other than the main one is followed by a comma. */
static const char *namespace_prefix(void) {
    static char prefix[128];
    snprintf(prefix, sizeof prefix, "%s%s", crowd.namespace_, *crowd.namespace_ ? "," : "");
    return prefix;
}

static void listen_for(int number, uint32_t events, int change) {
    struct epoll_event event = {.events = events, .data.u32 = number};
    epoll_ctl(epoll, change, crowd.clients[number].fd, &event);
}

void dial(int number) {
    struct client *client = &crowd.clients[number];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(crowd.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    if (fd < 0 || (connect(fd, (void *)&address, sizeof address) && errno != EINPROGRESS)) {
        perror("cannot dial");
        exit(2);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    *client = (struct client){.fd = fd, .stage = DIALLING, .began = now()};
    crowd.opening++;
    listen_for(number, EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
}

void hang_up(struct client *client) {
    if (client->stage == AWAY) return;
    if (client->stage == JOINED) crowd.joined--;
    else crowd.opening--;
    close(client->fd);
    free(client->unread);
    *client = (struct client){.stage = AWAY};
}

static void was_refused(struct client *client, const void *words, size_t length) {
    if (crowd.refused++ < 3) fprintf(stderr, "refused: %.*s\n", (int)(length > 120 ? 120 : length), (const char *)words);
    hang_up(client);
}

static void was_cut_off(struct client *client) {
    if (client->stage == JOINED) crowd.lost++;
    else crowd.refused++;
    hang_up(client);
}

static void ask_to_upgrade(struct client *client) {
    char request[512];
    int length = snprintf(request, sizeof request,
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: bG9hZC1nZW5lcmF0b3ItMQ==\r\n%s\r\n", crowd.port,
        crowd.offers_deflate ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "");
    listen_for((int)(client - crowd.clients), EPOLLIN, EPOLL_CTL_MOD);
    client->stage = UPGRADING;
    send_all(client->fd, request, length);
}

static void ask_to_join(struct client *client) {
    char packet[4400];
    int length = snprintf(packet, sizeof packet, "40%s{\"token\":\"%s\"}", namespace_prefix(), token_of(client));
    client->stage = CONNECTING;
    send_frame(client->fd, TEXT, packet, length);
}

static void has_joined(struct client *client) {
    client->stage = JOINED;
    crowd.joined++;
    crowd.opening--;
    if (crowd.delays) spread_add(crowd.delays, now() - client->began);
}

/* An object that says when it was sent, filled up to the size that messages have. */
static size_t spell(char *packet, size_t used) {
    size_t end = used + crowd.payload_size;
    used += sprintf(packet + used, "{\"t\":%llu,\"n\":%llu,\"said\":\"", (unsigned long long)now(), (unsigned long long)crowd.published);
    while (used + 2 < end) packet[used++] = 'x';
    return used + sprintf(packet + used, "\"}]");
}

void publish(void) {
    static char packet[LARGEST_PAYLOAD + 512];
    size_t head = sprintf(packet, "42%s[\"%s\",", namespace_prefix(), crowd.said);
    crowd.published++;
    send_frame(crowd.clients[0].fd, TEXT, packet, spell(packet, head));
}

void ask_echo(struct client *client) {
    static char packet[LARGEST_PAYLOAD + 512];
    size_t head = sprintf(packet, "42%s7[\"echo\",", namespace_prefix());
    send_frame(client->fd, TEXT, packet, spell(packet, head));
}

/* When the message was sent, by what it says itself; 0 if it says nothing. */
static uint64_t time_in(const unsigned char *text, size_t length) {
    const unsigned char *found = memmem(text, length < 100 ? length : 100, "{\"t\":", 5);
    return found ? strtoull((const char *)found + 5, NULL, 10) : 0;
}

static void note_delay(const unsigned char *text, size_t length, uint64_t at) {
    uint64_t sent = crowd.delays ? time_in(text, length) : 0;
    if (sent) spread_add(crowd.delays, at - sent);
}

static bool is_called(const unsigned char *text, size_t length, const char *name) {
    const unsigned char *list = memchr(text, '[', length);
    size_t wanted = strlen(name);
    return list && (size_t)(text + length - list) > wanted + 2 && !memcmp(list + 2, name, wanted) && list[2 + wanted] == '"';
}

static void hear(struct client *client, unsigned char *text, size_t length, uint64_t at) {
    if (text[1] == '1') {
        was_cut_off(client);
    } else if (text[1] == '3') {
        crowd.acknowledged++;
        note_delay(text, length, at);
        if (crowd.asks_again) ask_echo(client);
    } else if (text[1] == '2' && is_called(text, length, crowd.heard_name)) {
        crowd.heard++;
        note_delay(text, length, at);
    }
}

static void answer_ping(struct client *client) {
    crowd.pings++;
    send_frame(client->fd, TEXT, "3", 1);
}

/* Compressed frames are counted and not inflated: only a ping is as short as that. */
static void hear_compressed(struct client *client, const struct frame *frame) {
    crowd.frames_compressed++;
    if (client->stage == OPENING) ask_to_join(client);
    else if (client->stage == CONNECTING) has_joined(client);
    else if (frame->length <= COMPRESSED_PING_BYTES) answer_ping(client);
    else crowd.heard++;
}

static void hear_text(struct client *client, unsigned char *text, size_t length, uint64_t at) {
    if (!length) return;
    if (text[0] == '2') answer_ping(client);
    else if (client->stage == OPENING) ask_to_join(client);
    else if (client->stage == CONNECTING && length > 1 && text[1] == '0') has_joined(client);
    else if (client->stage == CONNECTING && length > 1 && text[1] == '4') was_refused(client, text, length);
    else if (text[0] == '1') was_cut_off(client);
    else if (text[0] == '4' && length > 1) hear(client, text, length, at);
}

static void hear_frame(struct client *client, const struct frame *frame, uint64_t at) {
    if (frame->opcode == CLOSE) was_cut_off(client);
    else if (frame->opcode == PING) send_frame(client->fd, PONG, (char *)frame->payload, frame->length);
    else if (frame->opcode == TEXT && frame->is_compressed) hear_compressed(client, frame);
    else if (frame->opcode == TEXT) hear_text(client, frame->payload, frame->length, at);
}

/* Past the server's answer to the upgrade; NULL while that is not whole yet, or if the answer is no. */
static unsigned char *past_upgrade(struct client *client, unsigned char *bytes, size_t length) {
    unsigned char *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (!end) return NULL;
    if (memcmp(bytes + 9, "101", 3)) {
        was_refused(client, bytes, length);
        return NULL;
    }
    client->stage = OPENING;
    return end + 4;
}

static void keep_unread(struct client *client, const unsigned char *bytes, size_t length) {
    client->unread = realloc(client->unread, length);
    client->unread_length = length;
    memcpy(client->unread, bytes, length);
}

static void hear_all(struct client *client, unsigned char *from, unsigned char *end) {
    uint64_t at = now();
    struct frame frame;
    size_t taken;
    if (client->stage == UPGRADING) {
        unsigned char *rest = past_upgrade(client, from, end - from);
        if (!rest && client->stage == AWAY) return;
        from = rest ? rest : from;
    }
    while (client->stage > UPGRADING && (taken = read_frame(from, end - from, &frame))) {
        from += taken;
        hear_frame(client, &frame, at);
    }
    if (client->stage != AWAY && from < end) keep_unread(client, from, end - from);
}

static void read_from(struct client *client) {
    size_t before = client->unread_length;
    memcpy(inbox, client->unread ? client->unread : inbox, before);
    ssize_t got = recv(client->fd, inbox + before, sizeof inbox - before, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        was_cut_off(client);
        return;
    }
    client->unread_length = 0;
    hear_all(client, inbox, inbox + before + got);
}

static void attend_to(struct client *client, uint32_t events) {
    if (client->stage == DIALLING && events & (EPOLLERR | EPOLLHUP)) was_cut_off(client);
    else if (client->stage == DIALLING) ask_to_upgrade(client);
    else if (client->stage != AWAY) read_from(client);
}

/* Hear what has come, waiting at most so long for something to come. */
void crowd_turn(int milliseconds) {
    struct epoll_event events[EVENTS_A_TURN];
    int count = epoll_wait(epoll, events, EVENTS_A_TURN, milliseconds);
    for (int i = 0; i < count; i++) attend_to(&crowd.clients[events[i].data.u32], events[i].events);
}
