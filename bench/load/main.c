/* load --port PORT --watch PID,PID [options] PHASE...: everybody joins, then the phases one after the other. */
#define _GNU_SOURCE
#include "load.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option OPTIONS[] = {
    {"port", required_argument, NULL, 'p'},      {"watch", required_argument, NULL, 'w'},
    {"clients", required_argument, NULL, 'n'},   {"in-flight", required_argument, NULL, 'f'},
    {"size", required_argument, NULL, 's'},      {"namespace", required_argument, NULL, 'N'},
    {"tokens", required_argument, NULL, 't'},    {"deflate", no_argument, NULL, 'd'},
    {"say", required_argument, NULL, 'e'},       {"hear", required_argument, NULL, 'h'},
    {"anyhow", no_argument, NULL, 'a'},
    {NULL, 0, NULL, 0},
};

/* Go on even if some could not join. */
static bool anyhow;

/* A token in each line; the clients take them in turn. */
static void read_tokens(const char *path) {
    FILE *file = fopen(path, "r");
    char line[4200];
    if (!file) {
        perror(path);
        exit(2);
    }
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        crowd.tokens = realloc(crowd.tokens, (crowd.token_count + 1) * sizeof *crowd.tokens);
        crowd.tokens[crowd.token_count++] = strdup(line);
    }
    fclose(file);
}

static int between(const char *text, int least, int most) {
    int number = atoi(text);
    if (number >= least && number <= most) return number;
    fprintf(stderr, "%s is not between %d and %d\n", text, least, most);
    exit(2);
}

static void take(int option, char *value) {
    switch (option) {
    case 'p': crowd.port = between(value, 1, 65535); break;
    case 'w': watch(value); break;
    case 'n': crowd.size = between(value, 1, 60000); break;
    case 'f': crowd.in_flight = between(value, 1, 60000); break;
    case 's': crowd.payload_size = between(value, 60, LARGEST_PAYLOAD); break;
    case 'N': crowd.namespace_ = value; break;
    case 't': read_tokens(value); break;
    case 'd': crowd.offers_deflate = true; break;
    case 'e': crowd.said = value; break;
    case 'h': crowd.heard_name = value; break;
    case 'a': anyhow = true; break;
    default: exit(2);
    }
}

int main(int count, char **words) {
    int option;
    while ((option = getopt_long(count, words, "", OPTIONS, NULL)) != -1) take(option, optarg);
    crowd_begin();
    join_all();
    if (crowd.joined < crowd.size && !anyhow) return 1;
    for (int i = optind; i < count; i++)
        if (!perform(words[i])) {
            fprintf(stderr, "there is no phase %s\n", words[i]);
            return 2;
        }
    return 0;
}
