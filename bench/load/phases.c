/* What the clients do, one phase after the other; each prints what it cost the server as one JSON object. */
#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOIN_SECONDS 60
#define SETTLE_SECONDS 1.5
#define DRAIN_SECONDS 30
#define WARM_UP_MESSAGES 10
#define ASKING_CLIENTS 100
#define QUIET_US 3000

static struct spread delays;

static void attend_for(double seconds) {
    uint64_t end = now() + (uint64_t)(seconds * SECOND);
    while (now() < end) crowd_turn(5);
}

/* Whether everybody heard everything in time; whoever was cut off will not. */
static bool all_heard_within(double seconds) {
    uint64_t end = now() + (uint64_t)(seconds * SECOND);
    while (crowd.heard < crowd.published * crowd.size && now() < end && !crowd.lost) crowd_turn(5);
    return crowd.heard == crowd.published * crowd.size;
}

static void begin_counting(void) {
    spread_clear(&delays);
    crowd.heard = crowd.published = crowd.acknowledged = crowd.pings = 0;
}

static double each(double us, double count) { return count > 0 ? us / count : 0; }

static double server_us(const struct cost *from, const struct cost *to) { return to->server_us - from->server_us; }

static double seconds_between(const struct cost *from, const struct cost *to) { return (to->at - from->at) / 1e9; }

/* What every phase says: who was busy, and who was cut off. */
static void print_end(const struct cost *from, const struct cost *to) {
    printf(",\"server_busy\":%.3f,\"generator_busy\":%.3f,\"others_busy\":%.3f,\"memory_kb\":%ld,\"lost_clients\":%d}\n",
        busy_share(from, to, server_us(from, to)), busy_share(from, to, to->own_us - from->own_us), others_share(from, to),
        to->memory_kb, crowd.lost);
    fflush(stdout);
}

static void dial_some(void) {
    while (crowd.dialled < crowd.size && crowd.opening < crowd.in_flight) dial(crowd.dialled++);
}

void join_all(void) {
    struct cost before = cost_now(), after;
    uint64_t end = now() + JOIN_SECONDS * SECOND;
    begin_counting();
    crowd.delays = &delays;
    while (crowd.joined + crowd.refused < crowd.size && now() < end) {
        dial_some();
        crowd_turn(20);
    }
    after = cost_now();
    crowd.delays = NULL;
    attend_for(SETTLE_SECONDS);
    struct cost settled = cost_now();
    printf("{\"phase\":\"join\",\"joined\":%d,\"failed\":%d,\"seconds\":%.3f,\"connect_us\":%.2f,\"join_p99_ms\":%.2f,\"memory_kb_each\":%.3f",
        crowd.joined, crowd.size - crowd.joined, seconds_between(&before, &after), each(server_us(&before, &after), crowd.joined),
        spread_ms(&delays, .99), each(settled.memory_kb - before.memory_kb, crowd.joined));
    print_end(&before, &after);
}

/* idle=SECONDS */
static void idle(double seconds, double unused) {
    (void)unused;
    begin_counting();
    struct cost before = cost_now();
    attend_for(seconds);
    struct cost after = cost_now();
    printf("{\"phase\":\"idle\",\"pings\":%llu,\"ping_us\":%.2f", (unsigned long long)crowd.pings,
        each(server_us(&before, &after), crowd.pings));
    print_end(&before, &after);
}

static void warm_up(void) {
    begin_counting();
    for (int i = 0; i < WARM_UP_MESSAGES; i++) {
        publish();
        all_heard_within(10);
    }
    begin_counting();
}

/* fanout=OUTSTANDING,SECONDS: as soon as all have heard one, the next is published. */
static void fan_out(double outstanding, double seconds) {
    warm_up();
    struct cost before = cost_now();
    uint64_t end = before.at + (uint64_t)(seconds * SECOND);
    while (now() < end && !crowd.lost) {
        while (crowd.published - crowd.heard / crowd.size < outstanding) publish();
        crowd_turn(1);
    }
    bool complete = all_heard_within(DRAIN_SECONDS);
    struct cost after = cost_now();
    printf("{\"phase\":\"fanout\",\"outstanding\":%.0f,\"published\":%llu,\"complete\":%s,\"delivery_us\":%.4f,\"deliveries_s\":%.0f,\"compressed\":%llu",
        outstanding, (unsigned long long)crowd.published, complete ? "true" : "false", each(server_us(&before, &after), crowd.heard),
        crowd.heard / seconds_between(&before, &after), (unsigned long long)crowd.frames_compressed);
    print_end(&before, &after);
}

static void publish_at(double per_second, double seconds) {
    uint64_t start = now(), due = start, step = (uint64_t)(SECOND / per_second), end = start + (uint64_t)(seconds * SECOND);
    while (now() < end) {
        uint64_t at = now();
        if (at >= due) {
            publish();
            due += step;
        } else {
            uint64_t wait = (due - at) / 1000000;
            crowd_turn(wait > 5 ? 5 : (int)wait);
        }
    }
}

/* pace=PER_SECOND,SECONDS */
static void keep_pace(double per_second, double seconds) {
    attend_for(.5);
    begin_counting();
    crowd.delays = &delays;
    struct cost before = cost_now();
    publish_at(per_second, seconds);
    bool complete = all_heard_within(DRAIN_SECONDS);
    struct cost after = cost_now();
    crowd.delays = NULL;
    printf("{\"phase\":\"pace\",\"published\":%llu,\"complete\":%s,\"delivery_us\":%.4f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"worst_ms\":%.3f",
        (unsigned long long)crowd.published, complete ? "true" : "false", each(server_us(&before, &after), crowd.heard),
        spread_ms(&delays, .5), spread_ms(&delays, .99), spread_ms(&delays, .9999999));
    print_end(&before, &after);
}

/* listen=SECONDS: somebody else publishes. */
static void only_listen(double seconds, double unused) {
    (void)unused;
    begin_counting();
    struct cost before = cost_now();
    attend_for(seconds);
    struct cost after = cost_now();
    printf("{\"phase\":\"listen\",\"heard\":%llu,\"delivery_us\":%.4f", (unsigned long long)crowd.heard,
        each(server_us(&before, &after), crowd.heard));
    print_end(&before, &after);
}

/* acks=SECONDS: a hundred clients ask, each again as soon as it was answered. */
static void ask_for_acks(double seconds, double unused) {
    (void)unused;
    int asking = crowd.size < ASKING_CLIENTS ? crowd.size : ASKING_CLIENTS;
    begin_counting();
    crowd.delays = &delays;
    crowd.asks_again = true;
    struct cost before = cost_now();
    for (int i = 0; i < asking; i++) ask_echo(&crowd.clients[i]);
    attend_for(seconds);
    struct cost after = cost_now();
    crowd.asks_again = false;
    crowd.delays = NULL;
    printf("{\"phase\":\"acks\",\"acks_s\":%.0f,\"ack_us\":%.3f,\"p50_ms\":%.3f,\"p99_ms\":%.3f",
        crowd.acknowledged / seconds_between(&before, &after), each(server_us(&before, &after), crowd.acknowledged),
        spread_ms(&delays, .5), spread_ms(&delays, .99));
    print_end(&before, &after);
    attend_for(.3);
}

/* churn=PER_SECOND,SECONDS: the client that is joined longest leaves, and another comes in its place. */
static void churn(double per_second, double seconds) {
    uint64_t due = now(), step = (uint64_t)(SECOND / per_second), end = due + (uint64_t)(seconds * SECOND), moves = 0;
    begin_counting();
    struct cost before = cost_now();
    for (; now() < end; crowd_turn(1))
        for (; due <= now(); due += step, moves++) {
            int number = (int)(moves % crowd.size);
            hang_up(&crowd.clients[number]);
            dial(number);
        }
    struct cost after = cost_now();
    printf("{\"phase\":\"churn\",\"moves\":%llu,\"move_us\":%.2f,\"failed\":%d,\"joined\":%d", (unsigned long long)moves,
        each(server_us(&before, &after), moves), crowd.refused, crowd.joined);
    print_end(&before, &after);
}

/* The server is through with what it was told when it has next to nothing to do for a while. */
static struct cost cost_when_quiet(double longest) {
    struct cost latest = cost_now(), next;
    uint64_t end = latest.at + (uint64_t)(longest * SECOND);
    for (; now() < end; latest = next) {
        usleep(300000);
        next = cost_now();
        if (server_us(&latest, &next) < QUIET_US) break;
    }
    return latest;
}

/* bye=SECONDS: all at once; at most so long is waited until the server has taken note. */
static void leave(double longest, double unused) {
    (void)unused;
    int left = crowd.joined;
    attend_for(.3);
    struct cost before = cost_now();
    for (int i = 0; i < crowd.size; i++) hang_up(&crowd.clients[i]);
    struct cost after = cost_when_quiet(longest);
    printf("{\"phase\":\"bye\",\"left\":%d,\"leave_us\":%.2f,\"seconds\":%.2f", left, each(server_us(&before, &after), left),
        seconds_between(&before, &after));
    print_end(&before, &after);
}

static const struct {
    const char *name;
    void (*does)(double, double);
} PHASES[] = {
    {"idle", idle}, {"fanout", fan_out}, {"pace", keep_pace}, {"listen", only_listen},
    {"acks", ask_for_acks}, {"churn", churn}, {"bye", leave},
};

/* `name=number,number`; false if there is no such phase. */
bool perform(const char *phase) {
    size_t length = strcspn(phase, "=");
    double first = 0, second = 0;
    sscanf(phase + length, "=%lf,%lf", &first, &second);
    for (size_t i = 0; i < sizeof PHASES / sizeof *PHASES; i++)
        if (strlen(PHASES[i].name) == length && !strncmp(phase, PHASES[i].name, length)) {
            PHASES[i].does(first, second);
            return true;
        }
    return false;
}
