/* The other end of `call.py`: answers every request on loopback with the file that it is given.
 *
 * It is no Python, so that it takes no time of the interpreter that is measured, and no HTTP
 * server either: a request without a body ends with an empty line, and that is all it looks for.
 * It writes its port to standard output and ends when standard input does.
 *
 *     cc -O2 -o answering answering.c && ./answering RESPONSE-FILE
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 256 };

static void fail(const char *what) {
    perror(what);
    exit(1);
}

int main(int count, char **arguments) {
    static char answer[1 << 16];
    struct pollfd polled[MOST] = {{.fd = STDIN_FILENO, .events = POLLIN}};
    int matched[MOST] = {0}; /* how much of "\r\n\r\n" each connection has sent */
    int connections = 2, one = 1;
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof place;

    FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
    if (!file) fail("the file with the response");
    size_t length = fread(answer, 1, sizeof answer, file);
    fclose(file);

    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&place, size) || listen(listener, 64)
        || getsockname(listener, (struct sockaddr *)&place, &size))
        fail("listening on loopback");
    polled[1] = (struct pollfd){.fd = listener, .events = POLLIN};
    printf("%d\n", ntohs(place.sin_port));
    fflush(stdout);

    for (;;) {
        if (poll(polled, connections, -1) < 0) fail("poll");
        if (polled[0].revents) return 0;
        for (int i = connections - 1; i > 1; i--) {
            char piece[4096];
            if (!polled[i].revents) continue;
            ssize_t got = read(polled[i].fd, piece, sizeof piece);
            if (got <= 0) {
                close(polled[i].fd);
                polled[i] = polled[--connections];
                matched[i] = matched[connections];
                continue;
            }
            for (ssize_t n = 0; n < got; n++) {
                matched[i] = piece[n] == "\r\n\r\n"[matched[i]] ? matched[i] + 1 : piece[n] == '\r';
                if (matched[i] == 4) {
                    matched[i] = 0;
                    if (write(polled[i].fd, answer, length) != (ssize_t)length) fail("write");
                }
            }
        }
        if (polled[1].revents && connections < MOST) {
            int connection = accept(listener, NULL, NULL);
            if (connection < 0) fail("accept");
            setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            matched[connections] = 0;
            polled[connections++] = (struct pollfd){.fd = connection, .events = POLLIN};
        }
    }
}
