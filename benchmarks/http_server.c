/* SPDX-License-Identifier: Apache-2.0 */
/* http_server COUNTER: answers each POST with 200 as fast as it can, and counts them in the file
 * COUNTER (eight bytes, host order). Prints its port. Only what the benchmarks send is understood.
 */
#include "benchmarks/bench.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 256, REQUEST_BYTES_MAX = 65536 };

struct connection {
    char data[REQUEST_BYTES_MAX + 1];
    size_t length;
};

static struct connection connections[CONNECTIONS_MAX];
static volatile int64_t *counter;

static void open_counter(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0 || ftruncate(file, sizeof *counter) != 0) {
        bench_die("cannot write %s", path);
    }
    counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (counter == MAP_FAILED) {
        bench_die("cannot map %s", path);
    }
}

static int listen_anywhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 128) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        bench_die("cannot listen");
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static void watch(int epoll, int file)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = file};
    epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event);
}

static void welcome(int epoll, int listener)
{
    int one = 1, file = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (file < 0) {
        return;
    }
    if (file >= CONNECTIONS_MAX) {
        close(file);
        return;
    }
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connections[file].length = 0;
    watch(epoll, file);
}

/* The bytes of the first request, 0: not all of it is there. */
static size_t request_length(const struct connection *connection)
{
    const char *end = strstr(connection->data, "\r\n\r\n");
    if (end == NULL) {
        return 0;
    }
    const char *field = strcasestr(connection->data, "\r\ncontent-length:");
    size_t body = field != NULL && field < end ? strtoul(field + 17, NULL, 10) : 0;
    size_t length = (size_t)(end + 4 - connection->data) + body;
    return length <= connection->length ? length : 0;
}

static bool serve(int file)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    struct connection *connection = &connections[file];
    ssize_t count =
        read(file, connection->data + connection->length, REQUEST_BYTES_MAX - connection->length);
    if (count <= 0) {
        return false;
    }
    connection->length += (size_t)count;
    connection->data[connection->length] = '\0';
    size_t length;
    while ((length = request_length(connection)) > 0) {
        *counter = *counter + 1;
        if (write(file, answer, sizeof answer - 1) < 0) {
            return false;
        }
        connection->length -= length;
        memmove(connection->data, connection->data + length, connection->length + 1);
    }
    return true;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        bench_die("%s: COUNTER is missing", argv[0]);
    }
    signal(SIGPIPE, SIG_IGN);
    open_counter(argv[1]);
    int listener = listen_anywhere(), epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(epoll, listener);
    for (;;) {
        struct epoll_event events[64];
        int count = epoll_wait(epoll, events, 64, -1);
        for (int i = 0; i < count; i++) {
            int file = events[i].data.fd;
            if (file == listener) {
                welcome(epoll, listener);
            } else if (!serve(file)) {
                close(file);
            }
        }
    }
}
