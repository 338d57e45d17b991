/* The load generator: many raw Socket.IO clients in one thread, cheap enough that the server is what is measured.
 *
 *   main.c      what is asked for on the command line, and the phases one after the other
 *   phases.c    what the clients do: join, idle, fan out, keep a pace, ask for acknowledgements, churn, leave
 *   crowd.c     the clients: dialling, the handshake, Engine.IO and Socket.IO packets
 *   frames.c    WebSocket frames as a client writes and reads them
 *   watched.c   what the server's processes have cost, and what everybody else on the machine did
 *   spread.c    how times are spread: percentiles without keeping each
 *   asking.c    another program: HTTP requests on kept-alive connections
 *
 * Each phase prints one JSON object in a line of its own. Only 127.0.0.1 is ever connected to.
 */
#ifndef LOAD_H
#define LOAD_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECOND 1000000000ull
#define MOST_PROCESSES 64
#define LARGEST_PAYLOAD 60000

/* spread.c */
struct spread {
    uint64_t counts[64][64];
    uint64_t total;
};
void spread_clear(struct spread *spread);
void spread_add(struct spread *spread, uint64_t nanoseconds);
double spread_ms(const struct spread *spread, double share);

/* watched.c */
struct cost {
    uint64_t at;
    double server_us, own_us, machine_us;
    long memory_kb;
};
uint64_t now(void);
void watch(const char *process_ids);
struct cost cost_now(void);
double busy_share(const struct cost *from, const struct cost *to, double us);
double others_share(const struct cost *from, const struct cost *to);

/* frames.c */
struct frame {
    int opcode;
    bool is_compressed;
    unsigned char *payload;
    size_t length;
};
void send_frame(int fd, int opcode, const char *payload, size_t length);
void send_all(int fd, const char *bytes, size_t length);
size_t read_frame(unsigned char *bytes, size_t available, struct frame *frame);

/* crowd.c */
enum stage { AWAY, DIALLING, UPGRADING, OPENING, CONNECTING, JOINED };
struct client {
    int fd;
    enum stage stage;
    unsigned char *unread;
    size_t unread_length;
    uint64_t began;
};
struct crowd {
    int size, port, in_flight, payload_size;
    bool offers_deflate;
    const char *namespace_, *said, *heard_name;
    char **tokens;
    int token_count;

    struct client *clients;
    int dialled, opening, joined, refused, lost;
    uint64_t published, heard, acknowledged, pings, frames_compressed;
    bool asks_again;
    struct spread *delays;
};
extern struct crowd crowd;
void crowd_begin(void);
void crowd_turn(int milliseconds);
void dial(int number);
void hang_up(struct client *client);
void publish(void);
void ask_echo(struct client *client);

/* phases.c */
bool perform(const char *phase);
void join_all(void);
#endif
