/* WebSocket frames as a client writes and reads them. */
#include "load.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define FINAL 0x80
#define COMPRESSED 0x40
#define MASKED 0x80

/* Waits for room: what clients say is little, and no server may leave it unread for long. */
void send_all(int fd, const char *bytes, size_t length) {
    while (length) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent > 0) {
            bytes += sent;
            length -= sent;
        } else if (errno == EAGAIN) {
            struct pollfd writable = {.fd = fd, .events = POLLOUT};
            if (poll(&writable, 1, 1000) <= 0) return;
        } else if (errno != EINTR) {
            return;
        }
    }
}

/* Masked with zeros, which leaves the payload as it is. */
void send_frame(int fd, int opcode, const char *payload, size_t length) {
    static char bytes[LARGEST_PAYLOAD + 1024];
    size_t head = 0;
    bytes[head++] = (char)(FINAL | opcode);
    if (length < 126) {
        bytes[head++] = (char)(MASKED | length);
    } else {
        bytes[head++] = (char)(MASKED | 126);
        bytes[head++] = (char)(length >> 8);
        bytes[head++] = (char)length;
    }
    memset(bytes + head, 0, 4);
    memcpy(bytes + head + 4, payload, length);
    send_all(fd, bytes, head + 4 + length);
}

static size_t big_endian(const unsigned char *bytes, int count) {
    size_t number = 0;
    while (count--) number = number << 8 | *bytes++;
    return number;
}

/* How many bytes the first frame takes; 0 while it is not whole yet. */
size_t read_frame(unsigned char *bytes, size_t available, struct frame *frame) {
    if (available < 2) return 0;
    size_t length = bytes[1] & 127;
    int spelled_in = length == 126 ? 2 : length == 127 ? 8 : 0;
    size_t head = 2 + spelled_in;
    if (available < head) return 0;
    if (spelled_in) length = big_endian(bytes + 2, spelled_in);
    if (available - head < length) return 0;
    *frame = (struct frame){bytes[0] & 15, bytes[0] & COMPRESSED, bytes + head, length};
    return head + length;
}
