/* Starts a program and says what that took: its time, and the memory of the largest of its processes.
 *
 *     start REPORT INPUT PROGRAM [ARGUMENT...]
 *
 * Standard input is the file INPUT. Writes nanoseconds, kibibytes and the exit status to the file REPORT.
 *
 * A program of its own, for the kernel counts what a process was before execve(2) as its memory, too: started by a
 * Python, none would seem to take less than that Python.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **arguments) {
    if (count < 4) {
        fprintf(stderr, "usage: start REPORT INPUT PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    int input = open(arguments[2], O_RDONLY);
    if (input < 0 || dup2(input, 0) < 0) {
        perror(arguments[2]);
        return 2;
    }
    close(input);
    long long begun = now();
    pid_t child;
    int failure = posix_spawn(&child, arguments[3], NULL, NULL, arguments + 3, environ);
    if (failure) {
        fprintf(stderr, "%s: %s\n", arguments[3], strerror(failure));
        return 2;
    }
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) < 0) {
        perror("wait4");
        return 2;
    }
    long long took = now() - begun;
    FILE *report = fopen(arguments[1], "w");
    if (!report) {
        perror(arguments[1]);
        return 2;
    }
    fprintf(report, "%lld %ld %d\n", took, usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return fclose(report) ? 2 : 0;
}
