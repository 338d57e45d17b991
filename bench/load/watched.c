/* What the server's processes have cost: the kernel's CPU clock of each, all its threads and those that ended included. */
#define _GNU_SOURCE
#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static clockid_t clocks[MOST_PROCESSES];
static int processes[MOST_PROCESSES], process_count;

uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

/* `process_ids` with commas between them. */
void watch(const char *process_ids) {
    char *copy = strdup(process_ids);
    for (char *word = strtok(copy, ","); word && process_count < MOST_PROCESSES; word = strtok(NULL, ",")) {
        processes[process_count] = atoi(word);
        if (clock_getcpuclockid(processes[process_count], &clocks[process_count])) {
            fprintf(stderr, "there is no process %s\n", word);
            exit(2);
        }
        process_count++;
    }
    free(copy);
}

static double spent_us(clockid_t clock) {
    struct timespec t;
    return clock_gettime(clock, &t) ? 0 : t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static long memory_kb_of(int process) {
    char path[64];
    long size = 0, resident = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", process);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    if (fscanf(file, "%ld %ld", &size, &resident) != 2) resident = 0;
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static double machine_us(void) {
    unsigned long long user = 0, nice = 0, kernel = 0, idle = 0, waiting = 0, hard = 0, soft = 0;
    FILE *file = fopen("/proc/stat", "r");
    if (!file) return 0;
    int found = fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &kernel, &idle, &waiting, &hard, &soft);
    fclose(file);
    return found == 7 ? (user + nice + kernel + hard + soft) * 1e6 / sysconf(_SC_CLK_TCK) : 0;
}

struct cost cost_now(void) {
    struct cost cost = {.at = now(), .own_us = spent_us(CLOCK_PROCESS_CPUTIME_ID), .machine_us = machine_us()};
    for (int i = 0; i < process_count; i++) {
        cost.server_us += spent_us(clocks[i]);
        cost.memory_kb += memory_kb_of(processes[i]);
    }
    return cost;
}

/* `us` of CPU as a share of one core for as long as it was between the two. */
double busy_share(const struct cost *from, const struct cost *to, double us) {
    return to->at > from->at ? us * 1e3 / (to->at - from->at) : 0;
}

/* What neither the server nor we did: on a busy machine no figure is worth much. */
double others_share(const struct cost *from, const struct cost *to) {
    double ours = to->server_us - from->server_us + to->own_us - from->own_us;
    double share = busy_share(from, to, to->machine_us - from->machine_us - ours);
    return share > 0 ? share : 0;
}
