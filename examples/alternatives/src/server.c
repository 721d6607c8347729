/* Each program of the release: it says its name and runs until it is stopped. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void stop(int sig) { (void)sig; _exit(0); }

int main(int argc, char **argv) {
	signal(SIGTERM, stop);
	printf("%s is running\n", argc > 1 ? argv[1] : "server");
	fflush(stdout);
	for (;;)
		pause();
}
