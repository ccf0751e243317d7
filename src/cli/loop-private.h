/* SPDX-License-Identifier: MIT */
/*
 * What the rooms of the event loop share: its libuv handles and what it remembers.
 * The loop owns the handles; the session stays the caller's.
 * Nothing outside of src/cli/loop*.c includes it.
 */
#ifndef IW_CLI_LOOP_PRIVATE_H
#define IW_CLI_LOOP_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "cli/keys.h"
#include "cli/session.h"
#include "core/pace.h"

struct iw_loop {
	struct iw_session *session;
	uv_loop_t uv;
	uv_poll_t queue;
	uv_poll_t mounts;
	uv_poll_t reader;
	uv_poll_t input;     /* of keys */
	uv_timer_t deadline; /* of the watcher */
	uv_timer_t timeout;  /* --timeout */
	uv_timer_t total;    /* --for */
	uv_timer_t every;    /* --every */
	uv_timer_t grace;    /* after a signal */
	uv_timer_t action;   /* of the runs of a command */
	uv_signal_t signals[9];
	size_t signals_len;
	bool is_source_polled;
	bool has_mounts;
	bool has_child_ended;
	bool are_keys_told;
	bool are_keys_over;
	bool is_closed;    /* commands are being stopped */
	bool is_signalled; /* to end */
	int64_t begun_ns;
	int64_t progress_ns;
	int64_t look_ns;  /* when the first of the turns began that empty the queue */
	int64_t asked_ns; /* the same, when others in the loop were asked last */
	bool is_series;   /* events keep coming, and nothing else did in the last wait */
	struct iw_pace pace;
	struct iw_keys keys;
};

static inline int64_t iw_loop_now_ns(void)
{
	return (int64_t)uv_hrtime();
}

/* Starts a timer that was added; a deadline that is over is due at once. */
void iw_loop_start_timer(uv_timer_t *timer, uv_timer_cb callback, int64_t in_ns);

/* To be called by each timer: what it was for is looked at before waiting again. */
void iw_loop_wake(const uv_timer_t *timer);

/*
 * In loop-wait.c: lets libuv call whoever has something to do, and waits for that unless
 * something is due. is_wanted: what the watcher reads has a place to go to.
 */
void iw_loop_ask_others(struct iw_loop *loop, bool is_wanted, bool is_due);

/*
 * In the same: lets events gather while they keep coming. Returns true if it is time to
 * look again. A signal ends the wait, and nothing else is as urgent.
 */
bool iw_loop_gather(struct iw_loop *loop);

/* In loop-signals.c: hears the signals that were not ignored. */
void iw_loop_add_signals(struct iw_loop *loop);

/* In loop-actions.c: lets commands start and end. has_more: the source was not read to
 * its end. Returns true if there is more to do at once. */
bool iw_loop_act(struct iw_loop *loop, bool has_more);

/* A signal that ends the program, for the commands; the second time they are killed. */
void iw_loop_pass_signal(struct iw_loop *loop, int number, bool is_first);

/* In loop-keys.c: hears keys if a command is run. Returns 0 or what libuv says. */
IW_MUST_CHECK int iw_loop_add_keys(struct iw_loop *loop);

/* Looks whether the terminal has become ours. */
void iw_loop_look_keys(struct iw_loop *loop);

/* SIGTSTP came by this handle: gives the terminal back and stops, until continued. */
void iw_loop_stop_here(struct iw_loop *loop, uv_signal_t *handle);

/* SIGCONT came. */
void iw_loop_continue(struct iw_loop *loop);

/* True if no command is there. */
bool iw_loop_is_idle(const struct iw_loop *loop);

#endif
